# mod_proxy_http with a backend that speaks HTTP/1.1.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Test;

plan tests => backend_tests() + 1;
try_backend('http', '');
is(request('/neighbours/http/off/plain')->header('X-Protocol'), 'HTTP/1.1', 'the backend was asked over HTTP/1.1');

__END__
ProxyPassMatch "^/neighbours/http/\w+/(\w+)$" "http://127.0.0.1:@neighbours_backend_port@/$1"
