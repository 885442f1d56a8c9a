# ExposeHeadersDetail: what became of a response, for those who never see the error log. Note puts it into the request's note,
# which an access log can have; Header sends it, too.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases qw(serve stop);
use CorsExpose::Test;
use Test::More;

my $name = 'X-Expose-Headers-Detail';
my $app  = origin();
my @app  = (Origin => $app);
my @put  = (@app, 'Access-Control-Request-Method' => 'PUT');
my $log  = Apache::Test::vars('t_logs') . "/detail_$$";
my $open = 'Header always set Access-Control-Allow-Origin "*"';
my $bare = "FileETag None\nHeader unset Accept-Ranges\nHeader unset Last-Modified\n";
my $fill = "${bare}LogFormat \"%{X-Serial}i %m %U %s %{expose-headers}n\" detail\nCustomLog \"$log\" detail\n";

# A part of a folder: what holds in each. Its text of a 200 is as it is a 404's.
my $text = 'names (not credentialed); withheld: X-B';
my @put_text = ('preflight (not credentialed)');
my $policy = "$open\nHeader always set X-A 1\nHeader always set X-B 1\nExposeHeaders X-A";

sub place { my ($path, @lines) = @_; return "<Location \"$path\">\n" . join("\n", @lines) . "\n</Location>\n" }

my $port = serve($fill
        . place('/unset', $policy)
        . place('/off', $policy, 'ExposeHeadersDetail Off')
        . place('/note', $policy, 'ExposeHeadersDetail note')
        . place('/header', $policy, 'ExposeHeadersDetail HEADER')
        . place('/header/inner-off', 'ExposeHeadersDetail Off')
        . place('/header/switched-off', 'ExposeHeadersWhen Off')
        . place('/header/forged', "Header set $name \"forged\"", "Header always set $name \"forged too\"", 'ExposeHeadersWildcard Expand')
        . place('/header/broken', 'SetHandler no-such-handler', 'Redirect 500 /header/broken')
        . place('/header/all', 'ExposeHeaders *', 'ExposeHeadersWildcard Expand')
        . place('/header/any', 'ExposeHeaders *')
        . place('/header/named', "ExposeHeaders $name")
        . place('/header/pattern', 'ExposeHeaders X-*')
        . "<Location \"/only\">\nExposeHeadersDetail Header\n$open\n</Location>\n"
        . "<Directory \"\@ROOT\@/ht\">\nAllowOverride FileInfo\n</Directory>\n",
    (map { ("$_/page.html" => '') } qw(unset off note header header/inner-off header/switched-off header/forged header/all header/any header/named header/pattern only ht)),
    'ht/.htaccess' => "$policy\nExposeHeadersDetail Header\n");

