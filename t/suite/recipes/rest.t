# conf-examples/recipes/rest.conf, with an application, and with one that is down
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

use IO::Socket::INET;

my @own = ('Access-Control-Allow-Origin' => 'https://elsewhere.example', 'Access-Control-Expose-Headers' => 'X-Total-Count');
my $backend = stand_in(
    'GET /api/orders'       => [200, [@own, Link => '<?page=2>; rel="next"', 'X-Total-Count' => 99, 'X-Total' => 99,
        'X-Total-Pages' => 10, 'X-Page' => 1,
        'X-Per-Page' => 10, 'X-Next-Page' => 2, 'X-Prev-Page' => 0, 'Content-Range' => 'orders 0-9/99', ETag => '"1"',
        RateLimit => '"default";r=9;t=60', 'RateLimit-Policy' => '"default";q=10;w=60', 'RateLimit-Limit' => 10,
            'RateLimit-Remaining' => 9,
        'RateLimit-Reset' => 60, 'X-RateLimit-Remaining-Minute' => 9, 'X-Request-Id' => 'abc'], '[]'],
    'POST /api/orders'      => [201, [Location => '/api/orders/100', ETag => '"1"'], '{}'],
    'GET /api/orders.csv'   => [200, ['Content-Disposition' => 'attachment; filename=orders.csv'], 'a,b'],
    'GET /api/v1/orders'    => [200, [Deprecation => '@1767225600', Sunset => 'Wed, 31 Dec 2036 23:59:59 GMT'], '[]'],
    'POST /api/chat'        => [429, ['retry-after-ms' => 250, 'x-should-retry' => 'true', 'request-id' => 'req_1'], '{}'],
    'GET /api/many'         => [429, ['Retry-After' => 7, 'X-RateLimit-Remaining' => 0, RateLimit => '"default";r=0;t=7'], ''],
    'GET /api/maintenance'  => [503, ['Retry-After' => 120], ''],
    'PUT /api/orders/1'     => [412, [ETag => '"2"'], ''],
    'GET /api/secret'       => [401, ['X-Request-Id' => 'abc'], ''],
    'GET /api/none'         => [404, ['X-Request-Id' => 'abc'], ''],
    'GET /api/broken'       => [500, ['X-Request-Id' => 'abc'], ''],
);
my $limited = <<'END';
RewriteEngine On
RewriteRule "^/api/limited" - [R=429]
<Location "/api/limited">
    Header always set Retry-After 9
    Header always set X-RateLimit-Remaining 0
</Location>
END
my $port = serve_recipe('rest', { REST_BACKEND => $backend }, $limited);
my @token = (headers => [Authorization => 'Bearer 1']);

try_cases($port,
    ['a page', 'GET /api/orders?page=1', @token,
        reads => 'Link X-Total-Count X-Total X-Total-Pages X-Page X-Per-Page X-Next-Page X-Prev-Page Content-Range '
        . 'ETag RateLimit RateLimit-Policy RateLimit-Limit RateLimit-Remaining RateLimit-Reset X-RateLimit-Remaining-Minute X-Request-Id'],
    ['the same without a token', 'GET /api/orders', reads => 'Link X-Total-Count X-RateLimit-Remaining-Minute'],
    ['an order is made', 'POST /api/orders', status => 201, body => '{}', reads => 'Location ETag'],
    ['an export', 'GET /api/orders.csv', reads => 'Content-Disposition'],
    ['an old version', 'GET /api/v1/orders', reads => 'Deprecation Sunset'],
    ['a model that is busy', 'POST /api/chat', @token, body => '{}', status => 429,
        reads => 'retry-after-ms x-should-retry request-id Date'],
    ['too many requests', 'GET /api/many', status => 429, reads => 'Retry-After X-RateLimit-Remaining RateLimit'],
    ['maintenance', 'GET /api/maintenance', status => 503, reads => 'Retry-After'],
    ['somebody else was faster', 'PUT /api/orders/1', status => 412, body => '{}', reads => 'ETag'],
    (map { ["a $_->[0]", "GET /api/$_->[1]", status => $_->[0], reads => 'X-Request-Id'] } [401, 'secret'], [404, 'none'], [500,
        'broken']),
    ['too many requests, says httpd', 'GET /api/limited', httpds => 1, status => 429, reads => 'Retry-After X-RateLimit-Remaining'],
);
try_preflights($port, map { ["a $_", "$_ /api/orders/1", [qw(Authorization Content-Type If-Match If-None-Match Prefer Range)]] }
    qw(GET HEAD POST PUT PATCH DELETE));

is request('/api/maintenance', port => $port)->header('Retry-After'), 120, 'what the application says of its maintenance stands';

# a port with nobody behind it: it is taken, but nobody listens
my $nobody = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'tcp') or die "no port: $!\n";
$port = serve_recipe('rest', { REST_BACKEND => $nobody->sockport });
try_cases($port, ['the application is down', 'GET /api/orders', httpds => 1, status => 503, reads => 'Retry-After']);
tried_all('rest');
done_testing;
