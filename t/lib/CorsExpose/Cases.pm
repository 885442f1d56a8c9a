# Configurations that stand in a case table, beside what is expected of them.
package CorsExpose::Cases;
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Ports qw(free_ports);
use CorsExpose::Server qw(server_folder write_files);
use Exporter qw(import);
use File::Path qw(make_path remove_tree);
use File::Temp ();
use IO::Socket::INET;
use POSIX ();

our @EXPORT = qw(containers folder restart serve stop write_files);

use constant PATIENCE => 60;    # seconds for a private server to answer

# folder($area, $htaccess, name => text, ...) makes a folder of the area's documents with a .htaccess file in it (none when
# undefined) and the files named, or else an empty page.html. Returns its URL, which ends in a slash.
sub folder {
    my ($area, $htaccess, %files) = @_;
    my $parent = Apache::Test::vars('documentroot') . "/$area";
    make_path($parent);
    my $dir = File::Temp::tempdir(DIR => $parent, CLEANUP => 1);
    chmod 0755, $dir;
    %files = ('page.html' => '') unless %files;
    $files{'.htaccess'} = $htaccess if defined $htaccess;
    write_files($dir, %files);
    return "/$area/" . ($dir =~ m{([^/]+)\z})[0] . '/';
}

# containers(@cases) is configuration for serve(). What case number N says, its lines put together by "; ", holds for each URL with
# /N/ in it, and the files of @ROOT@ are in each folder. Lines behind "backend: " hold for a server that such a URL is proxied to: the
# same one, at /backend/N/. ACEH, ACAO and ACAC are short for Access-Control-Expose-Headers, -Allow-Origin and -Allow-Credentials.
my %short = (ACEH => 'Expose-Headers', ACAO => 'Allow-Origin', ACAC => 'Allow-Credentials');

sub containers {
    my @cases = @_;
    my $text  = "AliasMatch \"^/(?:.+/)?([^/]+)\$\" \"\@ROOT\@/\$1\"\n";
    for my $n (0 .. $#cases) {
        my ($front, $backend) = map { s/\b(AC(?:EH|AO|AC))\b/Access-Control-$short{$1}/gr =~ s/; /\n/gr } split /(?:; )?backend: /, $cases[$n], 2;
        $text .= "<LocationMatch \"^(?!/backend/).*/$n/\">\n" . ($front // '') . "\n</LocationMatch>\n";
        defined $backend or next;
        $text .= "<LocationMatch \"^/backend/$n/\">\n$backend\n</LocationMatch>\n"
            . "ProxyPassMatch \"^/(?!backend/)(?:.*/)?$n/(.+)\" \"http://127.0.0.1:\@PORT\@/backend/$n/\$1\"\n";
    }
    return $text;
}

# serve($config, %files) starts a server of this test's own, with every module of the suite's, for what only a server's own
# configuration can show. (SERVE_WITHOUT and SERVE_LEVEL in the environment say which of the modules are left out, and what ours logs: t/suite/response/again.t.) @ROOT@ in $config is the folder in which %files are written, the DocumentRoot; @PORT@ the port, which is
# returned; -D => [...] among %files are names to define on its command line. The server ends with the test. It writes to the suite's error log, so log_lines() and the look for crashes cover it.
my %servers;    # processes and their folders, by port

sub serve {
    my ($config, %files) = @_;
    for (1 .. 5) {
        my $port = _serve($config, %files);
        return $port if $port;    # else another process was faster with that port
    }
    die "no server for this test\n";
}

sub _serve {
    my ($config, %files) = @_;
    my $defines = delete $files{-D} // [];
    my $port = free_ports();
    my $vars = Apache::Test::vars();
    # One process. For want of spare threads httpd would fork another as soon as a signal wakes it up, and kill it at once: a signal's
    # handler then runs all of httpd's end in the middle of that child's start.
    my $level = $ENV{SERVE_LEVEL} // 'debug';
    my $dir   = server_folder($port, $config, log => "$vars->{t_logs}/error_log", without => $ENV{SERVE_WITHOUT}, more => <<"END");
TypesConfig /dev/null
LogLevel warn cors_expose:$level
DocumentRoot "\@ROOT\@"
StartServers 1
<IfModule !mpm_prefork_module>
    MinSpareThreads 1
</IfModule>
<IfModule cgid_module>
    ScriptSock "\@ROOT\@sock"
</IfModule>
END
    write_files("$dir/root", 'page.html' => '', %files);
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        open STDOUT, '>', "$dir/output" or die "$dir/output: $!\n";
        open STDERR, '>&', \*STDOUT or die "dup: $!\n";
        POSIX::setsid();    # prefork ends by telling its whole process group to end
        exec $vars->{httpd}, '-D', 'FOREGROUND', (map { ('-D', $_) } @$defines), '-f', "$dir/httpd.conf" or die "exec: $!\n";
    }
    $servers{$port} = [$pid, $dir];
    for (1 .. PATIENCE * 20) {
        if (waitpid($pid, POSIX::WNOHANG()) == $pid) {
            delete $servers{$port};
            open my $output, '<', "$dir/output" or die "$dir/output: $!\n";
            print STDERR <$output>;
            return;
        }
        # it listens before it has said everything at its start, and leaves the file after that
        return $port if -s "$dir/pid" && IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
        select undef, undef, undef, 0.05;
    }
    die "the test's own server doesn't answer\n";
}

# Tells the server at that port to restart gracefully. False if it isn't there any more.
sub restart {
    my ($port) = @_;
    return kill USR1 => $servers{$port}[0];
}

# Ends the server at that port before the test ends. False if it didn't end well.
sub stop {
    my ($port) = @_;
    my $server = delete $servers{$port} or die "no server at $port\n";
    my ($pid, $dir) = @$server;
    kill TERM => $pid;
    waitpid $pid, 0;
    my $status = $?;
    print STDERR "the test's own server ended with status $status\n" if $status;
    remove_tree($dir);    # a long run would leave very many
    return $status == 0;
}

# Who ends a test that takes too long, or that has failed already, ends its servers with it.
# (What a test forks has none.)
my $owner = $$;
$SIG{TERM} = sub { $$ == $owner ? exit 1 : POSIX::_exit(1) };

# A server that didn't end well fails its test, whatever the cases said.
END {
    my $status = $?;
    for my $port (keys %servers) {
        stop($port) or $status ||= 1;
    }
    $? = $status;
}

1;
