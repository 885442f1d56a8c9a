# What the tests share: a client that shows a response exactly as it came, the server's log, and httpd -t.
package CorsExpose::Test;
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Server qw(server_folder);
use Exporter qw(import);
use IO::Socket::INET;
use version ();

our @EXPORT = qw(request port origin log_mark log_lines httpd_t sends_on_304);

# The configuration that t/TEST had saved is complete. Apache::Test would ask apxs and httpd for all of it once more, which
# takes longer than most tests.
{
    no warnings 'redefine';
    *Apache::Test::config = \&Apache::Test::basic_config;
}

use constant PATIENCE => 30;    # seconds after which a silent server fails the test

# The suite's usual Origin.
sub origin { return 'https://app.example.com' }

# Whether httpd sends a 304's headers. Before 2.4.47 it leaves off all but a few that it knows.
sub sends_on_304 { return version->parse("v$ENV{HTTPD_VERSION}") >= version->parse('v2.4.47') }

# The port of the main server, or of <VirtualHost name> in an area's configuration.
sub port {
    my ($name) = @_;
    my $port = Apache::Test::config()->port($name // '') or die "no virtual host $name\n";
    return $port;
}

# request($path, method => 'GET', headers => [Name => value, ...], body => ..., version => '1.1', host => ...,
#         port => number or virtual host, raw => $bytes, socket => an open connection)
# sends one request, with "Connection: close" unless the headers say otherwise, and reads until the server closes. `raw`
# goes out as it is, in the place of everything else. Interim (1xx) responses are left out.
sub request {
    my ($path, %opt) = @_;
    my $port   = port($opt{port} && $opt{port} =~ /\D/ ? $opt{port} : undef);
    $port = $opt{port} if $opt{port} && $opt{port} !~ /\D/;
    my $socket = $opt{socket} || IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => PATIENCE)
        or die "can't connect to port $port: $!\n";
    my $method = $opt{method} // 'GET';
    my $bytes  = $opt{raw} // _head($path, $method, $port, %opt) . ($opt{body} // '');
    local $SIG{PIPE} = 'IGNORE';    # a server may answer and close before it has read everything
    local $SIG{ALRM} = sub { die "no end of the response to $method $path after ${\PATIENCE} seconds\n" };
    alarm PATIENCE;
    print {$socket} $bytes;
    $socket->flush;
    my $answer = '';
    1 while sysread $socket, $answer, 65536, length $answer;
    alarm 0;
    close $socket;
    $method = $1 if defined $opt{raw} && $opt{raw} =~ /^(\S+)/;
    return CorsExpose::Test::Response->_new($answer, $method);
}

sub _head {
    my ($path, $method, $port, %opt) = @_;
    my @headers = @{ $opt{headers} // [] };
    my %has     = map { lc $headers[ 2 * $_ ] => 1 } 0 .. @headers / 2 - 1;
    my $version = $opt{version} // '1.1';
    unshift @headers, Host => $opt{host} // "127.0.0.1:$port"
        if !$has{host} && ($version ne '1.0' || defined $opt{host});
    push @headers, 'Content-Length' => length $opt{body}
        if defined $opt{body} && !$has{'content-length'} && !$has{'transfer-encoding'};
    push @headers, Connection => 'close' unless $has{connection};
    my $head = "$method $path HTTP/$version\r\n";
    while (my ($name, $value) = splice @headers, 0, 2) {
        $head .= "$name: $value\r\n";
    }
    return "$head\r\n";
}

my $mark = 0;

# Remembers where the error log ends now.
sub log_mark {
    $mark = -s _error_log() // 0;
    return;
}

# The lines since the mark that match. The module logs before the response goes out, but a process of the server's may be
# slower: so this waits (not for ever) until $expected lines are there, 1 unless given. Say 0 for lines that mustn't come.
sub log_lines {
    my ($pattern, $expected) = @_;
    my @lines;
    for (1 .. 20 * ($ENV{LOG_LINES_S} || 5)) {
        open my $log, '<', _error_log() or die _error_log() . ": $!\n";
        seek $log, $mark, 0;
        @lines = <$log>;
        _no_error_number(@lines);
        @lines = grep { /$pattern/ } @lines;
        last if @lines >= ($expected // 1);
        select undef, undef, undef, 0.05;
    }
    chomp @lines;
    return @lines;
}

# What went wrong is said in our lines' words: none has the number of a system's error, as in "(1)Operation not permitted: ".
sub _no_error_number {
    for (@_) {
        die "a line of ours has an error's number: $_" if /^\[[^\]]*\] \[cors_expose:\w+\] (?:\[[^\]]*\] )*(?:\S+\.c\(\d+\): )?\(\d+\)/;
    }
    return;
}

