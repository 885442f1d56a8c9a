# mod_proxy_http2 with a backend that speaks HTTP/2. Under prefork httpd has no HTTP/2 to offer, so there the backend is bad.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my $response = request('/neighbours/http2/explicit/plain', headers => anonymous());
if (($ENV{MPM} // '') eq 'prefork') {
    plan tests => 2;
    is($response->status, 502, 'prefork: a backend that should speak HTTP/2 and does not');
    check($response, ['X-Request-Id'], 'prefork: the list of the error');
}
else {
    plan tests => backend_tests() + 1;
    try_backend('http2', '');
    is($response->header('X-Protocol'), 'HTTP/2.0', 'the backend was asked over HTTP/2');
}
