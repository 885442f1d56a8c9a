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

use strict;
use warnings;
use Exporter 'import';
use File::Basename 'dirname';
use File::Copy 'copy';
use File::Path qw(make_path remove_tree);
use File::Temp 'tempdir';
use IO::Socket::INET;
use POSIX ();
use Time::HiRes 'sleep';

our @EXPORT_OK = qw(setup measure count_check time_site median);

my @PADDINGS = (0, 24, 48);
my %LOADS    = (ir => [ 40, 240 ], pool => [ 10, 110 ]);
my $THINK    = 0.0015;    # seconds between an answer and the next request
my $PATIENCE = 120;       # seconds that any one run may take

my ($DIR, $HTTPD, $LIBEXECDIR, $SETARCH, $VALGRIND, $MACHINE);
my %worker;    # process ids of our own

# Whoever ends us ends what we started.
$SIG{$_} = sub { die "interrupted\n" } for qw(INT TERM);

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

# Measures each of the cases, a few at a time, and adds to it: {ir} and {pool}, instructions and pool bytes per request, as arrays with
# one number for each padding; {head}, the head of the last answer. A case has {modules}, {conf}, {docs} (file name => content), {path}
# and {headers} (of the request).
sub measure {
    my ($workers, @cases) = @_;

    my (@tasks, @keys);
    for my $n (0 .. $#cases) {
        for my $kind (sort keys %LOADS) {
            for my $pad ($kind eq 'ir' ? @PADDINGS : $PADDINGS[0]) {
                for my $load (@{ $LOADS{$kind} }) {
                    push @keys, "$n $kind $pad $load";
                    push @tasks, sub { run_load($cases[$n], $kind, $pad, $load, @_) };
                }
            }
        }
    }
    my %count;
    my @results = in_parallel($workers, @tasks);
    for my $n (0 .. $#keys) {
        my ($case) = split / /, $keys[$n];
        ($count{ $keys[$n] }, $cases[$case]{head}) = split /\n/, $results[$n], 2;
    }
    for my $n (0 .. $#cases) {
        my $slope = sub {
            my ($kind, $pad) = @_;
            my ($short, $long) = @{ $LOADS{$kind} };
            return ($count{"$n $kind $pad $long"} - $count{"$n $kind $pad $short"}) / ($long - $short);
        };
        $cases[$n]{ir}   = [ map { $slope->('ir', $_) } @PADDINGS ];
        $cases[$n]{pool} = [ ($slope->('pool', $PADDINGS[0])) x @PADDINGS ];
    }
}

# Adds {ir} to each of the cases: the instructions of httpd -t.
sub count_check {
    my ($workers, @cases) = @_;
    my @tasks = map {
        my $case = $_;
        sub {
            my ($root) = @_;
            new_root($root, $case, free_port());
            reap(start($root, {}, [ callgrind($root) ], '-t'));
            return callgrind_total($root);
        }
    } @cases;
    my @results = in_parallel($workers, @tasks);
    $cases[$_]{ir} = $results[$_] for 0 .. $#cases;
}

# What a configuration takes: {check}, CPU seconds of httpd -t; {start}, CPU seconds of httpd -X until it has answered; {memory}, MiB of the
# process by then. CPU time, not the clock's, since other work on the machine only blurs the latter: httpd waits for nothing here.
sub time_site {
    my ($case) = @_;
    my $root = "$DIR/site";
    my $port = free_port();
    new_root($root, $case, $port);

    my %took;
    my $before = cpu_of_children();
    reap(start($root, {}, [], '-t'));
    $took{check} = cpu_of_children() - $before;

    my $pid = start($root, {}, [], '-X');
    guarded($root, $pid, sub {
        my $socket = connect_to($port, $pid);
        request_on($socket, "HEAD / HTTP/1.1\r\nHost: v1.example\r\n\r\n");
        $took{start} = cpu_of($pid);
        ($took{memory}) = map { $_ / 1024 } slurp("/proc/$pid/status") =~ /^VmRSS:\s+(\d+) kB/m;
    });
    remove_tree($root);
    return %took;
}

