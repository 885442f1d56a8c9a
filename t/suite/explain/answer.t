# ExposeHeadersExplain On: what holds for one URL, on the running server.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

my $port = serve(<<'CONF', 'api/x' => 'x', 'dir/index.html' => '', 'site/page.html' => '', 'front/index.html' => '', 'run/run.cgi' => "#!/bin/sh\ntouch \"\$0.ran\"\n",
ExposeHeaders X-Main
ExposeHeadersNever X-Secret
SetEnvIf Request_URI "^/site" SITE=1
SetEnvIf Origin "^https://app" APP=1
SetEnvIf Request_URI "^/why" WHY=1
<Location "/why">
    ExposeHeadersExplain On
</Location>
<Location "/api">
    ExposeHeaders X-A, X-B
    ExposeHeaders X-Local-* origin=http://localhost:*
    ExposeHeaders X-E "expr=%{REQUEST_STATUS} == 429"
    ExposeHeaders -X-B env=QUIET
    ExposeHeadersWhen Allowed
    <If "%{HTTP:Cookie} != ''">
        ExposeHeaders None X-Cookie
    </If>
</Location>
<Location "/broken">
    ExposeHeaders X-Broken "expr=%{HTTP_HOST} =~ /^(.)/ && file('/nonexistent/@PORT@') == 'x'"
</Location>
<Location "/off">
    ExposeHeaders X-Off env=QUIET
    ExposeHeadersWhen Off
</Location>
<Location "/denied">
    ExposeHeaders X-Denied
    Require all denied
</Location>
<Location "/moved">
    ExposeHeaders X-Moved
    Redirect 301 /elsewhere
</Location>
<Location "/backend">
    ExposeHeaders *
    ExposeHeadersWildcard Expand
    ProxyPass "http://127.0.0.1:1/"
</Location>
RewriteEngine On
RewriteRule "^/by-rule/(.*)" "http://127.0.0.1:1/$1" [P]
<Location "/dir/">
    ExposeHeaders X-Dir
</Location>
<Location "/front/">
    ExposeHeaders X-Front
</Location>
<Location "/run/">
    SetHandler cgi-script
    Options +ExecCGI
</Location>
<Directory "@ROOT@">
    AllowOverride All
    <Files "index.html">
        ExposeHeaders X-Index
    </Files>
</Directory>
<Location "/order/v1/">
    ExposeHeaders -X-A
</Location>
<Location "/order/">
    ExposeHeaders X-A
</Location>
<Location "/never/">
    ExposeHeaders X-A
    ExposeHeadersNever *
</Location>
<If "%{THE_REQUEST} =~ m#^GET /line\?a=b HTTP/#">
    ExposeHeaders X-Line
</If>
<Location "/vary">
    ExposeHeadersWhen Always
    ExposeHeadersBackend Keep
</Location>
CONF
    'site/.htaccess'  => "SetEnvIf Request_URI page PAGE=1\nExposeHeaders X-Site env=SITE\nExposeHeaders X-App env=APP\nExposeHeaders X-Page env=PAGE\nExposeHeaders X-Why env=WHY\n",
    'front/.htaccess' => "RewriteEngine on\nRewriteRule ^pretty /front/index.html [L]\nExposeHeaders X-Front-File\n",
    'hops/.htaccess'  => "RewriteEngine on\nRewriteRule ^x(x*end)\$ /hops/\$1\n<Files end>\nExposeHeaders X-End\n</Files>\n", 'hops/end' => '',
    'ht-rule/.htaccess' => "RewriteEngine on\nRewriteRule (.*) http://127.0.0.1:1/\$1 [P]\n",
);

sub ask {
    my ($query, %opt) = @_;
    return request("/why$query", port => $port, %opt);
}

# Its text, with single spaces
sub told {
    my ($query, %opt) = @_;
    my $r = ask($query, %opt);
    die "$query: " . $r->status . "\n" . $r->body if $r->status != 200;
    my $body = $r->body;
    die "$query: blanks are wrong in:\n$body" if $body =~ /^(?:  ){0,6} (?!\S+:\d+$)\S| $/m;
    $body =~ s{\S*/(?=\S+:\d+$)}{}mg;
    return $body =~ s/ +/ /gr;
}

my $app = 'https://app.example.com';

# --- one answer, whole ----------------------------------------------------

my $whole = ask("?url=/api/x&origin=$app")->body;
is_deeply [grep { length > 100 } split /\n/, $whole], [], 'no line is longer than 100 columns';
is_deeply [grep { /case\.conf:\d+$/ && length != 100 } split /\n/, $whole], [], 'file and line are at the right';
# blanks too; only where file and line stand at the right, how many there are isn't written out
my $blanks = $whole =~ s{ +\S*case\.conf:(\d+)$}{ @ $1}mgr =~ s{\S+/root/api/x}{FILE}r;
is $blanks, <<"END", 'a whole answer';
/api/x for $app, credentials omit, status 200

