# A private httpd for the hard tests, the backends that it asks, and a client. Who uses it gives root up first (take_off), in a folder of its
# own: httpd's children couldn't start otherwise, and the checkout may lie where that user can't read.
package Site;
use strict;
use warnings FATAL => 'all';

use CorsExpose::Ports qw(free_ports);
use Exporter 'import';
use File::Copy 'copy';
use File::Path qw(make_path remove_tree);
use File::Temp ();
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();
use Time::HiRes qw(sleep time);

our @EXPORT_OK = qw(take_off apxs slurp spew parse_head ask exchange play_backend);

use constant PATIENCE => 120;    # seconds for anything to happen; under valgrind it takes a while

my ($dir, $libexec, $httpd);
my $owner = $$;
my %started;                     # process ids

$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);
$SIG{PIPE} = 'IGNORE';

END {
    my $status = $?;
    if ($$ == $owner) {
        stop_process($_) for keys %started;
        chdir '/';
        if   (!$dir)       { }
        elsif ($ENV{KEEP}) { print STDERR "kept: $dir\n" }
        else               { remove_tree($dir, { safe => 0 }) }
    }
    $? = $status;
}

# apart(sub) runs the sub in a process of its own, which ends what it started itself, and returns the process id.
sub apart {
    my ($task) = @_;
    my $pid = fork // die "fork: $!\n";
    if ($pid) {
        $started{$pid} = 1;
        return $pid;
    }
    %started = ();
    local @SIG{qw(INT TERM HUP)} = (sub { stop_process($_) for keys %started; POSIX::_exit(1) }) x 3;
    my $ok = eval { $task->(); 1 };
    print STDERR $@ unless $ok;
    stop_process($_) for keys %started;
    POSIX::_exit($ok ? 0 : 1);
}

# take_off(name => file, ...) copies the files into a new folder, becomes an ordinary user there, and returns it.
sub take_off {
    my (%file) = @_;
    $libexec = apxs('LIBEXECDIR');
    $httpd   = $ENV{HTTPD} || apxs('SBINDIR') . '/' . apxs('PROGNAME');
    $dir     = File::Temp::tempdir('cors-expose-XXXXXX', TMPDIR => 1);
    $file{httpd} = $httpd if $ENV{HTTPD};
    for my $name (keys %file) {
        copy($file{$name}, "$dir/$name") or die "$file{$name}: $!\n";
        chmod 0755, "$dir/$name";
    }
    $httpd = "$dir/httpd" if $ENV{HTTPD};
    if ($> == 0) {
        my ($user) = grep { @$_ } map { [getpwnam $_] } grep { defined } $ENV{TEST_USER}, qw(www-data apache nobody);
        my ($uid, $gid) = @{ $user || die "there is no user www-data, apache or nobody: name one with TEST_USER=\n" }[2, 3];
        chown $uid, $gid, $dir, glob "$dir/*";
        $( = $gid;
        $) = "$gid $gid";
        $< = $> = $uid;
        die "can't become user $uid\n" if $> != $uid || $< != $uid;
        # Perl loads some of its own modules later, and stops at a folder that it can't read: the clone may be root's alone.
        @INC = grep { ref || -r } @INC;
    }
    chdir $dir or die "$dir: $!\n";
    return $dir;
}

sub apxs {
    my ($name) = @_;
    my $apxs = $ENV{APXS} || 'apxs';
    open my $pipe, '-|', $apxs, '-q', $name or die "can't run $apxs: $!\n";
    my $value = <$pipe> // '';
    close $pipe or die "$apxs -q $name failed\n";
    chomp $value;
    return $value;
}

sub slurp {
    my ($path) = @_;
    open my $file, '<:raw', $path or die "$path: $!\n";
    local $/;
    return <$file> // '';
}

# In the place of what was there, at once.
sub spew {
    my ($path, @text) = @_;
    make_path($1) if $path =~ m{(.*)/} && !-d $1;
    open my $file, '>:raw', "$path.new" or die "$path.new: $!\n";
    print $file @text;
    close $file or die "$path.new: $!\n";
    rename "$path.new", $path or die "$path: $!\n";
    return;
}

