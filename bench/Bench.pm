package Bench;

# What a request costs a private httpd, in instructions and in pool bytes.
#
# Instructions: httpd -X (prefork, one process) runs under callgrind and answers a bounded load on one keep-alive connection; then the
# same again with a longer load. The slope between the two is the cost of a request: start-up, shutdown and the connection cancel.
# Kept out is what would blur it: address randomisation (setarch -R), the caller's environment, port numbers of different lengths, logs,
# and a request that arrives while the server still works on the last one (that would spare it a poll). Root is given up before the
# server starts, since callgrind can't write its result once httpd has changed its user.
#
# libc's string functions take different paths for different alignments, so unrelated text in the configuration moves the result by up to
# 90 instructions. Each measurement is made with several paddings, and a difference between two is the median over the paddings.
#
# Pool bytes: the same slope, from native runs with bench/pool.c preloaded. No padding moves them.
#
# What a configuration costs: the instructions of httpd -t, and from native runs the resident memory and the CPU time.

use strict;
use warnings;
use Exporter 'import';
use CorsExpose::Ports 'free_ports';
use File::Basename 'dirname';
use File::Copy 'copy';
use File::Path qw(make_path remove_tree);
use File::Temp 'tempdir';
use IO::Socket::INET;
use List::Util 'sum';
use POSIX ();
use Time::HiRes 'sleep';

our @EXPORT_OK = qw(setup measure median);

my @PADDINGS = (0, 24, 48);
my %LOADS    = (instructions => [ 40, 240 ], 'pool bytes' => [ 10, 110 ]);
my $REPEATS  = 3;         # of a configuration's native runs
my $THINK    = 0.0015;    # seconds between an answer and the next request
my $PATIENCE = 120;       # seconds that any one run may take

my ($DIR, $HTTPD, $LIBEXECDIR, $SETARCH, $VALGRIND, $MACHINE);
my %worker;    # process ids of our own, and what each works on

# Whoever ends us ends what we started.
my $INTERRUPTED = "interrupted\n";
$SIG{$_} = sub { die $INTERRUPTED } for qw(INT TERM);

END {
    local $?;
    kill TERM => keys %worker;
    waitpid $_, 0 for keys %worker;
}

# Finds the programs, copies the module and the pool counter to a directory of our own (whoever we become may not be able to read the
# checkout) and gives up root. Everything later happens in that directory, which goes away at the end.
sub setup {
    my (%file) = @_;

    my $apxs = $ENV{APXS} || 'apxs';
    my %q = map { $_ => scalar qx($apxs -q $_) } qw(SBINDIR PROGNAME LIBEXECDIR);
    die "$apxs -q gave no answer\n" if grep { !defined || $_ eq '' } values %q;
    chomp %q;
    $HTTPD      = "$q{SBINDIR}/$q{PROGNAME}";
    $LIBEXECDIR = $q{LIBEXECDIR};
    $SETARCH    = find_program('setarch');
    $VALGRIND   = find_program('valgrind');
    $MACHINE    = (POSIX::uname())[4];

    $DIR = tempdir('cors-bench-XXXXXX', TMPDIR => 1, CLEANUP => !$ENV{KEEP});
    for (keys %file) {
        copy($file{$_}, "$DIR/$_") or die "$file{$_}: $!\n";
        chmod 0755, "$DIR/$_";
    }
    become_unprivileged() if $> == 0;
    chdir $DIR or die "$DIR: $!\n";
    system($SETARCH, $MACHINE, '-R', 'true') == 0
        or die "setarch -R is not allowed here; without it no number repeats\n";
    return $DIR;
}

sub find_program {
    my ($name) = @_;
    my ($path) = grep { -x } map { "$_/$name" } split(/:/, $ENV{PATH}), '/usr/sbin', '/sbin';
    return $path || die "$name is missing\n";
}