What httpd makes of it
  the main server 127.0.0.1
  FILE

The containers in force, from the outermost to the innermost
  the main server
    counts     ExposeHeaders X-Main @ 1
    counts     ExposeHeadersNever X-Secret @ 2
  <Location "/api">
    counts     ExposeHeaders X-A X-B @ 10
    fails      ExposeHeaders X-Local-* origin=http://localhost:* @ 11
               origin=http://localhost:* doesn't hold
    fails      ExposeHeaders X-E "expr=%{REQUEST_STATUS} == 429" @ 12
               "expr=%{REQUEST_STATUS} == 429" doesn't hold
    fails      ExposeHeaders -X-B env=QUIET @ 13
               env=QUIET doesn't hold
               QUIET isn't set here
    counts     ExposeHeadersWhen Allowed @ 14

What comes out, as far as it is known without the response
  names: Access-Control-Expose-Headers: X-Main, X-A, X-B
  Origin is added to Vary
  if the response brings a list along, that counts first (ExposeHeadersBackend Merge)
  only if its Access-Control-Allow-Origin lets this origin read it (ExposeHeadersWhen Allowed)
  a script that asks again gets it whole, and no 304 (If-None-Match is dropped)
END

# Two sentences stand only where they hold, and only if there is an origin
for my $sentence (['who may read it', qr/only if its Access-Control-Allow-Origin/], ['that there is no 304', qr/a script that asks again gets it whole/]) {
    my ($title, $text) = @$sentence;
    like told("?url=/api/x&origin=$app"), $text, "$title: Allowed, an origin";
    unlike told('?url=/api/x'), $text, "$title: Allowed, no origin";
    unlike told("?url=/dir/&origin=$app"), $text, "$title: CORS, an origin";
    unlike told("?url=/off&origin=$app"), $text, "$title: Off, an origin";
}

# --- what it depends on ---------------------------------------------------

