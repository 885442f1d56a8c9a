# ProxyErrorOverride: an error of the backend's becomes httpd's own, so what the backend listed is gone with its headers.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my @explicit = qw(X-Request-Id X-RateLimit-Limit);
my @cases = (
    # container, what the backend is asked for, status, body, list, sentence
    ['pass', 'gone',  410, qr/^gone$/,            [@explicit, 'X-Own'], "the backend's error"],
    ['on',   'gone',  410, qr/<title>410 Gone/,   ['X-Request-Id'],     "httpd's error in its place"],
    ['page', 'gone',  410, qr/^a page about/,     ['X-Request-Id', 'X-From-The-Page'], 'a page in its place, under the policy of what failed'],
    ['on',   'own',   200, qr/^own$/,             [@explicit, qw(X-Own X-Internal-Key)], 'no error: all is as ever'],
    ['on',   'plain', 200, qr/^plain$/,           \@explicit,           'no error, and no list'],
);

plan tests => 3 * @cases;
for my $case (@cases) {
    my ($container, $variant, $status, $body, $expected, $sentence) = @$case;
    my $response = request("/neighbours/override/$container/$variant", headers => anonymous());
    is($response->status, $status, "$sentence: the status");
    like($response->body, $body, "$sentence: the body");
    check($response, $expected, "$sentence: the list");
}

__END__
ProxyPass "/neighbours/override/pass/" "http://127.0.0.1:@neighbours_backend_port@/"
ProxyPass "/neighbours/override/on/"   "http://127.0.0.1:@neighbours_backend_port@/"
ProxyPass "/neighbours/override/page/" "http://127.0.0.1:@neighbours_backend_port@/"
<LocationMatch "^/neighbours/override/">
    ExposeHeaders X-Request-Id X-RateLimit-*
</LocationMatch>
<LocationMatch "^/neighbours/override/(on|page)/">
    ProxyErrorOverride On
</LocationMatch>
<Location "/neighbours/override/page/">
    ErrorDocument 410 /neighbours/override/gone.txt
</Location>
<Location "/neighbours/override/gone.txt">
    ExposeHeaders None X-Page
    Header always set X-Page 1
    Header always set Access-Control-Expose-Headers X-From-The-Page
</Location>
