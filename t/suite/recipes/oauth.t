# conf-examples/recipes/oauth.conf, with what an authorization server and an API answer, and with a login of httpd's own
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

my @nonce = ('DPoP-Nonce' => 'eyJ7S_zG');
# A server that adds a line of its own for each header.
my @own = ('Access-Control-Allow-Origin' => '*', 'Access-Control-Expose-Headers' => 'DPoP-Nonce',
    'Access-Control-Expose-Headers' => 'X-Own', 'X-Own' => 1);
my $backend = stand_in(
    'POST /oauth/token'      => [400, [@nonce, @own, 'Cache-Control' => 'no-store'], '{"error":"use_dpop_nonce"}'],
    'POST /oauth/token2'     => [200, [@nonce], '{"access_token":"x"}'],
    'GET /resource/me'       => [401, [@nonce,
        'WWW-Authenticate' => 'DPoP error="use_dpop_nonce", resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"'], ''],
    'GET /resource/me2'      => [200, [@nonce, Authorization => 'Bearer new'], '{}'],
    'GET /resource/scope'    => [403, ['WWW-Authenticate' => 'Bearer error="insufficient_scope"'], ''],
    'POST /oauth/many'       => [429, ['Retry-After' => 5], '{"error":"slow_down"}'],
    'GET /.well-known/oauth-protected-resource' => [200, [], '{}'],
);
my $port = serve_recipe('oauth', { OAUTH_BACKEND => $backend }, <<'END', users => "me:{SHA}NWoZK3kTsExUV00Ywo1G5jlUKKs=\n");
<Location "/resource/httpd/">
    ProxyPass !
    AuthType Basic
    AuthName closed
    AuthUserFile "@ROOT@/users"
    Require valid-user
</Location>
END
my @dpop = (headers => [Authorization => 'DPoP x', DPoP => 'y']);

try_cases($port,
    ['a nonce is asked for', 'POST /oauth/token', body => 'grant_type=x', status => 400, reads => 'DPoP-Nonce X-Own'],
    ['a token comes with the next nonce', 'POST /oauth/token2', body => 'grant_type=x', reads => 'DPoP-Nonce'],
    ['the API asks for a nonce', 'GET /resource/me', @dpop, status => 401, reads => 'WWW-Authenticate DPoP-Nonce'],
    ['its answer comes with the next one', 'GET /resource/me2', @dpop, reads => 'DPoP-Nonce', hides => 'Authorization'],
    ['a token that is not enough', 'GET /resource/scope', @dpop, status => 403, reads => 'WWW-Authenticate'],
    ['too often', 'POST /oauth/many', body => 'x', status => 429, reads => 'Retry-After'],
    ['the metadata', 'GET /.well-known/oauth-protected-resource', reads => 'Content-Length'],
    ["httpd's own challenge", 'GET /resource/httpd/x', httpds => 1, status => 401, reads => 'WWW-Authenticate'],
);
my @sends = qw(Authorization DPoP Content-Type);
try_preflights($port,
    ['a token', 'POST /oauth/token', ['DPoP']],    (map { ['the API', "$_ /resource/me",
        \@sends] } qw(GET HEAD POST PUT PATCH DELETE)),
    ["what httpd guards", 'GET /resource/httpd/x', \@sends],
);
tried_all('oauth');
done_testing;
