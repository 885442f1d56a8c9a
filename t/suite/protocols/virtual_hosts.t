# Several virtual hosts on one address: the Host of the request decides, on a connection that goes from one to the other, too.
use strict;
use warnings;
use IO::Socket::INET;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Protocols;
use CorsExpose::Test;

my $port  = port('protocols_names');
my $path  = '/protocols/pattern/file.txt';
my @first  = qw(X-One X-Two-B X-First);
my @second = qw(X-Two-B X-Second);
my @third  = qw(X-One X-Two-B);
my @cases = (
    # request line, Host, list
    ["GET $path HTTP/1.1",                             'first.example',  \@first],
    ["GET $path HTTP/1.1",                             'second.example', \@second],
    ["GET $path HTTP/1.1",                             'third.example',  \@third],
    ["GET $path HTTP/1.1",                             'SECOND.example:1', \@second],
    ["GET $path HTTP/1.1",                             'other.example',  \@first],
    ["GET http://second.example:$port$path HTTP/1.1",  'third.example',  \@second],
    ["GET $path HTTP/1.0",                             undef,            \@first],
    ["GET $path HTTP/1.0",                             'third.example',  \@third],
    ['GET /protocols/none/file.txt HTTP/1.1',          'first.example',  ['X-First']],
    ['GET /protocols/none/file.txt HTTP/1.1',          'second.example', ['X-Second']],
    ['GET /protocols/none/file.txt HTTP/1.1',          'third.example',  undef],
    ['GET /protocols/wild/file.txt HTTP/1.1',          'first.example',  '*, X-First'],
    # Never forbids X-One in the second: there a wildcard is written out
    ['GET /protocols/wild/file.txt HTTP/1.1',          'second.example', ['PRESENT', '-X-One', 'X-Second']],
    ['GET /protocols/wild/file.txt HTTP/1.1',          'third.example',  '*'],
    # an error before the containers were walked: the virtual host's own policy
    ['GET /%00 HTTP/1.1',                              'second.example', ['X-Second']],
);

plan tests => 2 * @cases + 3;
my $socket;
for my $round ('a connection of its own', 'kept open') {
    for my $case (@cases) {
        my ($line, $host, $expected) = @$case;
        my $name = $host // 'no Host';
        my $keep = $round eq 'kept open' ? 'keep-alive' : 'close';
        my $raw  = join "\r\n", $line, defined $host ? "Host: $host" : (), 'Origin: ' . origin(), "Connection: $keep", '', '';
        my $response;
        if ($keep eq 'close') {
            $response = request('', raw => $raw, port => 'protocols_names');
        }
        else {
            $socket //= IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die "connect: $!\n";
            print {$socket} $raw;
            $response = answer($socket, { what => $line, method => 'GET' });
            undef $socket if ($response->header('Connection') // '') =~ /close/i;
        }
        check($response, $expected, "$round, $line, $name");
    }
}

my %lists = ('first.example' => \@first, 'second.example' => \@second, 'third.example' => \@third);
for my $host (sort keys %lists) {
    my ($response) = nghttp("http://127.0.0.1:$port", [$path], '--header', ":authority: $host", '--header', 'origin: ' . origin());
    check($response, $lists{$host}, "HTTP/2, $host");
}

__END__
<VirtualHost first.example:protocols_names>
    Protocols h2c http/1.1
    ExposeHeaders X-First
    Header always set X-First 1
</VirtualHost>
<VirtualHost second.example:protocols_names>
    Protocols h2c http/1.1
    ExposeHeaders X-Second
    ExposeHeadersNever X-One
    Header always set X-Second 1
</VirtualHost>
<VirtualHost third.example:protocols_names>
    Protocols h2c http/1.1
</VirtualHost>