sub become_unprivileged {
    my ($uid, $gid) = map { @$_[ 2, 3 ] } grep { @$_ } map { [ getpwnam $_ ] } qw(www-data nobody);
    die "neither www-data nor nobody exists\n" unless $uid;
    chown $uid, $gid, $DIR, glob "$DIR/*";
    $( = $gid;
    $) = "$gid $gid";
    $< = $> = $uid;
    die "can't become user $uid\n" if $> != $uid || $< != $uid;
}

# Measures each of the servers, a few at a time, and adds the figures to it, each as an array of the values that belong together.
#
# A server has {name}, {modules} and {conf}. One that answers requests has {docs} (file name => content), {path}, {headers} (of the request),
# {check} (dies if the head that it is given isn't the expected one) and {wanted} too, and gets what of {instructions} and {'pool bytes'} is
# wanted, per request, a value for each padding. One that is only a configuration has {hosts}, and gets {instructions} and {'CPU usec'} of httpd -t, {'CPU usec, -X'} up
# to the first answer, and {bytes} of resident memory then.
sub measure {
    my ($workers, @servers) = @_;
    my @configurations = grep { $_->{hosts} } @servers;
    my @tasks = ((map { load_tasks($_) } grep { !$_->{hosts} } @servers), (map { check_task($_) } @configurations));
    for (1 .. $REPEATS) {
        push @tasks, map { native_task($_) } @configurations;
    }
    in_parallel($workers, @tasks);
    slopes($_) for grep { !$_->{hosts} } @servers;
}

# A task is what to run, in a directory of its own; what to do with the result; and for how much of the whole it counts, a run under a
# load being 1.
sub load_tasks {
    my ($server) = @_;
    my @tasks;
    for my $kind (grep { $server->{wanted}{$_} } sort keys %LOADS) {
        for my $pad ($kind eq 'instructions' ? @PADDINGS : $PADDINGS[0]) {
            for my $load (@{ $LOADS{$kind} }) {
                push @tasks, {
                    name   => $server->{name},
                    weight => 1,
                    run    => sub { run_load($server, $kind, $pad, $load, @_) },
                    done   => sub { $server->{count}{$kind}{$pad}{$load} = $_[0] },
                };
            }
        }
    }
    return @tasks;
}

sub slopes {
    my ($server) = @_;
    for my $kind (keys %{ $server->{count} }) {
        my ($short, $long) = @{ $LOADS{$kind} };
        my $count = $server->{count}{$kind};
        $server->{$kind} = [ map { ($count->{$_}{$long} - $count->{$_}{$short}) / ($long - $short) } grep { $count->{$_} } @PADDINGS ];
    }
}

sub check_task {
    my ($server) = @_;
    return {
        name   => $server->{name},
        weight => $server->{hosts} / 300,
        run    => sub {
            my ($root) = @_;
            new_root($root, $server, free_ports());
            reap(start($root, {}, [ callgrind($root) ], '-t'));
            return callgrind_total($root);
        },
        done => sub { $server->{instructions} = [ $_[0] ] },
    };
}

# CPU time, not the clock's, since other work on the machine only blurs the latter: httpd waits for nothing here. The memory is that of the
# process that has given its first answer.
sub native_task {
    my ($server) = @_;
    my @figures = ('CPU usec', 'CPU usec, -X', 'bytes');
    return {
        name   => $server->{name},
        weight => $server->{hosts} / 3000,
        run    => sub {
            my ($root) = @_;
            my $port = free_ports();
            new_root($root, $server, $port);
            reap(start($root, {}, [], '-t'));
            my $check = cpu_of_children();

            my $pid = start($root, {}, [], '-X');
            my ($start, $memory);
            guarded($root, $pid, sub {
                my $socket = connect_to($port, $pid);
                request_on($socket, "HEAD / HTTP/1.1\r\nHost: v1.example\r\n\r\n");
                $start = cpu_of($pid);
                ($memory) = map { $_ * 1024 } slurp("/proc/$pid/status") =~ /^VmRSS:\s+(\d+) kB/m;
            });
            return "$check $start $memory";
        },
        done => sub {
            my @values = split / /, $_[0];
            push @{ $server->{ $figures[$_] } }, $values[$_] for 0 .. $#figures;
        },
    };
}

