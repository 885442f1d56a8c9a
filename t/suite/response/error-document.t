# The response to an error follows the policy of the request that failed, whatever says it.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

# path, status, part of the body, what is sent, Vary, what it shows
my @table = (
    ['text/missing',             404, 'a text',       'X-One', 'origin', 'a text'],
    ['text/denied/file.txt',     403, 'another text', 'X-One', 'origin', 'another status'],
    ['to-page/missing',          404, '0123456789',   'X-One', 'origin', 'a local page in a container with another policy'],
    ['to-page/denied/file.txt',  403, '0123456789',   'X-One', 'origin', 'the same for 403'],
    ['to-page/login/file.txt',   401, '0123456789',   'X-One', 'origin', 'the same for 401'],
    ['to-page/crash.cgi',        500, 'sorry: 500',   'X-One', 'origin', 'a script for a script that failed'],
    ['to-cgi/missing',           404, 'sorry: 404',   'X-One', 'origin', 'a script'],
    ['to-folder/missing',        404, 'index',        'X-One', 'origin', 'a folder, whose index takes over'],
    ['to-nowhere/missing',       404, 'Additionally', 'X-One', 'origin', 'a page that is missing itself'],
    ['to-elsewhere/missing',     302, 'elsewhere',    'X-One', 'origin', 'a page elsewhere'],
    ['to-page-without/missing',  404, '0123456789',   'X-One', 'origin', 'a page without a policy'],
    ['pattern-to-page/missing',  404, '0123456789',   'X-One, X-Page, X-Two', 'origin',
        'a pattern, which takes what the page brings'],
    ['env-to-page/missing',      404, '0123456789',   'X-One, X-Two', 'origin',
        'conditions: env= of the request that failed, expr= on the final status'],
    ['no-policy-to-page/missing', 404, '0123456789',  undef, '', "without a policy, the page's policy is not used either"],
    ['off-to-page/missing',      404, '0123456789',   undef, '', "with When Off, the page's policy is not used either"],
    ['internal/internal-to-page.asis', 404, '0123456789', 'X-One', 'origin',
        'of a chain of redirects, the request that failed decides'],
    ['page/file.txt',            200, '0123456789',   'X-Page', 'origin', 'the page itself, asked for by name'],
);

plan tests => 4 * @table;

for my $case (@table) {
    my ($path, $status, $body, $expected, $vary, $title) = @$case;
    my $r = request("/response/$path", headers => [Origin => origin()]);
    is($r->status, $status, "$title ($path): the status");
    like($r->body, qr/$body/, "$title ($path): the body");
    my $aceh = $r->aceh;
    $aceh = join ', ', sort split /, /, $aceh if defined $aceh;
    is($aceh, $expected, "$title ($path): what is sent");
    is("@{ $r->vary }", $vary, "$title ($path): Vary");
}

__END__
<Location "/response/text">
    ExposeHeaders X-One
    ErrorDocument 404 "a text"
    ErrorDocument 403 "another text"
    Header always set Access-Control-Allow-Credentials true "expr=%{QUERY_STRING} == 'credentials'"
</Location>
<Location "/response/to-page">
    ExposeHeaders X-One
    ErrorDocument 404 /response/page/file.txt
    ErrorDocument 403 /response/page/file.txt
    ErrorDocument 401 /response/page/file.txt
    ErrorDocument 500 /response/page/page.cgi
</Location>
<Location "/response/to-cgi">
    ExposeHeaders X-One
    ErrorDocument 404 /response/page/page.cgi
</Location>
<Location "/response/to-nowhere">
    ExposeHeaders X-One
    ErrorDocument 404 /response/page/missing-too
</Location>
<Location "/response/to-elsewhere">
    ExposeHeaders X-One
    ErrorDocument 404 https://elsewhere.example/
</Location>
<Location "/response/to-folder">
    ExposeHeaders X-One
    ErrorDocument 404 /response/folder/
</Location>
<Location "/response/pattern-to-page">
    ExposeHeaders X-*
    ErrorDocument 404 /response/page/file.txt
</Location>
<Location "/response/no-policy-to-page">
    ErrorDocument 404 /response/page/file.txt
</Location>
<Location "/response/off-to-page">
    ExposeHeaders X-One
    ExposeHeadersWhen Off
    ErrorDocument 404 /response/page/file.txt
</Location>
<Location "/response/to-page-without">
    ExposeHeaders X-One
    ErrorDocument 404 /response/without/file.txt
</Location>
<Location "/response/env-to-page">
    SetEnv RESPONSE_SET 1
    ExposeHeaders X-One env=RESPONSE_SET
    ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 404"
    ErrorDocument 404 /response/page/file.txt
</Location>
<Location "/response/page">
    ExposeHeaders X-Page
    Header always set X-Page 1
</Location>
