# conf-examples/reverse-proxy.conf, with a backend, and with one that is down
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Examples;
use CorsExpose::Test;
use IO::Socket::INET;
use Test::More;

my @cases = (
    ['Merge', GET => '/shop/page.html', { allowed => '*', exposed => 'X-Page X-Request-Id' }],
    ['Merge of a malformed list', GET => '/shop/malformed.html', { allowed => '*', exposed => 'X-Page X-Pages X-Request-Id' }],
    ['Merge with nothing', GET => '/shop/nothing.html', { allowed => '*', exposed => 'X-Request-Id' }],
    ["Merge, the backend's error", GET => '/shop/missing', { status => 404, allowed => '*', exposed => 'X-Request-Id' }],
    ['Replace', GET => '/legacy/page.html', { allowed => '*', exposed => 'X-Request-Id' }],
    ['Keep', GET => '/partner/page.html', { allowed => '*', exposed => 'X-Page X-Debug-Query' }],
    ['Keep of a malformed list', GET => '/partner/malformed.html', { allowed => '*', exposed => 'X-Page X-Pages' }],
    ['Keep with nothing', GET => '/partner/nothing.html', { allowed => '*', exposed => 'X-Request-Id' }],
);
my @down = map { ["$_, the backend down", GET => "/$_/page.html", { status => 503, allowed => '*', exposed => 'X-Request-Id' }] }
    qw(shop legacy partner);

plan tests => TESTS_PER_CASE * (@cases + @down) + 1;

my $backend = serve(<<'END', map { ("shop/$_" => '', "legacy/$_" => '', "partner/$_" => '') } qw(page.html malformed.html nothing.html));
Header always set Access-Control-Allow-Origin "https://elsewhere.example.org"
<Files "page.html">
    Header set Access-Control-Expose-Headers "X-Page, X-Debug-Query, X-Backend-Node"
</Files>
<Files "malformed.html">
    Header set Access-Control-Expose-Headers "X-Page, total pages, X-Pages"
</Files>
END
my $include = 'Include "' . example('reverse-proxy.conf') . '"';
my $port    = serve("Define BACKEND http://127.0.0.1:$backend\n$include");
log_mark();
try_cases($port, 'reverse-proxy.conf', @cases);
my @dropped = log_lines(qr/dropped 1 malformed element .* 'total pages'/, 2);
is scalar @dropped, 2, 'the log has a line for each malformed list';

# A port with nobody behind it: it is taken, but nobody listens.
my $nobody = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'tcp') or die "no port: $!\n";
$port = serve('Define BACKEND http://127.0.0.1:' . $nobody->sockport . "\n$include");
try_cases($port, 'reverse-proxy.conf', @down);