sub cpu_of_children {
    my (undef, undef, undef, $user, $system) = POSIX::times();
    return ($user + $system) * 1e6 / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

sub cpu_of {
    my ($pid) = @_;
    my ($user, $system) = slurp("/proc/$pid/stat") =~ /\) \w(?: -?\d+){10} (\d+) (\d+)/;
    return ($user + $system) * 1e6 / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

# Runs the tasks, each in a process and for a directory of its own; all those directories' names have the same length.
sub in_parallel {
    my ($workers, @tasks) = @_;
    my ($next, $progress) = (0, progress(@tasks));
    while ($next < @tasks || %worker) {
        if ($next < @tasks && keys %worker < $workers) {
            $progress->($tasks[$next]{name});
            my $pid = fork // die "fork: $!\n";
            work_on($tasks[$next], root_of($next)) unless $pid;
            $worker{$pid} = $next++;
            next;
        }
        my $n = delete $worker{ wait() };
        die "A measurement failed: $tasks[$n]{name}\n" if $?;
        $tasks[$n]{done}->(slurp(root_of($n) . '.result'));
        $progress->(undef, $tasks[$n]{weight});
    }
    $progress->();
}

sub root_of { return sprintf '%s/run-%05d', $DIR, @_ }

# The child's whole life
sub work_on {
    my ($task, $root) = @_;
    %worker = ();
    my $result = eval { $task->{run}->($root) };
    if (!defined $result) {
        clear_line();
        print STDERR $@ unless $@ eq $INTERRUPTED;
        POSIX::_exit(1);
    }
    write_file("$root.result", $result);
    remove_tree($root) unless $ENV{KEEP};
    POSIX::_exit(0);
}

# Returns what shows, on one line of a terminal, how much is left and what begins now; in a log it shows nothing. It is told of each task's
# begin, by its name, and of each one's end, by its weight; at last of neither, and clears the line.
sub progress {
    my (@tasks) = @_;
    return sub { } unless -t STDERR;
    my ($begun, $runs, $done, $all) = (time, 0, 0, sum(map { $_->{weight} } @tasks));
    return sub {
        my ($name, $weight) = @_;
        $done += $weight || 0;
        return if $weight;
        clear_line();
        return unless defined $name;
        my $left = $done ? sprintf('about %d min left', 1 + (time - $begun) * ($all - $done) / $done / 60) : 'just begun';
        print STDERR substr sprintf('run %d of %d, %s: %s', ++$runs, scalar @tasks, $left, $name), 0, 79;
    };
}

sub clear_line { print STDERR "\r\e[K" if -t STDERR }

# One server under one load: the count
sub run_load {
    my ($server, $kind, $pad, $load, $root) = @_;
    my $port = free_ports();
    new_root($root, $server, $port, $pad);
    my ($env, $under) = $kind eq 'instructions' ? ({}, [ callgrind($root) ]) : ({ LD_PRELOAD => "$DIR/pool.so", BENCH_POOL => "$root/pool.out" }, []);
    my $pid = start($root, $env, $under, '-X');
    guarded($root, $pid, sub {
        my $request = join '', map { "$_\r\n" } "GET $server->{path} HTTP/1.1", @{ $server->{headers} }, '';
        my $socket = connect_to($port, $pid);
        for (1 .. $load) {
            my $head = request_on($socket, $request);
            $server->{check}->($head) if $_ == $load;
            # After the think time the server nearly always sleeps; on a busy machine it may take longer.
            do { sleep $THINK } until state_of($pid) eq 'S';
        }
    });
    my $count = $kind eq 'instructions' ? callgrind_total($root) : slurp("$root/pool.out");
    return $count;
}

sub callgrind {
    my ($root) = @_;
    return ($VALGRIND, '-q', '--tool=callgrind', "--callgrind-out-file=$root/callgrind.out");
}

sub callgrind_total {
    my ($root) = @_;
    return slurp("$root/callgrind.out") =~ /^totals: (\d+)/m ? $1 : die "no total in $root/callgrind.out\n";
}

# A directory with a server's configuration and documents.
sub new_root {
    my ($root, $server, $port, $padding) = @_;
    make_path("$root/htdocs");
    for my $name (keys %{ $server->{docs} || {} }) {
        make_path(dirname("$root/htdocs/$name"));
        write_file("$root/htdocs/$name", $server->{docs}{$name});
    }
    my @modules = map { "LoadModule ${_}_module " . ($_ eq 'cors_expose' ? "$DIR/mod_$_.so" : "$LIBEXECDIR/mod_$_.so") } 'mpm_prefork', @{ $server->{modules} };
    write_file("$root/httpd.conf", join "\n",
        'ServerAdmin ' . 'x' x (8 + ($padding || 0)),
        "ServerRoot $root", 'ServerName api.example.com', "Listen 127.0.0.1:$port", 'PidFile httpd.pid', 'ErrorLog error_log', 'LogLevel warn',
        # without .htaccess files, which httpd would look for in each folder
        "DocumentRoot $root/htdocs", "<Directory />\nAllowOverride None\n</Directory>",
        'KeepAlive On', 'MaxKeepAliveRequests 0', 'KeepAliveTimeout 300', 'Timeout 300',
        'MaxConnectionsPerChild 1',    # the server ends with the connection
        @modules, $server->{conf});
}

# Starts httpd, in an environment of the same size each time.
sub start {
    my ($root, $env, $under, @args) = @_;
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;
    %ENV = (PATH => '/usr/bin:/bin', LC_ALL => 'C', %$env);
    open STDERR, '>', "$root/stderr" or POSIX::_exit(1);
    exec $SETARCH, $MACHINE, '-R', @$under, $HTTPD, '-f', "$root/httpd.conf", @args or POSIX::_exit(1);
}

# Runs a client and waits for the server to end; if either fails, shows what httpd said.
sub guarded {
    my ($root, $pid, $client) = @_;
    local $SIG{ALRM} = sub { die "nothing happened within $PATIENCE seconds\n" };
    alarm $PATIENCE;
    my $ok = eval { $client->(); reap($pid); 1 };
    my $error = $@;
    alarm 0;
    return if $ok;
    kill KILL => $pid;
    die $error, map { -e "$root/$_" ? slurp("$root/$_") : () } 'stderr', 'error_log';
}

sub reap {
    my ($pid) = @_;
    waitpid $pid, 0;
    die "httpd ended with status $?\n" if $?;
}

sub connect_to {
    my ($port, $pid) = @_;
    while (1) {
        my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
        return $socket if $socket;
        die "httpd ended before it listened\n" if state_of($pid) eq 'Z';
        sleep 0.01;
    }
}

sub request_on {
    my ($socket, $request) = @_;
    my ($answer, $head, $body) = ('', undef, undef);
    syswrite $socket, $request;
    until (($head, $body) = $answer =~ /^(.*?\r\n)\r\n(.*)/s and $request =~ /^HEAD/ || length $body >= content_length($head)) {
        sysread $socket, $answer, 65536, length $answer or die "the connection ended before the answer did\n";
    }
    return $head;
}

sub content_length {
    my ($head) = @_;
    return $head =~ /^Content-Length: (\d+)/mi ? $1 : die "an answer without Content-Length:\n$head";
}

sub state_of {
    my ($pid) = @_;
    return slurp("/proc/$pid/stat") =~ /\) (\w)/ ? $1 : die "no state in /proc/$pid/stat\n";
}

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return ($sorted[ $#sorted / 2 ] + $sorted[ @sorted / 2 ]) / 2;
}

sub write_file {
    my ($path, $content) = @_;
    open my $file, '>', $path or die "$path: $!\n";
    print $file $content;
    close $file or die "$path: $!\n";
}

sub slurp {
    my ($path) = @_;
    open my $file, '<', $path or die "$path: $!\n";
    local $/;
    return scalar <$file>;
}

1;