# Site->new(name => ..., with => 1, httpd => other than apxs's, module => other than mod_cors_expose.so, mpm => 'event', modules => [...], conf => $text, under => [program and arguments])
# with: our module is loaded. In the configuration @PORT@ is the server's port, @ROOT@ its folder. Nothing is started yet.
sub new {
    my ($class, %is) = @_;
    my $self = bless { mpm => 'event', with => 1, under => [], modules => [], env => {}, %is }, $class;
    $self->{root} = "$dir/$self->{name}";
    $self->{port} ||= free_ports();
    make_path("$self->{root}/htdocs");
    $self->configure($self->{conf});
    return $self;
}

sub configure {
    my ($self, $conf) = @_;
    $conf =~ s/\@ROOT\@/$self->{root}/g;
    $conf =~ s/\@PORT\@/$self->{port}/g;
    # What is linked into httpd has no file.
    my @load = map { -e "$libexec/mod_$_.so" ? "LoadModule ${_}_module $libexec/mod_$_.so\n" : () }
        "mpm_$self->{mpm}", qw(unixd authz_core), @{ $self->{modules} };
    push @load, 'LoadModule cors_expose_module ' . ($self->{module} || "$dir/mod_cors_expose.so") . "\n" if $self->{with};
    spew("$self->{root}/httpd.conf", @load, <<"END", $conf);
ServerRoot $self->{root}
DocumentRoot $self->{root}/htdocs
DefaultRuntimeDir $self->{root}
Mutex file:$self->{root}
ServerName localhost
Listen 127.0.0.1:$self->{port}
PidFile $self->{root}/httpd.pid
ErrorLog $self->{root}/error_log
END
    return;
}

# The command line of this site's httpd.
sub command {
    my ($self, @arguments) = @_;
    return (@{ $self->{under} }, $self->{httpd} || $httpd, '-d', $self->{root}, '-f', "$self->{root}/httpd.conf", @arguments);
}

sub environment {
    my ($self) = @_;
    return (
        PATH => '/usr/bin:/bin:/usr/sbin', LC_ALL => 'C',
        # No leak check: what httpd keeps until it exits isn't ours, and our memory is all in APR's pools.
        ASAN_OPTIONS  => "detect_leaks=0:strict_string_checks=1:quarantine_size_mb=8:log_path=$self->{root}/sanitizer",
        UBSAN_OPTIONS => "print_stacktrace=1:log_path=$self->{root}/sanitizer",
        %{ $self->{env} },
    );
}

# Starts it, and waits until it listens.
sub start {
    my ($self) = @_;
    my $single = $self->{single} ? '-X' : '-DFOREGROUND';
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        %ENV = $self->environment;
        open STDIN, '<', '/dev/null' or POSIX::_exit(126);
        open STDOUT, '>>', "$self->{root}/output" or POSIX::_exit(126);
        open STDERR, '>&', \*STDOUT or POSIX::_exit(126);
        POSIX::setsid();    # prefork ends by telling its whole process group to end
        no warnings 'exec';
        exec $self->command($single) or POSIX::_exit(127);
    }
    $started{$pid} = 1;
    $self->{pid} = $pid;
    my $deadline = time + PATIENCE;
    until (IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port})) {
        my $over = waitpid $pid, POSIX::WNOHANG();
        delete $started{$pid} if $over;
        die "$self->{name} didn't start:\n", map { -e "$self->{root}/$_" ? slurp("$self->{root}/$_") : () } qw(output error_log)
            if $over || time > $deadline;
        sleep 0.05;
    }
    return $self;
}

# Ends it, and returns what is wrong with how it ended and with what it logged: nothing, if all is well.
sub stop {
    my ($self) = @_;
    my $status = stop_process($self->{pid});
    my @wrong = $status ? "httpd ended with status $status" : ();
    return (@wrong, $self->crashes);
}