sub cpu_of_children {
    my (undef, undef, undef, $user, $system) = POSIX::times();
    return ($user + $system) / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

sub cpu_of {
    my ($pid) = @_;
    my ($user, $system) = slurp("/proc/$pid/stat") =~ /\) \w(?: -?\d+){10} (\d+) (\d+)/;
    return ($user + $system) / POSIX::sysconf(POSIX::_SC_CLK_TCK());
}

# Runs the tasks in a few processes and returns their results in order. Each task is given a name for a directory of its own; all those
# names have the same length.
sub in_parallel {
    my ($workers, @tasks) = @_;
    for my $n (0 .. $workers - 1) {
        my $pid = fork // die "fork: $!\n";
        if ($pid) {
            $worker{$pid} = 1;
            next;
        }
        for (my $i = $n ; $i < @tasks ; $i += $workers) {
            my $root = sprintf '%s/run-%05d', $DIR, $i;
            my $result = eval { $tasks[$i]->($root) };
            if (!defined $result) {
                print STDERR $@;
                POSIX::_exit(1);
            }
            write_file("$root.result", $result);
            remove_tree($root) unless $ENV{KEEP};
        }
        POSIX::_exit(0);
    }
    while (%worker) {
        my $pid = wait;
        next unless delete $worker{$pid};
        die "A measurement failed.\n" if $?;
    }
    return map { slurp(sprintf '%s/run-%05d.result', $DIR, $_) } 0 .. $#tasks;
}

# One server under one load: the count, and behind it the head of the last answer.
sub run_load {
    my ($case, $kind, $pad, $load, $root) = @_;
    my $port = free_port();
    new_root($root, $case, $port, $pad);
    my $pid = start($root, $kind eq 'ir' ? ({}, [ callgrind($root) ]) : ({ LD_PRELOAD => "$DIR/pool.so", BENCH_POOL => "$root/pool.out" }, []), '-X');
    my $head;
    guarded($root, $pid, sub {
        my $request = join '', map { "$_\r\n" } "GET $case->{path} HTTP/1.1", 'Host: bench.example', @{ $case->{headers} }, '';
        my $socket = connect_to($port, $pid);
        for (1 .. $load) {
            $head = request_on($socket, $request);
            # Behind the think time the server nearly always sleeps; on a busy machine it may take longer.
            do { sleep $THINK } until state_of($pid) eq 'S';
        }
    });
    my $count = $kind eq 'ir' ? callgrind_total($root) : slurp("$root/pool.out");
    chomp $count;
    return "$count\n$head";
}

sub callgrind {
    my ($root) = @_;
    return ($VALGRIND, '-q', '--tool=callgrind', "--callgrind-out-file=$root/callgrind.out");
}

sub callgrind_total {
    my ($root) = @_;
    return slurp("$root/callgrind.out") =~ /^totals: (\d+)/m ? $1 : die "no total in $root/callgrind.out\n";
}

# A directory with a configuration and the documents of a case.
sub new_root {
    my ($root, $case, $port, $padding) = @_;
    make_path("$root/htdocs");
    for my $name (keys %{ $case->{docs} || {} }) {
        make_path(dirname("$root/htdocs/$name"));
        write_file("$root/htdocs/$name", $case->{docs}{$name});
    }
    my @modules = map { "LoadModule ${_}_module " . ($_ eq 'cors_expose' ? "$DIR/mod_$_.so" : "$LIBEXECDIR/mod_$_.so") } 'mpm_prefork', @{ $case->{modules} };
    write_file("$root/httpd.conf", join "\n",
        'ServerAdmin ' . 'x' x (8 + ($padding || 0)),
        "ServerRoot $root", 'ServerName bench.example', "Listen 127.0.0.1:$port", 'PidFile httpd.pid', 'ErrorLog error_log', 'LogLevel warn',
        # without .htaccess files, which httpd would look for in each folder
        "DocumentRoot $root/htdocs", "<Directory />\nAllowOverride None\n</Directory>",
        'KeepAlive On', 'MaxKeepAliveRequests 0', 'KeepAliveTimeout 300', 'Timeout 300',
        'MaxConnectionsPerChild 1',    # the server ends with the connection
        @modules, $case->{conf});
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

# From the kernel, whose ephemeral ports have five digits: no run differs from another by a port's length.
sub free_port {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "no free port: $!\n";
    return $socket->sockport;
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
