# mod_rewrite. In a directory it redirects internally: the policy is that of the client's URL and of the target, and so are the facts,
# though the first container took Origin away.
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
    ['proxied', '',     cookie(),    200, ['PRESENT'],                 'the same with credentials'],
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

__END__
<Directory "@DocumentRoot@/neighbours/rewrite/from">
    ExposeHeaders X-From *
    Header set X-From 1
    RequestHeader unset Origin
    RewriteEngine On
    RewriteRule "^page$"    "/neighbours/rewrite/to/page.txt" [L]
    RewriteRule "^twice$"   "/neighbours/rewrite/from/page" [L]
    RewriteRule "^marked$"  "/neighbours/rewrite/to/page.txt" [E=MARK:1,CO=seen:1:127.0.0.1,L]
    RewriteRule "^away$"    "https://elsewhere.example/" [R=302,L]
    RewriteRule "^refused$" "-" [F]
    RewriteRule "^removed$" "-" [G]
    RewriteRule "^proxied$" "http://127.0.0.1:@neighbours_backend_port@/own" [P]
</Directory>
<Directory "@DocumentRoot@/neighbours/rewrite/to">
    ExposeHeaders X-To
    ExposeHeaders X-Marked env=REDIRECT_MARK
    Header set X-To 1
</Directory>
<VirtualHost neighbours_rewrite>
    RewriteEngine On
    RewriteRule "^/neighbours/rewrite/from/server$" "/neighbours/rewrite/to/page.txt" [L]
</VirtualHost>
