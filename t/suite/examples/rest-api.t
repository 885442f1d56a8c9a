# conf-examples/rest-api.conf
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Examples;
use CorsExpose::Test;
use Test::More;

my $names  = 'X-Request-Id ETag Location Retry-After Link X-Total-Count';
my $limits = 'X-RateLimit-Limit X-RateLimit-Remaining';
my @cases  = (
    ['an answer', GET => '/api/orders.json', { allowed => '*', exposed => "$names $limits" }],
    ['a POST', POST => '/api/orders.json', { allowed => '*', exposed => "$names $limits" }],
    ['a DELETE that is not allowed', DELETE => '/api/orders.json',
        { status => 405, allowed => '*', exposed => "$names $limits" }],
    ['an error', GET => '/api/missing', { status => 404, allowed => '*', exposed => "$names $limits" }],
    ['a token', GET => '/api/orders.json', { allowed => '*', exposed => "$names $limits" },
        [Authorization => 'Bearer 1']],
    ['the old version', GET => '/api/v1/orders.json', { allowed => '*', exposed => "$names $limits Deprecation Sunset" }],
    ["the operators' corner", GET => '/api/operators/load.json', { allowed => '*', exposed => 'X-Request-Id' }],
    ["an error in the operators' corner", GET => '/api/operators/missing',
        { status => 404, allowed => '*', exposed => 'X-Request-Id' }],
    ['a list of its own that names what is forbidden', GET => '/api/loose.json',
        { allowed => '*', exposed => "$names $limits X-Other" }],
    ['a preflight', OPTIONS => '/api/orders.json', { status => 204, allowed => '*', exposed => undef },
        ['Access-Control-Request-Method' => 'PUT']],
    ['a preflight of what is not there', OPTIONS => '/api/missing', { status => 204, allowed => '*', exposed => undef },
        ['Access-Control-Request-Method' => 'PUT']],
    ['OPTIONS that is no preflight', OPTIONS => '/api/orders.json', { allowed => '*', exposed => "$names $limits" }],
);

plan tests => TESTS_PER_CASE * @cases + 2;

my $port = serve('Include "' . example('rest-api.conf') . "\"\n" . <<'END', map { ("api/$_.json" => '[]') } qw(orders loose v1/orders operators/load));
Header always set X-RateLimit-Limit 60
Header always set X-RateLimit-Remaining 59
Header always set X-Internal-Node db-7
Header always set X-Powered-By coffee
Header always set X-Other 1
<Location "/api/loose.json">
    Header set Access-Control-Expose-Headers "X-Other, X-Powered-By, x-internal-node, Server"
</Location>
END
try_cases($port, 'rest-api.conf', @cases);

my @preflight = ('/api/orders.json', method => 'OPTIONS', port => $port);
my $r = request(@preflight, headers => [Origin => origin(), 'Access-Control-Request-Method' => 'PUT']);
is $r->header('Access-Control-Allow-Methods'), 'GET, POST, PUT, PATCH, DELETE', 'a preflight learns the methods';
$r = request('/api/orders.json', port => $port, headers => [Origin => origin()]);
is $r->header('Access-Control-Allow-Methods'), undef, 'an answer has no word about methods';
