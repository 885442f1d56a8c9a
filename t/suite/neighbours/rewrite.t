# mod_rewrite. In a directory it redirects internally: the policy is that of the client's URL and of the target, and so are the facts,
# though the first container took Origin and Cookie away.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my @cases = (
    # what, query string, who asks, status, list, sentence
    ['page',    '',     anonymous(), 200, '*, X-From, X-To',           'one internal redirect'],
    ['twice',   '',     anonymous(), 200, '*, X-From, X-To',           'two'],
    ['marked',  '',     anonymous(), 200, '*, X-From, X-To, X-Marked',        'with an environment variable, and a cookie to set'],
    ['page',    '?own', anonymous(), 200, '*, X-From, X-To, X-Own',    'to a file with a list of its own'],
    ['page',    '',     [],          200, ['PRESENT', 'X-From', 'X-To'], 'without Origin'],
    ['away',    '',     anonymous(), 302, '*, X-From',                 'an external redirect'],
    ['refused', '',     anonymous(), 403, '*, X-From',                 'a refusal'],
    ['removed', '?own', cookie(),    410, ['PRESENT', 'X-From', 'X-Own'], 'a file that is gone'],
    ['proxied', '',     anonymous(), 200, '*, X-From, X-Own, X-Internal-Key', 'a proxy, which brings a list'],
    ['proxied', '',     cookie(),    200, ['PRESENT'],                 'the same with credentials, which RequestHeader hid'],
);
my @wild = (['server', 'neighbours_rewrite', 'in the server']);

plan tests => 3 * @cases + 2;
for my $case (@cases) {
    my ($path, $query, $headers, $status, $expected, $sentence) = @$case;
    my $response = request("/neighbours/rewrite/from/$path$query", headers => $headers);
    is($response->status, $status, "$sentence: the status");
    check($response, $expected, "$sentence: the list");
    ok((grep { $_ eq 'origin' } @{ $response->vary }), "$sentence: Vary");
}

my $response = request('/neighbours/rewrite/from/server', headers => anonymous(), port => 'neighbours_rewrite');
is($response->body, "to\n", 'a rewrite in the server, which walks the containers of the new path alone');
check($response, ['X-To'], 'its list');
