# mod_proxy_http2 with a backend that speaks HTTP/2.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Test;

plan tests => backend_tests() + 1;
try_backend('http2', '');
is(request('/neighbours/http2/off/plain')->header('X-Protocol'), 'HTTP/2.0', 'the backend was asked over HTTP/2');

__END__
ProxyPassMatch "^/neighbours/http2/\w+/(\w+)$" "h2c://127.0.0.1:@neighbours_backend_port@/$1"
