# conf-examples/credentialed-spa.conf
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Examples;
use CorsExpose::Test;
use Test::More;

my $app     = 'https://app.example.com';
my $preview = 'https://pr-7.preview.example.com';
# what an answer has: a file's, and an error's
my $file  = 'X-Request-Id Date Server ETag Accept-Ranges Content-Range Vary';
my $error = 'X-Request-Id Date Server Vary';
my @cookie = (Cookie => 'session=1');
my @put    = ('Access-Control-Request-Method' => 'PUT');

my @cases = (
    ['the application', GET => '/api/orders.json', { allowed => $app, exposed => $file }, [@cookie]],
    ['the application without a cookie', GET => '/api/orders.json', { allowed => $app, exposed => $file }],
    ["the application's error", GET => '/api/missing', { status => 404, allowed => $app, exposed => $error }, [@cookie]],
    ['a preview', GET => '/api/orders.json', { allowed => $preview, exposed => "$file X-Internal-Trace" },
        [@cookie, Origin => $preview]],
    (map { ["the stranger $_", GET => '/api/orders.json', { allowed => undef, exposed => undef }, [@cookie, Origin => $_]] }
        'https://example.com', 'https://app.example.com.example.net', 'https://evil-app.example.com', 'http://app.example.com',
        'https://app.example.com:8443', 'https://preview.example.com', 'https://a.b.preview.example.com', 'null'),
    ['no origin', GET => '/api/orders.json', { allowed => undef, exposed => $file }, [@cookie, Origin => undef]],
    ["the application's preflight", OPTIONS => '/api/orders.json',
        { status => 204, allowed => $app, exposed => undef, vary => 1 }, [@put]],
    ["a stranger's preflight", OPTIONS => '/api/orders.json',
        { status => 204, allowed => undef, exposed => undef, vary => 1 }, [@put, Origin => 'https://example.com']],
);

plan tests => TESTS_PER_CASE * @cases + 2;

my $port = serve('Include "' . example('credentialed-spa.conf') . "\"\n" . <<'END', 'api/orders.json' => '[]');
Header always set X-Request-Id 1
Header always set X-Internal-Node db-7
Header always set X-Internal-Trace 5f2b
END
try_cases($port, 'credentialed-spa.conf', @cases);

my $r = request('/api/orders.json', port => $port, headers => [Origin => $app, @cookie]);
is $r->header('Access-Control-Allow-Credentials'), 'true', 'the application may send cookies';
$r = request('/api/orders.json', port => $port, headers => [Origin => 'https://example.com', @cookie]);
is $r->header('Access-Control-Allow-Credentials'), undef, 'a stranger may not';
