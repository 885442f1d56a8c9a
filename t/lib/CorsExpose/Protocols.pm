# What the tests of the protocols share: cases that come out alike over each, and the clients for TLS and HTTP/2.
package CorsExpose::Protocols;
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Neighbours;
use CorsExpose::Test;
use Exporter qw(import);
use IO::Socket::SSL ();
use Test::More ();

our @EXPORT = qw(cases tests_of try_response ask answer tls certificate nghttp pushed prefork);

my @etag  = ('If-None-Match' => '*');
my @range = (Range => 'bytes=1-3');
my @cases = (
    # folder, file, method, headers, status, what is exposed
    ['explicit', 'file.txt', 'GET',  anonymous(),              200, 'X-One'],
    ['explicit', 'file.txt', 'GET',  [],                       200, undef],
    ['explicit', 'missing',  'GET',  cookie(),                 404, 'X-One'],
    ['pattern',  'file.txt', 'GET',  anonymous(),              200, [qw(X-One X-Two-B)]],
    ['pattern',  'file.txt', 'GET',  [],                       200, [qw(X-One X-Two-B)]],
    ['pattern',  'file.txt', 'GET',  [@{ anonymous() }, @etag], 304, undef],
    ['wild',     'file.txt', 'GET',  anonymous(),              200, '*'],
    ['wild',     'file.txt', 'GET',  cookie(),                 200, ['PRESENT']],
    ['wild',     'file.txt', 'HEAD', cookie(),                 200, ['PRESENT']],
    ['wild',     'file.txt', 'GET',  [],                       200, ['PRESENT']],
    ['wild',     'file.txt', 'GET',  [@{ cookie() }, @range],  206, ['PRESENT']],
    ['wild',     'missing',  'GET',  cookie(),                 404, ['PRESENT']],
    ['minus',    'file.txt', 'GET',  anonymous(),              200, ['PRESENT', '-X-Secret']],
    ['none',     'file.txt', 'GET',  anonymous(),              200, undef],
    # a field's name in another spelling
    ['wild',     'file.txt', 'GET',  respelled(anonymous()),   200, '*'],
    ['wild',     'file.txt', 'GET',  respelled(cookie()),      200, ['PRESENT']],
);

sub respelled {
    my %header = @{ $_[0] };
    return [map { (lcfirst(uc $_) => $header{$_}) } sort keys %header];
}

# The cases as hashes, with a path and a sentence.
sub cases {
    return map {
        my %case;
        @case{qw(folder file method headers status expected)} = @$_;
        my %header = @{ $case{headers} };
        $case{path} = "/protocols/$case{folder}/$case{file}";
        $case{what} = join ' ', $case{method}, $case{path}, sort keys %header;
        \%case;
    } @cases;
}

sub tests_of { return 3 * @_ }

# The tests of one response.
sub try_response {
    my ($response, $case, $over) = @_;
    Test::More::is($response->status, $case->{status}, "$over, $case->{what}: the status");
    check($response, $case->{expected}, "$over, $case->{what}: the list");
    my @origin = grep { $_ eq 'origin' } @{ $response->vary };
    Test::More::is(@origin, $case->{folder} eq 'none' ? 0 : 1, "$over, $case->{what}: Origin in Vary");
    return;
}

# A request of a case as it goes over a connection that stays open: ask($case, '1.1', Name => value, ...).
sub ask {
    my ($case, $version, @more) = @_;
    my @headers = (Host => '127.0.0.1', @{ $case->{headers} }, @more);
    my $bytes   = "$case->{method} $case->{path} HTTP/$version\r\n";
    while (my ($name, $value) = splice @headers, 0, 2) {
        $bytes .= "$name: $value\r\n";
    }
    return "$bytes\r\n";
}

