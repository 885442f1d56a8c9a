# conf-examples/minimal.conf
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Examples;
use Test::More;

my @cases = (
    ['an answer', GET => '/api/orders.json',
        { allowed => '*', exposed => 'X-Request-Id X-RateLimit-Limit X-RateLimit-Remaining' }],
    ['a HEAD', HEAD => '/api/orders.json',
        { allowed => '*', exposed => 'X-Request-Id X-RateLimit-Limit X-RateLimit-Remaining' }],
    ['an error', GET => '/api/missing',
        { status => 404, allowed => '*', exposed => 'X-Request-Id X-RateLimit-Limit X-RateLimit-Remaining' }],
    ['with a cookie', GET => '/api/orders.json',
        { allowed => '*', exposed => 'X-Request-Id X-RateLimit-Limit X-RateLimit-Remaining' }, [Cookie => 'id=1']],
    ['without an origin', GET => '/api/orders.json',
        { allowed => '*', exposed => 'X-Request-Id X-RateLimit-Limit X-RateLimit-Remaining' }, [Origin => undef]],
);
my @places = (["%s", 'in the server'], ["<VirtualHost *:\@PORT\@>\n%s\n</VirtualHost>", 'in a virtual host']);

plan tests => TESTS_PER_CASE * @cases * @places;

for my $place (@places) {
    my ($config, $title) = @$place;
    my $port = serve(sprintf($config, 'Include "' . example('minimal.conf') . '"') . <<'END', 'api/orders.json' => '[]');

Header always set X-RateLimit-Limit 60
Header always set X-RateLimit-Remaining 59
Header always set X-Other 1
END
    try_cases($port, $title, @cases);
}
