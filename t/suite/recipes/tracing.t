# conf-examples/recipes/tracing.conf, with an application that measures itself
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

my @timing = ('Server-Timing' => 'db;dur=53', traceresponse => '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'X-Request-Id' => 'abc');
my $backend = stand_in(
    'GET /app/page'  => [200, [@timing, 'Timing-Allow-Origin' => '*', 'Access-Control-Allow-Origin' => '*', 'X-Trace-Secret' => 1],
        '{}'],
    'GET /app/none'  => [404, [@timing], ''],
    'POST /app/form' => [500, [@timing], ''],
);
my $port = serve_recipe('tracing', { TRACING_BACKEND => $backend });
my $names = 'Server-Timing traceresponse X-Request-Id';

try_cases($port,
    ['an answer', 'GET /app/page', reads => $names, hides => 'X-Trace-Secret'],
    ['an error', 'GET /app/none', status => 404, reads => $names],
    ['a failure', 'POST /app/form', status => 500, body => 'x', reads => $names],
    ['another origin', 'GET /app/page', origin => 'https://example.org', hides => $names],
);
try_preflights($port, map { ["a traced $_", "$_ /app/page",
    [qw(traceparent tracestate baggage X-Request-Id Authorization Content-Type)]] } qw(GET HEAD POST PUT PATCH DELETE));

# The performance API goes by another header, which has to be there once.
for my $path (qw(/app/page /app/none)) {
    my @lines = request($path, port => $port, headers => [Origin => origin()])->lines('Timing-Allow-Origin');
    is "@lines", origin(), "$path: who may read its timing";
}
tried_all('tracing');
done_testing;