sub _error_log { return Apache::Test::vars('t_logs') . '/error_log' }

# httpd_t($config_text, defines => [...], modules => [...]) runs httpd -t on a configuration that loads the module under
# test and no more than a server needs, or the stock modules named ('headers', 'proxy') too. $config_text is in a file of its
# own, so line numbers in messages are its own. Returns the exit code and everything that was printed.
sub httpd_t {
    my ($text, %opt) = @_;
    my $dir = server_folder(1, $text, modules => $opt{modules} // [], switched_off => $opt{switched_off});
    my $pid = open my $pipe, '-|' // die "fork: $!\n";
    if (!$pid) {
        open STDERR, '>&', \*STDOUT or die "dup: $!\n";
        exec Apache::Test::vars('httpd'), '-t', '-f', "$dir/httpd.conf", (map { "-D$_" } @{ $opt{defines} // [] }) or die "exec: $!\n";
    }
    my $output = do { local $/; <$pipe> };
    close $pipe;
    _no_error_number(split /\n/, $output // '');
    $output =~ s/^AH10234: Warning: <Directory .*\n//gm if defined $output;    # trunk says so of folders that aren't there
    return ($? & 127 ? "signal " . ($? & 127) : $? >> 8, $output // '');
}

package CorsExpose::Test::Response;

sub _new {
    my ($class, $bytes, $method) = @_;
    my $self = bless {}, $class;
    do {
        (my $head, $bytes) = split /\r\n\r\n/, $bytes, 2;
        $self->{all} = $head // '';
        ($self->{status}) = $self->{all} =~ m{^HTTP/\d\.\d (\d{3})};
    } while defined $self->{status} && $self->{status} =~ /^1/ && length($bytes // '');
    my (undef, @fields) = split /\r\n/, $self->{all};
    $self->{fields} = [map { [/^([^:]*):[ \t]*(.*?)[ \t]*\z/s] } @fields];
    @$self{qw(body rest)} = $self->_body($bytes // '', $method);
    return $self;
}

# Splits what follows the head into this response's body and what comes behind it on the connection.
sub _body {
    my ($self, $bytes, $method) = @_;
    return ('', $bytes) if $method eq 'HEAD' || ($self->{status} // '') =~ /^(?:204|304)$/;
    if (lc($self->header('Transfer-Encoding') // '') eq 'chunked') {
        my $body = '';
        while ($bytes =~ s/\A([0-9A-Fa-f]+)[^\r]*\r\n//) {
            my $length = hex $1 or last;
            $body .= substr $bytes, 0, $length, '';
            $bytes =~ s/\A\r\n//;
        }
        $bytes =~ s/\A(?:[^\r\n]+\r\n)*\r\n//;
        return ($body, $bytes);
    }
    my $length = $self->header('Content-Length');
    return defined $length ? (substr($bytes, 0, $length, ''), $bytes) : ($bytes, '');
}

sub status { return $_[0]{status} }
sub body   { return $_[0]{body} }
sub rest   { return $_[0]{rest} }     # bytes behind this response, when several were asked for
sub all    { return $_[0]{all} }      # the head as it came

# Every field line, as [name, value].
sub fields { return @{ $_[0]{fields} } }

# Every value of that field, line by line.
sub lines {
    my ($self, $name) = @_;
    return map { $_->[1] } grep { lc $_->[0] eq lc $name } @{ $self->{fields} };
}

sub header {
    my ($self, $name) = @_;
    my @lines = $self->lines($name);
    return @lines ? join ', ', @lines : undef;
}

# Access-Control-Expose-Headers; two lines of it, which is one too many, equal no expectation.
sub aceh {
    my ($self) = @_;
    my @lines = $self->lines('Access-Control-Expose-Headers');
    return @lines ? join ' || ', @lines : undef;
}

sub names { return _members($_[0]->aceh) }
sub vary  { return _members($_[0]->header('Vary')) }

# The members of a list, in lower case and sorted, as a reference for is_deeply.
sub _members {
    my ($value) = @_;
    return [sort map { lc } split /\s*,\s*/, $value // ''];
}

1;