# What says that a process of this server died, or that a sanitizer found something.
sub crashes {
    my ($self) = @_;
    return map { s/\s+\z//r } grep { /exit signal|Sanitizer: |:\d+: runtime error: |AH00046|memory allocation failed/ }
        map { split /\n/, slurp($_) } grep { -e } "$self->{root}/error_log", "$self->{root}/output", glob "$self->{root}/sanitizer*";
}

sub stop_process {
    my ($pid) = @_;
    return 0 unless delete $started{$pid};
    kill TERM => $pid;
    my $deadline = time + PATIENCE;
    until (waitpid($pid, POSIX::WNOHANG())) {
        kill KILL => $pid if time > $deadline;
        sleep 0.02;
    }
    return $?;
}

# The processes whose parent is $pid.
sub children_of {
    my ($pid) = @_;
    my @children;
    for my $file (glob '/proc/[0-9]*/stat') {
        open my $in, '<', $file or next;
        my $line = <$in> // next;
        push @children, $1 if $line =~ /\A(\d+) \(.*\) (?!Z)\S (\d+)/s && $2 == $pid;
    }
    return @children;
}

# ---- the backend: plays what a file holds, to whoever asks, without reading more of the request than where it ends

# play_backend($file, 'h1' or 'h2') returns its port.
sub play_backend {
    my ($file, $protocol) = @_;
    my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64, ReuseAddr => 1) or die "no backend: $!\n";
    my $pid = fork // die "fork: $!\n";
    if ($pid) {
        $started{$pid} = 1;
        return $server->sockport;
    }
    $SIG{TERM} = sub { POSIX::_exit(0) };
    while (1) {
        my $client = $server->accept or next;
        my $player = fork // next;
        if ($player) {
            close $client;
            1 while waitpid(-1, POSIX::WNOHANG()) > 0;
            next;
        }
        alarm PATIENCE;
        my $bytes = '';
        my $over = $protocol eq 'h2' ? \&h2_request_is_over : sub { $_[0] =~ /\r\n\r\n/ };
        until ($over->($bytes)) { sysread $client, $bytes, 65536, length $bytes or POSIX::_exit(0) }
        $bytes = slurp($file);
        for (my $at = 0 ; $at < length $bytes ;) {
            $at += syswrite($client, $bytes, 1 << 20, $at) // last;
        }
        # A reset would take away what the other side hasn't read yet.
        shutdown $client, 1;
        1 while sysread $client, $bytes, 65536;
        POSIX::_exit(0);
    }
}

# The preface, and frames until one that ends a request's headers.
sub h2_request_is_over {
    my ($bytes) = @_;
    my $at = 24;
    while (length $bytes >= $at + 9) {
        my ($high, $low, $type, $flags) = unpack 'CnCC', substr $bytes, $at, 9;
        $at += 9 + ($high << 16 | $low);
        return 1 if ($type == 1 || $type == 9) && $flags & 4 && length $bytes >= $at;
    }
    return 0;
}

# ---- the client

# Sends the bytes on a connection of their own, and returns all that comes back; undef if nothing ends it.
sub exchange {
    my ($port, $bytes) = @_;
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => PATIENCE) or die "nothing listens on port $port: $!\n";
    my $answer = '';
    my $ok = eval {
        local $SIG{ALRM} = sub { die "silence\n" };
        alarm PATIENCE;
        for (my $at = 0 ; $at < length $bytes ;) { $at += syswrite($socket, $bytes, 1 << 16, $at) // last }
        1 while sysread $socket, $answer, 1 << 20, length $answer;
        1;
    };
    alarm 0;
    return $ok ? $answer : undef;
}

# ask($port, $path, [headers as lines], $method)
sub ask {
    my ($port, $path, $headers, $method) = @_;
    $method //= 'GET';
    my $bytes = exchange($port, join "\r\n", "$method $path HTTP/1.1", 'Host: localhost', @{ $headers || [] }, 'Connection: close', '', '');
    return defined $bytes ? parse_head($bytes) : { status => 'silence', fields => [], lines => {} };
}

# {status}, {fields} as [name, value], {lines} by lower-case name, {body}. Interim answers are passed over. What isn't HTTP at all has the status 0.
sub parse_head {
    my ($bytes) = @_;
    my %answer = (status => 0, fields => [], lines => {}, body => '');
    my @lines;
    while ($bytes =~ /\AHTTP\/1\.[01] (\d{3})[ \r]/) {
        my $status = $1;
        my $end = index $bytes, "\r\n\r\n";
        last if $end < 0;
        $answer{status} = $status;
        (undef, @lines) = split /\r\n/, substr $bytes, 0, $end;
        $bytes = substr $bytes, $end + 4;
        last if $status !~ /^1/ || $status == 101;
    }
    $answer{body} = $bytes;
    for my $line (@lines) {
        my ($name, $value) = $line =~ /\A([^:]*):[ \t]*(.*?)[ \t]*\z/s or next;
        push @{ $answer{fields} }, [$name, $value];
        push @{ $answer{lines}{ lc $name } }, $value;
    }
    return \%answer;
}

1;
