# conf-examples/recipes/grpc-web.conf, with what gRPC-web and Connect servers answer
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

my @grpc = ('Content-Type' => 'application/grpc-web+proto');
my $frame = pack 'CNa*', 0x80, 15, "grpc-status:0\r\n";
my $message = pack 'CNa*', 0, 3, 'abc';
my $backend = stand_in(
    'POST /shop.Orders/Get'       => [200, [@grpc, 'X-Tenant-Quota' => 5], "$message$frame"],
    # an answer without a body: all is in the headers. The server lets its own metadata be read.
    'POST /shop.Orders/None'      => [200, [@grpc, 'grpc-status' => 5, 'grpc-message' => 'no%20such%20order',
        'grpc-status-details-bin' => 'CAU=',
        'Access-Control-Expose-Headers' => 'x-tenant-quota, grpc-status', 'X-Tenant-Quota' => 5], ''],
    'POST /shop.Orders/Closed'    => [200, [@grpc, 'grpc-status' => 16, 'grpc-message' => 'log in'], ''],
    'POST /shop.Orders/Connect'   => [200, ['Content-Type' => 'application/json', 'Trailer-Cost' => 7, 'Trailer-grpc-quota' => 8],
        '{}'],
    'GET /shop.Orders/Connect'    => [200, ['Content-Type' => 'application/json', 'Trailer-Cost' => 7], '{}'],
    'POST /shop.Orders/Refused'   => [404, ['Content-Type' => 'application/json', 'Trailer-Cost' => 7], '{"code":"not_found"}'],
    'POST /shop.Orders/Many'      => [429, ['Content-Type' => 'application/json', 'Retry-After' => 2],
        '{"code":"resource_exhausted"}'],
    'POST /shop.Orders/Anonymous' => [401, [@grpc, 'grpc-status' => 16], ''],
);
my $port = serve_recipe('grpc-web', { GRPC_WEB_BACKEND => $backend });
my @post = (body => $message, headers => ['X-Grpc-Web' => 1, @grpc]);

try_cases($port,
    ['a call', 'POST /shop.Orders/Get', @post, hides => 'X-Tenant-Quota'],
    ['a call that fails without a body', 'POST /shop.Orders/None', @post,
        reads => 'grpc-status grpc-message grpc-status-details-bin x-tenant-quota'],
    ['a call without a login', 'POST /shop.Orders/Closed', @post, reads => 'grpc-status grpc-message'],
    ['Connect, trailers of a unary call', 'POST /shop.Orders/Connect', body => '{}', reads => 'Trailer-Cost Trailer-grpc-quota'],
    ['Connect, a GET', 'GET /shop.Orders/Connect?encoding=json&message=%7B%7D', reads => 'Trailer-Cost'],
    ['Connect, an error', 'POST /shop.Orders/Refused', body => '{}', status => 404, reads => 'Trailer-Cost'],
    ['Connect, too many', 'POST /shop.Orders/Many', body => '{}', status => 429, reads => 'Retry-After'],
    ['a proxy in between wants a login', 'POST /shop.Orders/Anonymous', @post, status => 401, reads => 'grpc-status'],
);
try_preflights($port,
    ['gRPC-web', 'POST /shop.Orders/Get', [qw(X-Grpc-Web X-User-Agent Grpc-Timeout Content-Type Authorization)]],
    (map { ['Connect', "$_ /shop.Orders/Connect", [qw(Connect-Protocol-Version Connect-Timeout-Ms Content-Type)]] } qw(GET POST)),
);
is request('/shop.Orders/Get', method => 'POST', port => $port, body => $message)->body, "$message$frame",
    'the trailers in the body are unharmed';
tried_all('grpc-web');
done_testing;