for (
    # path, more of the request, status, the header, the note, what it shows
    ['/unset/page.html',  {}, 200, undef, '-', 'not said'],
    ['/off/page.html',    {}, 200, undef, '-', 'Off'],
    ['/note/page.html',   {}, 200, undef, $text, 'Note'],
    ['/note/absent',      {}, 404, undef, $text, 'Note, a 404'],
    ['/header/page.html', {}, 200, $text, $text, 'Header'],
    ['/header/page.html', { headers => [] }, 200, 'no-origin (credentialed: no Origin)', undef, 'Header, no Origin'],
    ['/header/page.html', { headers => [@app, Cookie => 'a=b'] }, 200,
        'names (credentialed: Cookie); with credentials no script can read this response: Access-Control-Allow-Origin is "*"; withheld: X-B', undef, 'Header, with a cookie'],
    ['/header/page.html', { method => 'HEAD' }, 200, $text, $text, 'Header, HEAD'],
    ['/header/page.html', { headers => [@app, 'If-None-Match' => '*'] }, 304, undef, $text, 'Header, a 304'],
    ['/header/page.html', { headers => [@app, 'If-Match' => '"x"'] }, 412, $text, $text, 'Header, a 412'],
    ['/header/absent',    {}, 404, $text, $text, 'Header, a 404'],
    ['/header/broken/x',  {}, 500, $text, $text, 'Header, a 500'],
    ['/header/page.html', { method => 'OPTIONS', headers => \@put }, 200, undef, $put_text[0], 'Header, a preflight'],
    ['/header/inner-off/page.html',    {}, 200, undef, '-', 'Off inside of Header'],
    ['/header/switched-off/page.html', {}, 200, 'off (not credentialed); ExposeHeadersWhen Off', undef, 'When Off'],
    ['/header/forged/page.html', {}, 200, $text, $text, 'in place of one that came'],
    ['/header/forged/page.html', { headers => [@app, 'If-None-Match' => '*'] }, 304, undef, $text, 'a 304, and one that came'],
    ['/only/page.html',   {}, 200, 'empty (not credentialed)', undef, 'nothing but ExposeHeadersDetail'],
    ['/ht/page.html',     {}, 200, $text, $text, 'a .htaccess file'],
) {
    my ($path, $more, $status, $header, $note, $title) = @$_;
    my $method = $more->{method} // 'GET';
    my $r = ask($path, port => $port, headers => [@app], %$more);
    is $r->status, $status, "$title: the status";
    is_deeply [$r->lines($name)], [grep { defined } $header], "$title: the header" or diag $r->all;
    is noted(), "$method $path $status " . ($note // $header) =~ s/"/\\"/gr, "$title: the note";
}

# It is never listed but where an edit says so, or '*'
for (['all', qr/^(?=.*X-A)(?=.*X-B)(?!.*Detail)/i, 'everything, written out'], ['pattern', qr/^(?=.*X-A)(?=.*X-B)(?!.*Detail)/i, 'a pattern'],
    ['named', qr/^X-A, X-Expose-Headers-Detail$/, 'an edit names it'], ['any', qr/^\*/, 'the wildcard']) {
    my ($folder, $expected, $title) = @$_;
    my $r = ask("/header/$folder/page.html", port => $port, headers => [@app]);
    like $r->aceh // '', $expected, "$title: the list";
    unlike $r->header($name) // 'none', qr/Detail|^none/, "$title: the text doesn't speak of itself";
}

# --- A chain of two servers, and a cache ---------------------------------

my $backend = serve("$bare$policy\nExposeHeadersDetail Header\nExposeHeaders X-Inner\nSetEnvIf Request_URI asis gone\n", 'page.html' => '');
my $front = serve("${fill}ProxyPass / http://127.0.0.1:$backend/\n"
        . place('/both', "ProxyPass http://127.0.0.1:$backend/", 'ExposeHeaders X-Outer', 'ExposeHeadersDetail Header')
        . place('/patterns', "ProxyPass http://127.0.0.1:$backend/", 'ExposeHeaders X-* -X-A', 'ExposeHeadersBackend Replace')
        . place('/listed', "ProxyPass http://127.0.0.1:$backend/", 'ExposeHeaders X-Outer', 'ExposeHeadersDetail Note'));
my $inner = 'names (not credentialed); withheld: X-B; not in the response: X-Inner';
my $r = ask('/page.html', port => $front, headers => [@app]);
is_deeply [$r->lines($name)], [$inner], 'a chain, outer one silent: what the inner one says goes through';
$r = ask('/both/page.html', port => $front, headers => [@app]);
is_deeply [$r->lines($name)], ['names (not credentialed); withheld: X-B; not in the response: X-Outer; came with the response: X-A, X-Inner'], 'a chain: the outer one speaks';
$r = ask('/both/page.html', port => $front, headers => [@app, 'If-None-Match' => '*']);
is_deeply [$r->status, $r->lines($name)], [304], 'a chain, a 304: nobody speaks';
$r = ask('/patterns/page.html', port => $front, headers => [@app]);
is_deeply [$r->aceh, $r->lines($name)], ['X-B', $inner], "a chain: the inner one's is not written out";
$r = ask('/listed/page.html', port => $front, headers => [@app]);
is noted(), 'GET /listed/page.html 200 names (not credentialed); withheld: X-B; not in the response: X-Outer; came with the response: X-A, X-Inner', "nor withheld";

my $cache = serve("${fill}CacheRoot \"\@ROOT\@/store\"\nCacheEnable disk /\nCacheHeader on\n$policy\nExposeHeadersDetail Header\nHeader set Cache-Control max-age=600\nHeader set Last-Modified \"Sun, 01 Nov 2026 00:00:00 GMT\"\n"
        . place('/changed', 'RequestHeader set Origin https://other.example'), 'page.html' => 'page', 'changed/page.html' => '', 'store/x' => '');
for (['MISS', [@app, Cookie => 'a=b'], 'Cookie'], ['HIT', [@app], 'stored']) {
    my ($what, $headers, $why) = @$_;
    $r = ask('/page.html', port => $cache, headers => $headers);
    like $r->header('X-Cache') // '', qr/^$what/, "mod_cache, $what";
    like join('|', $r->lines($name)), qr/^names \(credentialed: Cookie\);[^|]*$/, "mod_cache, $what: what became of the request that filled the store";
    like noted(), qr/\b$why\b/, "mod_cache, $what: the note is this request's";
}
$r = ask('/page.html', port => $cache, headers => [@app, 'If-None-Match' => '*']);
is_deeply [$r->status, $r->lines($name)], [304], "mod_cache: not on its 304";
log_mark();
$r = ask('/changed/page.html', port => $cache, headers => [@app]);
is_deeply [$r->lines($name)], [$text], "mod_cache: a reader isn't told what is stored";
is scalar(log_lines(qr/cors_expose:debug\].*; not stored by mod_cache: /)), 1, 'mod_cache: the log is';

