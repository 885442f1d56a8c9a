# conf-examples/recipes/gateway.conf, with an application behind it. The Gateway API's own cases are in t/conformance.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

my @open = map { "/cors-$_" } qw(wildcard-origin wildcard-methods-headers wildcard-methods-headers-unauth);
my $backend = stand_in(
    map { $_ => [200, ['x-header-3' => 1, 'x-header-4' => 2, 'Access-Control-Allow-Origin' => '*',
        'Access-Control-Allow-Credentials' => 'true'], 'echo'] } 'GET /cors-1', 'PUT /cors-1', 'GET /cors-2', map { "GET $_" } @open);
my $port = serve_recipe('gateway', { GATEWAY_BACKEND => $backend });
my $allowed = 'Access-Control-Allow-Origin';
my ($foo, $bar) = ('https://www.foo.com', 'https://a.b.bar.com');

# Who may read differs from path to path.
for my $case (
    # path, origin, Access-Control-Allow-Origin, Access-Control-Allow-Credentials
    ['/cors-1', $foo, $foo, 'true'], ['/cors-1', $bar, $bar, 'true'],
    (map { ['/cors-1', $_, undef, undef] } 'https://bar.com', 'https://foo.com', 'http://www.foo.com', 'https://www.foo.com:8443',
        'https://wwwxfoo.com', 'https://www.foo.com.example', 'https://xbar.com', 'https://a.bar.com.example', 'null'),
    ['/cors-2', $foo, $foo, undef], ['/cors-2', $bar, $foo, undef],
    ['/cors-wildcard-origin', $bar, '*', undef],
    ['/cors-wildcard-methods-headers', $bar, $bar, 'true'], ['/cors-wildcard-methods-headers-unauth', $bar, '*', undef],
) {
    my ($path, $origin, $who, $credentials) = @$case;
    my $response = request($path, port => $port, headers => [Origin => $origin]);
    is $response->header($allowed), $who, "$path for $origin: who may read";
    is $response->header('Access-Control-Allow-Credentials'), $credentials, "$path for $origin: whether cookies are welcome";
}
for my $mode (qw(omit include)) {
    my $response = request('/cors-1', port => $port, headers => [Origin => $foo, $mode eq 'include' ? (Cookie => 'a=b') : ()]);
    is $response->aceh, 'x-header-3, x-header-4', "the list, in mode $mode";
}
was_read(qw(x-header-3 x-header-4));
like request('/cors-1', port => $port)->header('Vary'), qr/\bOrigin\b/, 'caches learn that the answer goes by Origin';
is request($_, port => $port, headers => [Origin => $foo])->aceh, undef, "$_ exposes nothing" for '/cors-2', @open;

my @listed = (origin => $foo, mode => 'include', list => 'x-header-3, x-header-4');
try_preflights($port,
    (map { ["a $_", "$_ /cors-1", [qw(x-header-1 x-header-2)], @listed] } qw(GET OPTIONS)),
    ['one origin', 'DELETE /cors-2', [], origin => $foo],
    ['any origin', 'PUT /cors-wildcard-origin', []],
    ['anything', 'DELETE /cors-wildcard-methods-headers', [qw(x-own Authorization)], mode => 'include'],
    ['anything, no credentials', 'DELETE /cors-wildcard-methods-headers-unauth', ['x-own']],
);
tried_all('gateway');
done_testing;
