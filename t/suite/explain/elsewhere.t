# ExposeHeadersExplain On, beside what is none of its matter: other requests, other pages, URLs without a directive of ours.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

my $port = serve(<<'CONF', 'page.shtml' => '<!--#include virtual="/why?url=/api/x" -->', 'api/x' => 'plain', 'api/key/x' => '', 'else/x' => '');
<Location "/why">
    ExposeHeadersExplain On
</Location>
<Location "/api">
    ExposeHeaders *
</Location>
<Location "/api/key">
    RequestHeader set Authorization "Bearer key"
</Location>
<Directory "@ROOT@/root">
    Options +Includes
    AddOutputFilter INCLUDES .shtml
</Directory>
CONF

plan tests => 6;

is request('/api/x', port => $port)->body, 'plain', 'another page comes as it is';
unlike request('/page.shtml', port => $port)->body, qr/containers in force/, 'it explains nothing inside a page';
like request('/why?url=/else/x', port => $port)->body, qr/No directive of this module is in force/, 'a URL without directives has none';
like request('/why?url=/api/x&origin=https://app.example.com', port => $port)->body, qr/wildcard: .*: \*$/m,
    'where everything is exposed, a script without credentials gets *';
like request('/why?url=/api/x&origin=https://app.example.com&credentials=include', port => $port)->body, qr/written-out: .*: Vary, Date, Server$/m,
    'and with credentials the names';
like request('/why?url=/api/key/x&origin=https://app.example.com', port => $port)->body, qr/written-out: /, 'as where the server adds an Authorization';