# --- What is kept back ---------------------------------------------------

# httpd.conf has secrets, of each kind; the attacker has a .htaccess file and the network
my $secrets = <<'END';
SetEnvIf Remote_Addr . SECRETVAR=SECRETVALUE
ExposeHeaders X-Known X-Known-Pattern-* -X-SECRETREMOVED -X-SECRETGONE*
ExposeHeaders X-SECRETCONDITION env=SECRETENV
ExposeHeaders X-SECRETCONDITION env=!SECRETVAR
ExposeHeaders X-SECRETCONDITION "expr=req('X-SECRETTOKEN') == 'SECRETEXPR'"
ExposeHeaders X-SECRETCONDITION origin=https://secretpartner.example origin=https://*.secretpartner.example
ExposeHeaders X-SECRETCONDITION origin=https://secretother.example env=SECRETENV
ExposeHeadersNever X-SECRETNEVER X-SECRETNEVER-*
END
my $victim = serve("$bare$secrets\nHeader always set X-Some 1\nHeader always set X-Removed 1\n<Directory \"\@ROOT\@/SECRETFOLDER\">\nAllowOverride FileInfo\n</Directory>\nAlias /u \"\@ROOT\@/SECRETFOLDER\"\n",
    'SECRETFOLDER/page.html' => '', 'SECRETFOLDER/.htaccess' => "$open\nExposeHeadersDetail Header\n", 'SECRETFOLDER/on/.htaccess' => <<'HTACCESS',
Header set Access-Control-Expose-Headers "X-Other, X-Removed"
ExposeHeaders -X-Removed
ExposeHeadersBackend Keep
HTACCESS
    'SECRETFOLDER/on/page.html' => '', 'SECRETFOLDER/off/.htaccess' => "ExposeHeadersWhen Off\n", 'SECRETFOLDER/off/page.html' => '');