my $names = qr/Access-Control-Expose-Headers:/;
for my $case (
    ['the status that is asked about', "?url=/api/x&origin=$app&status=429" => qr/counts ExposeHeaders X-E.*names: $names X-Main, X-A, X-B, X-E$/ms],
    ['the origin, on a port', '?url=/api/x&origin=http://localhost:3000' => qr/counts ExposeHeaders X-Local-\* .*written-out: $names X-Main, X-A, X-B\n all of it comes to: X-Main X-A X-B X-Local-\*; never X-Secret; ExposeHeadersWhen Allowed$/ms],
    ['credentials, which an <If> sees', "?url=/api/x&origin=$app&credentials=include"
        => qr/credentials include.*forgotten ExposeHeaders X-Main case\.conf:1\n by the None or -\* of case\.conf:16\n.*<Location "\/api"> <If "%\{HTTP:Cookie\} != ''">\n counts ExposeHeaders None X-Cookie.*names: $names X-Cookie\n.*^ if the response brings a list along, that is forgotten \(ExposeHeadersBackend Merge\)$/ms],
    ['what is undone', "?url=/order/v1/&origin=$app"
        => qr/<Location "\/order\/v1\/">\n undone ExposeHeaders -X-A case\.conf:\d+\n by \S*case\.conf:\d+, which comes later\n <Location "\/order\/">\n counts ExposeHeaders X-A /],
    ['a Never list of everything', "?url=/never/&origin=$app" => qr/<Location "\/never\/">\n counts ExposeHeaders X-A .*\n counts ExposeHeadersNever \* /],
    ['credentials omit', "?url=/api/x&origin=$app&credentials=omit" => qr/(?!.*X-Cookie)credentials omit/s],
    ['no origin', '?url=/page.html' => qr/^ no-origin: nothing is sent\n.*^ a script's request has an Origin: ask with origin=/ms],
    ['the request line', "?url=/line?a=b&origin=$app" => qr/names: $names X-Main, X-Line$/m],
    ['a query in the url', '?url=/api/x?page=2%26size=3' => qr{^/api/x\?page=2&size=3 for no Origin}],
    ['a form\'s escapes', '?url=%2fapi%2Fx' => qr{^/api/x for }],
    ['an origin null', '?url=/page.html&origin=null' => qr/for null,.*names: $names X-Main$/ms],
    ['an overridden setting', '?url=/off' => qr/set aside ExposeHeaders X-Main.*\n set aside ExposeHeaders X-Off env=QUIET case\.conf:\d+\n counts ExposeHeadersWhen Off.*^ off: the response is left alone, but for what is never exposed$/ms],
    ['an expression that breaks', '?url=/broken' => qr/broken ExposeHeaders X-Broken.*can't be evaluated/s],
    ['a setting and Vary', "?url=/vary&origin=$app" => qr/counts ExposeHeadersBackend Keep.*names: $names X-Main\n nothing is added to Vary\n if the response brings a list along, that counts alone \(ExposeHeadersBackend Keep\)$/ms],
    # variables are those of the URL's request, not of the one that asks
    ['SetEnvIf of the server and of a folder', "?url=/site/page.html&origin=$app"
        => qr/a \.htaccess file\n counts ExposeHeaders X-Site env=SITE \.htaccess:2\n SITE is set here\n counts ExposeHeaders X-App env=APP \.htaccess:3\n APP is set here\n counts ExposeHeaders X-Page env=PAGE \.htaccess:4\n PAGE is set here\n fails ExposeHeaders X-Why env=WHY \.htaccess:5\n env=WHY doesn't hold\n WHY isn't set here\n/],
    ['SetEnvIf without that origin', '?url=/site/page.html' => qr/fails ExposeHeaders X-App env=APP.*APP isn't set here/s],
    # what a URL leads to
    ['a folder with an index', "?url=/dir/&origin=$app" => qr{/root/dir/index\.html\n.*<Location "/dir/">\n counts ExposeHeaders X-Dir .*<Files "index\.html">\n counts ExposeHeaders X-Index .*names: $names X-Main, X-Dir, X-Index$}ms],
    ['a front controller in .htaccess', "?url=/front/pretty/1&origin=$app"
        => qr{^ /front/pretty/1 goes on internally as /front/index\.html\n.*names: $names X-Main, X-Front-File, X-Front, X-Index$}ms],
    ['a folder without a slash', "?url=/dir&origin=$app" => qr{status 301\n.*ends with 301 to \S+/dir/: below is what was in force then}s],
    ['a missing file', "?url=/absent&origin=$app" => qr{/root/absent, which isn't there\n}],
    ['what is denied', "?url=/denied&origin=$app" => qr{status 403\n.*ends with 403: below.*counts ExposeHeaders X-Denied.*names: $names X-Main, X-Denied$}ms],
    ['a redirect', "?url=/moved&origin=$app" => qr{ends with 301 to \S+/elsewhere: below.*X-Moved}s],
    ['a backend', "?url=/backend/x&origin=$app" => qr{a backend answers \(proxy:http://127\.0\.0\.1:1/+x\): <Directory>, <Files> and \.htaccess files don't\n apply\n.*written-out: }s],
    ['a backend, by a rule', "?url=/by-rule/x&origin=$app" => qr{a backend answers \(proxy:http://127\.0\.0\.1:1/+x\)}],
    ['a backend, by a rule of a .htaccess file', "?url=/ht-rule/x&origin=$app" => qr{a backend answers \(proxy:http://127\.0\.0\.1:1/+x\)}],
    ['the handler itself', "?url=/why&origin=$app" => qr{handler expose-headers: .*names: $names X-Main$}ms],
    ['itself with a question', '?url=/why?url=/why' => qr{^/why\?url=/why for no Origin}],
    ['a NUL in the path', '?url=/a%2500' => qr{ends with (?:400|404): below}],
    ['a bad escape in the path', '?url=/a%25zz' => qr{ends with 400: below}],
    ['a way up', '?url=/../../etc/passwd' => qr{ends with 400: below}],
    ['a long path', '?url=/' . 'a' x 4000 => qr{^/a{199}\n for }],
    ['UTF-8', '?url=/caf%C3%A9' => qr{^/caf\\xc3\\xa9 for .*caf\\xc3\\xa9, which isn't there}s],
) {
    my ($title, $query, $expected) = @$case;
    like told($query), $expected, $title;
}

my $tail = ' for no Origin, credentials omit, status 200';
my $url  = '/' . 'a' x (99 - length $tail);
like told("?url=$url"), qr{^\Q$url$tail\E$}m, 'a line of 100 columns is one';

is scalar(() = told('?url=/front/pretty/1') =~ /^ a \.htaccess file$/mg), 1, 'a .htaccess file that both URLs of a redirect have counts once';

my $far = '/hops/' . 'x' x 10 . 'end';
is request($far, port => $port, headers => [Origin => $app])->aceh, 'X-Main, X-End', 'httpd follows ten redirects';
my $told = told("?url=$far&origin=$app");
like $told, qr/names: $names X-Main, X-End$/m, 'and so does the answer';
is_deeply [$told =~ m{^ /hops/(x*)end goes on internally as /hops/(x*)end$}mg], [map { ('x' x $_, 'x' x ($_ - 1)) } reverse 1 .. 10], 'which names each of them';

# What the headers of who asks would bring isn't in the answer, nor is what a response might get later.
like told("?url=/backend/x&origin=$app", headers => [Range => 'lines=0-1']), qr/written-out: $names X-Main, Vary, Date, Server$/m, 'a list that is written out, for who asks for a range';

# --- nothing is run -------------------------------------------------------

my ($script) = glob Apache::Test::vars('t_state') . '/*/root/run/run.cgi';
like told('?url=/run/run.cgi'), qr/answered by the handler cgi-script/, 'a script is named';
ok !-e "$script.ran", 'and not run';
request('/run/run.cgi', port => $port);
ok -e "$script.ran", 'as it is when it is asked for';

# --- questions that are none ----------------------------------------------

for my $case (
    ['' => 'url is missing'],
    ['?' => 'url is missing'],
    ['?url=' => 'url is missing'],
    ["?origin=$app" => 'url is missing'],
    (map { ["?url=$_" => 'url is a path of this virtual host, and begins with one / (no scheme, no host)'] }
        'http://127.0.0.1/', '//evil.example/', 'api', '*', '/%5Cevil.example', '%5C', '..', 'https:/x'),
    ['?url=/%0d%0aX:%20y' => 'a control character in url'],
    ['?url=/%1b%5b' => 'a control character in url'],
    ['?url=/%00' => "a bad %-escape in '/%00'"],
    ['?url=/%zz' => "a bad %-escape in '/%zz'"],
    ['?url=/%' => "a bad %-escape in '/%'"],
    ['?url=/&url=/' => 'url is there twice'],
    ['?url=/&status=200&status=200' => 'status is there twice'],
    ['?url=/a&b=1' => "unknown parameter 'b' (in the url, write & as %26)"],
    ['?url=/a&URL=1' => "unknown parameter 'URL' (in the url, write & as %26)"],
    ['?url=/a&%3Cscript%3E%0a%22=1' => q{unknown parameter '<script>\\n\\"' (in the url, write & as %26)}],
    ['?url=/a&' . 'x' x 3000 => "unknown parameter '" . 'x' x 200 . "' (in the url, write & as %26)"],
    ['?url=/&credentials=yes' => 'credentials is include or omit'],
    (map { ["?url=/&status=$_" => 'status is a number from 200 to 599'] } '', 0, 99, 100, 600, 2000, -1, '20x', '+20'),
    (map { ["?url=/&origin=$_" => qr/^origin: .*'\Q$_\E'/] } 'app.example.com', "$app/", "$app/x", 'https://App.example', 'https://app.example:443', ''),
    ['?url=/&origin=https://*.example.com' => "origin: '*' in origin 'https://*.example.com' (one origin, as a browser sends it)"],
    ['?url=/&origin=http://localhost:*' => "origin: '*' in origin 'http://localhost:*' (one origin, as a browser sends it)"],
    ['?url=/&origin=https://a%0d%0ab' => qr/^origin: [^\r\n]*\\r\\n/],
) {
    my ($query, $expected) = @$case;
    my $r = ask($query);
    my $title = 'refused: ' . substr $query, 0, 60;
    my ($first) = $r->body =~ /\A(.*)\n\nParameters:\n/;
    is $r->status, 400, "$title: the status";
    ref $expected ? like $first, $expected, "$title: why" : is $first, $expected, "$title: why";
    is $r->header('X-Content-Type-Options'), 'nosniff', "$title: nobody guesses what it is";
}

# --- how it is asked ------------------------------------------------------

my $r = ask("?url=/page.html");
is $r->header('Content-Type'), 'text/plain; charset=utf-8', 'plain text';
is $r->header('Cache-Control'), 'no-store', 'that no cache keeps';
is $r->header('X-Content-Type-Options'), 'nosniff', 'and no browser takes for something else';
my $head = ask('?url=/page.html', method => 'HEAD');
is $head->status . $head->body, '200', 'HEAD';
for my $method (qw(POST PUT DELETE OPTIONS PATCH)) {
    my $refused = ask('?url=/page.html', method => $method, $method =~ /^P/ ? (body => 'x') : ());
    is $refused->status, 405, "$method isn't for it";
    is $refused->header('Allow'), 'GET, HEAD', "$method: what is";
}
$r = ask('?url=/page.html', headers => [Origin => $app]);
is $r->status, 403, 'scripts of other origins get nothing';
like $r->body, qr/give the origin as a parameter/, 'and people who give Origin get to know how to ask';

log_mark();
ask("?url=/page.html&origin=$app", headers => [Cookie => 'a=b']);
is scalar(log_lines('no-origin: .*\(credentialed: no Origin\) GET /why 200 for no Origin')), 1, 'its own response is that of who asks';

done_testing;
