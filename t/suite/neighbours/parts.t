# A part of a page that mod_cache stores is decided once, however long it is. Its line says which page that is, however deep the part is in it.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More tests => 6;

my $port = serve(<<'CONF', 'store/x' => '', 'part/a.html' => 'part', 'pages/inner.shtml' => 'inner <!--#include virtual="/part/a.html" -->', 'pages/outer.shtml' => 'outer <!--#include virtual="/pages/inner.shtml" -->', 'long/x' => 'x' x 100_000, 'pages/long.shtml' => '<!--#include virtual="/part/long" -->');
CacheRoot "@ROOT@/store"
CacheQuickHandler Off
# a subrequest has no port of its own for the key
UseCanonicalName On
CacheEnable disk /part
ExposeHeaders X-A
<Location "/part">
    Header set Cache-Control max-age=600
</Location>
# mod_proxy hands a body on piece by piece
ProxyPass "/part/long" "http://127.0.0.1:@PORT@/long/x"
<Location "/pages">
    Options +Includes
    SetOutputFilter INCLUDES
</Location>
CONF

log_mark();
is request('/pages/outer.shtml', port => $port, headers => [Origin => origin()])->body, 'outer inner part', 'the page, with all of its parts';
my @lines = map { s/.*\[client [^\]]+\] //r } log_lines(qr/cors_expose:debug/, 2);
is scalar @lines, 2, 'two decisions' or diag @lines;
like $lines[1], qr{^names: sent "X-A" \(not credentialed\) GET /part/a\.html \(included by /pages/outer\.shtml\) 200 for }, 'the part is of the outer page';
like $lines[0], qr{^names: sent "X-A" \(not credentialed\) GET /pages/outer\.shtml 200 for }, 'whose own list is sent';

log_mark();
is length request('/pages/long.shtml', port => $port, headers => [Origin => origin()])->body, 100_000, 'a long part';
is scalar(log_lines(qr{cors_expose:debug\].* GET /part/long \(included by })), 1, 'is decided once';