for (
    [[@app]], [[]], [[Origin => 'https://SECRETASKER.example', 'X-Ask' => 'SECRETASK', Cookie => 'SECRETCOOKIE=1', Authorization => 'SECRETAUTH', Referer => 'http://SECRETREFERER/']],
    [[@app], path => 'SECRETPATH?SECRETQUERY'], [[@app], path => 'on/page.html'], [[@app], path => 'off/page.html'],
) {
    my ($headers, %more) = @$_;
    my $path = '/u/' . ($more{path} // 'page.html');
    $r = ask($path, port => $victim, headers => $headers);
    my $got = join '|', $r->lines($name);
    like $got, qr/^\w[\w-]* \((?:not )?credentialed/, "$path @$headers: told";
    unlike $got, qr/secret|case\.conf|htaccess|\d\)|:\d|:\/\/|example/i, "$path @$headers: nothing of what is kept back";
}
$r = ask('/u/page.html', port => $victim, headers => [@app]);
is $r->header($name), q{written-out (not credentialed); withheld: X-Some, X-Removed; not in the response: X-Known; nothing matches X-Known-Pattern-*; }
    . q{doesn't hold: env=; doesn't hold: expr=; doesn't hold: origin=}, 'all that the owner of a .htaccess file learns: names and patterns of ExposeHeaders';

# Whether a header is hidden by Never, by a removal, or isn't named at all can't be told apart
my %told;
for my $hides ('ExposeHeadersNever X-B', 'ExposeHeadersNever X-B*', 'ExposeHeaders -X-B', 'ExposeHeaders -X-B*', 'ExposeHeaders X-C env=V') {
    my $p = serve("$bare$open\nHeader set X-A 1\nHeader set X-B 1\nExposeHeaders X-A\n$hides\nExposeHeadersDetail Header\n");
    $told{ ask('/page.html', port => $p, headers => [@app])->header($name) =~ s/; doesn't hold: env=$//r }++;
    stop($p);
}
is_deeply \%told, { 'names (not credentialed); withheld: X-B' => 5 }, 'what hides a header is not told';

# --- What the response brings is made safe -------------------------------

my $many = join "\n", map { my $n = $_; map { "Header set X-$n-$_" . 'y' x 190 . ' 1' } 1 .. 20 } 'M';
my $odd = serve("Header unset Accept-Ranges\n"
    . place('/value', qq{Header set Access-Control-Allow-Origin "x\\"; withheld: X-Fake \\\\ \xC3\x9C\tx"}, "ExposeHeaders X-A\nExposeHeadersDetail Header")
    . place('/own', $open, "Header set Access-Control-Expose-Headers \"X-A, bad name, X-\xC3\x9C, X-B\"", 'ExposeHeaders None', 'ExposeHeadersDetail Header')
    . place('/long', $open, $many, 'ExposeHeaders ' . join(' ', map { 'X-N' . 'n' x 180 . $_ } 1 .. 30), 'ExposeHeaders X-C env=V', 'ExposeHeadersDetail Header'),
    map { ("$_/page.html" => '') } qw(value own long));
for (
    ['value', qr/^names \(not credentialed\); no script can read this response: Access-Control-Allow-Origin is "x\\"; withheld: X-Fake \\\\ \\xc3\\x9c\\tx"; withheld: ETag; not in the response: X-A$/, 'a value'],
    ['own',   qr/^empty \(not credentialed\); withheld: ETag; came with the response: X-A, X-B; X-A hidden; X-B hidden$/, 'a list'],
    ['long',  qr/^names \(not credentialed\); withheld: .*\.\.\.$/, 'long names'],
) {
    my ($folder, $expected, $title) = @$_;
    my $detail = ask("/$folder/page.html", port => $odd, headers => [@app])->header($name) // '';
    like $detail, $expected, "$title: what is said";
    unlike $detail, qr/[^\x20-\x7E]/, "$title: visible ASCII";
    cmp_ok length $detail, $detail =~ /\.\.\.$/ ? '==' : '<=', 1000, "$title: at most 1,000 bytes, and as many as there is room for";
}
unlink $log;
done_testing;

# Asks, so that the access log tells this request from others
sub ask {
    my ($path, %more) = @_;
    our $serial++;
    return request($path, %more, headers => [@{ $more{headers} // [] }, 'X-Serial' => $serial]);
}

# What the access log has of the last one; it is written once the answer has gone
sub noted {
    for (1 .. 100) {
        if (open my $in, '<', $log) {
            my ($line) = map { /^${\our $serial} (.*)/s ? $1 : () } <$in>;
            return $line =~ s/\n//r if defined $line;
        }
        select undef, undef, undef, 0.05;
    }
    return 'nothing';
}
