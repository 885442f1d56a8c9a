# The line about a part of a page that mod_cache stores says which page that is, however deep the part is in it.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More tests => 4;

my $port = serve(<<'CONF', 'store/x' => '', 'part/a.html' => 'part', 'pages/inner.shtml' => 'inner <!--#include virtual="/part/a.html" -->', 'pages/outer.shtml' => 'outer <!--#include virtual="/pages/inner.shtml" -->');
CacheRoot "@ROOT@/store"
CacheQuickHandler Off
# a subrequest has no port of its own for the key
UseCanonicalName On
CacheEnable disk /part
ExposeHeaders X-A
<Location "/part">
    Header set Cache-Control max-age=600
</Location>
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