# The next response on a connection that stays open, and not a byte more.
sub answer {
    my ($socket, $case) = @_;
    local $SIG{ALRM} = sub { die "no response to $case->{what}\n" };
    alarm 30;
    my $bytes = '';
    until ($bytes =~ /\r\n\r\n\z/) {
        sysread $socket, $bytes, 1, length $bytes or die "the connection ended before the response to $case->{what}\n";
    }
    my $head   = CorsExpose::Test::Response->_new($bytes, 'HEAD');
    my $length = $case->{method} eq 'HEAD' || $head->status == 304 ? 0 : $head->header('Content-Length');
    defined $length or die "no Content-Length in the response to $case->{what}:\n$bytes";
    while ($length > 0) {
        my $read = sysread $socket, $bytes, $length, length $bytes or die "the response to $case->{what} was cut off\n";
        $length -= $read;
    }
    alarm 0;
    return CorsExpose::Test::Response->_new($bytes, $case->{method});
}

sub prefork { return ($ENV{MPM} // '') eq 'prefork' }

# The files of t/server/make-ca, for 'client' or 'stranger': the certificate and its key.
sub certificate {
    my ($name) = @_;
    my $folder = Apache::Test::vars('t_conf') . '/ca';
    return ("$folder/$name.pem", "$folder/$name.key");
}

# A TLS connection to <VirtualHost $vhost>, for request(socket => ...), maybe with a certificate. The server's own is verified.
sub tls {
    my ($vhost, $name, %more) = @_;
    my ($certificate, $key) = $name ? certificate($name) : ();
    my ($ca) = certificate('ca');
    return IO::Socket::SSL->new(
        PeerAddr => '127.0.0.1', PeerPort => port($vhost), SSL_ca_file => $ca,
        $name ? (SSL_cert_file => $certificate, SSL_key_file => $key) : (), %more,
    ) || die "no TLS connection to $vhost: $IO::Socket::SSL::SSL_ERROR\n";
}

# nghttp($base, \@paths, @options): asks for all paths at once, over one HTTP/2 connection, and returns the responses in the
# order of the paths.
sub nghttp {
    my ($base, $paths, @options) = @_;
    my ($head, $stream) = _nghttp($base, $paths, @options);
    return map { _response($head->{ $stream->{$_} // 1 }) } @$paths;
}

# pushed($base, $path, @options): asks for a path, and returns the response and those that were pushed with it: (response, { path => response })
sub pushed {
    my ($base, $path, @options) = @_;
    my ($head, $stream) = _nghttp($base, [$path], @options);
    my %pushed = map { ($_ => _response($head->{ $stream->{$_} })) } grep { $_ ne $path } keys %$stream;
    return (_response($head->{ $stream->{$path} }), \%pushed);
}

sub _response { return CorsExpose::Test::Response->_new(($_[0] // '') . "\r\n", 'GET') }

# The heads by the numbers of their streams, and those by the paths
sub _nghttp {
    my ($base, $paths, @options) = @_;
    local $ENV{SSL_CERT_FILE} = (certificate('ca'))[0];    # or it warns that it knows no such authority
    open my $pipe, '-|', 'nghttp', '--verbose', '--null-out', '--timeout=30', @options, map { "$base$_" } @$paths
        or die "nghttp: $!\n";
    my ($sent, %path, %head);
    my ($promised, $frame) = ('', '');
    while (my $line = <$pipe>) {
        if ($line =~ /\] send HEADERS frame .*stream_id=(\d+)/) {
            $sent = $1;
        }
        elsif (defined $sent && $line =~ /^ +:path: (\S+)/) {
            $path{$sent} = $1;
            undef $sent;
        }
        elsif ($line =~ /\] recv \(stream_id=\d+(?:, sensitive)?\) (:?[^:]+): (.*)/) {
            $promised = $2 if $1 eq ':path';
            $frame .= $1 eq ':status' ? "HTTP/2.0 $2\r\n" : "$1: $2\r\n";
        }
        elsif ($line =~ /\] recv HEADERS frame .*stream_id=(\d+)/) {    # it comes after what is in it
            $head{$1} .= $frame;
            $frame = '';
        }
        elsif ($line =~ /promised_stream_id=(\d+)/) {
            $path{$1} = $promised;
            $frame = '';
        }
    }
    close $pipe;
    return (\%head, { reverse %path });
}

1;
