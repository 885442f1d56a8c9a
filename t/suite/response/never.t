# Nothing escapes ExposeHeadersNever: not where the module leaves a response alone, not on the way of an internal redirect, and not
# as a header whose name is '*'. (t/suite/response/never-stored.t has what mod_cache stored.)
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

my $off    = "ExposeHeadersWhen Off\n";
my $lists  = 'Header set Access-Control-Expose-Headers';
my $always = 'Header always set Access-Control-Expose-Headers';
my $hit    = "SetEnv cache-hit 1\n";
my $marked = "RewriteEngine On\nRewriteRule ^ - [E=cache-hit:1]\n";
# What "*" comes to, written out: never X-Secret or X-Internal-Id, nor '*'.
my $all    = [qw(accept-ranges content-range date etag server x-public)];

# The server forbids X-Secret and X-Internal-*; the response has X-Secret, X-Internal-Id and X-Public.
# [a .htaccess file, what is sent: undef for nothing, a value, or the names in any order; the reason; what it shows]
my @htaccess = (
    # Off
    ["$off$lists X-Secret",                  undef,        'off', 'Off, and a name that is forbidden'],
    ["$off$lists x-SECRET",                  undef,        'off', 'in other letters'],
    ["$off$lists X-Internal-Id",             undef,        'off', 'one that a pattern forbids'],
    ["$off$lists \"X-Public, X-Secret\"",    'X-Public',   'off', 'among others'],
    ["$off$lists \"X-Secret,X-Gone\"",       'X-Gone',     'off', 'among others, without blanks'],
    ["$off$lists \"*\"",                     $all,         'off', 'Off, and a wildcard'],
    ["$off$lists \"*, X-Secret\"",           $all,         'off', 'a wildcard and a forbidden name'],
    ["$off$lists \"X-Public, *\"",           $all,         'off', 'a wildcard behind a name'],
    ["$off$lists \"*, X-Gone\"",             [@$all, 'x-gone'], 'off', 'a wildcard and a name that is not there'],
    ["$off$lists \"Set-Cookie, X-Public\"",  'X-Public',   'off', 'Set-Cookie, which is always forbidden'],
    ["$off$always X-Secret",                 undef,        'off', 'in the other table'],
    ["$off$lists X-Public\n$always X-Secret", 'X-Public',  'off', 'in one of both tables'],
    ["$off$lists \"*\"\n$always X-Secret",   $all,         'off', 'in both tables'],
    ["$off<Files page.html>\n$lists X-Secret\n</Files>", undef, 'off', 'in <Files>'],
    ["<Files page.html>\n$off$lists \"*\"\n</Files>", $all, 'off', 'Off in <Files>'],
    ["$off<If true>\n$lists X-Secret\n</If>", undef,       'off', 'in <If>'],
    ["<If true>\n$off$lists \"*\"\n</If>",   $all,         'off', 'Off in <If>'],
    ["${off}ExposeHeaders X-Secret\n$lists X-Secret", undef, 'off', 'and an edit that adds it'],
    ["${off}ExposeHeadersBackend Keep\n$lists X-Secret", undef, 'off', 'and Keep'],
    # left alone, byte for byte
    ["$off$lists \"X-Public ,X-Gone,\"",     'X-Public ,X-Gone,', 'off', 'a list that names nothing forbidden stays as it is'],
    ["$off$lists X-Gone\n$always X-Public",  'X-Public || X-Gone', 'off', 'and so do two'],
    ["$off$lists \"X-Public, bad name\"",    'X-Public, bad name', 'off', 'and what is malformed'],
    ["$off$lists X-Secret2",                 'X-Secret2',  'off', 'and a longer name'],
    ["$off$lists X-Secre",                   'X-Secre',    'off', 'and a shorter one'],

    # what says that mod_cache answers
    # nobody believes a .htaccess file that says so, and what it lists is a list as any other
    ["$hit$lists X-Secret",                  undef,        'empty', 'cache-hit, and a name that is forbidden'],
    ["$hit$lists \"*\"",                     $all,         'written-out', 'and a wildcard'],
    ["$hit$lists \"X-Gone, X-Secret\"",      'X-Gone',     'names', 'among others'],
    ["$marked$lists X-Secret",               undef,        'empty', 'the same from mod_rewrite'],
    ["$marked$lists \"*\"",                  $all,         'written-out', 'the same from mod_rewrite, a wildcard'],
    ["$hit$off$lists X-Secret",              undef,        'off',    'both'],

    # edits and the rest
    ["ExposeHeaders X-Secret X-Internal-Id", undef,        'empty', 'names'],
    ['ExposeHeaders *',                      $all,         'written-out', 'a wildcard'],
    ['ExposeHeaders X-*',                    ['x-public'], 'written-out', 'a pattern'],
    ["$lists \"*, X-Secret\"",               $all,         'written-out', "a list of the response's own"],
    ["ExposeHeadersBackend Keep\n$lists \"X-Secret, X-Public\"", 'X-Public', 'names', 'and Keep'],

    # a header whose name is '*' would be the wildcard as a member of the list
    ["Header set * 1\nExposeHeaders *",      $all,         'written-out', "a header whose name is '*', and a wildcard"],
    ["Header always set * 1\nExposeHeaders X-Public *", $all, 'written-out', 'in the other table'],
    ["Header set * 1\nExposeHeaders ** X-*", $all,         'written-out', 'and a pattern'],
    ["Header set * 1\n$lists \"*\"\n$off",   $all,         'off', 'under Off'],
);

# Without a list but Set-Cookie's in force: [.htaccess, what is sent, the reason, what it shows]
my @open = (
    ["$off$lists \"*\"",                     '*',          'off', 'a wildcard under Off, where nothing but Set-Cookie is forbidden'],
    ["$off$lists \"X-Secret, *\"",           'X-Secret, *', 'off', 'and names beside it'],
    ["$off$lists \"Set-Cookie\"",            undef,        'off', 'Set-Cookie under Off'],
    ["Header set * 1\nExposeHeaders *\nExposeHeadersWildcard Expand", [@$all, qw(vary x-internal-id x-secret)], 'written-out',
        "a header whose name is '*', and Expand"],
    ["Header set * 1\nExposeHeaders * -X-Gone", [@$all, qw(vary x-internal-id x-secret)], 'written-out', "a header whose name is '*', and a removal"],
);

my @ways = (
    ['with Origin',     Origin => origin()],
    ['without Origin'],
    ['with a cookie',   Origin => origin(), Cookie => 'a=b'],
);

plan tests => 3 * @ways * @htaccess + 3 * @open + 3 * 10 + 3;

my $common = <<'END';
Header set X-Secret 1
Header always set X-Internal-Id 7
Header set X-Public 1
<Directory "@ROOT@">
    AllowOverride FileInfo
</Directory>
END
my (%files, %open);
$files{"$_/.htaccess"} = "$htaccess[$_][0]\n", $files{"$_/page.html"} = '' for 0 .. $#htaccess;
$open{"$_/.htaccess"}  = "$open[$_][0]\n", $open{"$_/page.html"} = '' for 0 .. $#open;
my $port = serve("ExposeHeadersNever X-Secret X-Internal-*\n$common", %files);
my $free = serve($common, %open);

for my $i (0 .. $#htaccess) {
    my ($text, $expected, $reason, $title) = @{ $htaccess[$i] };
    for my $way (@ways) {
        my ($how, @headers) = @$way;
        # What is decided may come out otherwise without Origin; the forbidden name is as forbidden.
        my $decided = $reason eq 'off' || @headers;
        try("/$i/page.html", $port, \@headers, $decided ? ($expected, $reason) : (undef, undef), "$title, $how");
    }
}
try("/$_/page.html", $free, [Origin => origin()], @{ $open[$_] }[1, 2], $open[$_][3]) for 0 .. $#open;

# Three tests of one response; without an expectation, of its forbidden names.
sub try {
    my ($path, $at, $headers, $expected, $reason, $title) = @_;
    log_mark();
    my $r = request($path, port => $at, headers => $headers);
    my $names = $r->names;
    if (!defined $reason) {
        ok !(grep { /^(?:x-secret|x-internal-.*|\*)$/ } @$names), "$title: nothing forbidden" or diag $r->all;
    }
    elsif (ref $expected) {
        is_deeply [grep { $_ ne 'vary' } @$names], [grep { $_ ne 'vary' } sort @$expected], $title or diag $r->all;
    }
    else {
        is $r->aceh, $expected, $title or diag $r->all;
    }
    is $r->status, 200, "$title: the status";
    my ($said) = map { /\] ([\w-]+): / ? $1 : () } log_lines(qr/\[cors_expose:debug\]/, 1);
    defined $reason ? is($said, $reason, "$title: the reason") : ok($said, "$title: a reason");
    return;
}

# On the way of a request: whose Never lists hold. X-Node is set everywhere.
my $cgi = "#!$^X\nprint qq(Location: /public/page.html\\n\\n);\n";
my $way = serve(<<'END', 'pages/page.html' => '', 'pages/own.html' => '', 'public/page.html' => '', 'api/page.html' => '', 'hidden/to.asis' => "Location: /public/page.html\n\n",
Header always set X-Node web-3
Header set X-Page 1
Options +ExecCGI
AddHandler cgi-script .cgi
AddHandler send-as-is .asis
<Location "/api">
    ExposeHeaders *
    ErrorDocument 404 /pages/page.html
    ErrorDocument 403 /pages/to.asis
</Location>
<Location "/api/denied">
    Require all denied
</Location>
<Location "/plain">
    ErrorDocument 404 /pages/page.html
</Location>
<Location "/off">
    ExposeHeadersWhen Off
    ErrorDocument 404 /pages/own.html
</Location>
<Directory "@ROOT@/pages">
    ExposeHeadersNever X-Node
    ExposeHeaders X-Of-The-Page
    <Files "own.html">
        Header set Access-Control-Expose-Headers "X-Page, X-Node"
        Header always set Access-Control-Expose-Headers "*"
    </Files>
</Directory>
<Location "/hidden">
    ExposeHeadersNever X-Node
</Location>
<Location "/public">
    ExposeHeaders *
</Location>
<Directory "@ROOT@/api/index">
    DirectoryIndex page.html
    <Files "page.html">
        ExposeHeadersNever X-Node
    </Files>
</Directory>
<Directory "@ROOT@/api/app">
    FallbackResource /pages/page.html
</Directory>
END
    'hidden/to.cgi' => $cgi, 'pages/to.asis' => "Status: 200 OK\nLocation: /public/page.html\n\n", 'api/index/page.html' => '', 'api/app/other' => '');

for my $case (
    # path, status, whether X-Node may be listed, what it shows
    ['/api/page.html',    200, 1, 'a page of the API itself'],
    ['/api/missing',      404, 0, "an error's page forbids it"],
    ['/api/denied/x',     200, 0, "an error's page forbids it, and redirects to where it is allowed"],
    ['/public/page.html', 200, 1, 'a public page'],
    ['/hidden/to.asis',   200, 0, 'the first request forbids it, the second one allows it'],
    ['/hidden/to.cgi',    200, 0, "the same with a script's local Location"],
    ['/plain/missing',    404, 0, "an error without a policy, whose page's folder has one"],
    ['/api/index/',       200, 0, 'an index that forbids it'],
    ['/api/app/none',     200, 0, 'a fallback in a folder that forbids it'],
    ['/off/missing',      404, 0, "Off where it failed, and a page that forbids it"],
) {
    my ($path, $status, $listed, $title) = @$case;
    for my $headers ([Origin => origin()], [Origin => origin(), Cookie => 'a=b'], []) {
        my $r = request($path, port => $way, headers => $headers);
        my $list = join ', ', @{ $r->names };
        my $shows = $list =~ /(?:^|, )(?:x-node|\*)(?:,|$)/ ? 1 : 0;
        is "$shows " . $r->status, "$listed $status", "$title (@$headers[grep { $_ % 2 == 0 } 0 .. $#$headers])" or diag $r->all;
    }
}
# An error's page adds nothing else.
ok !(grep { $_ eq 'x-of-the-page' } @{ request('/api/missing', port => $way, headers => [Origin => origin(), Cookie => 'a=b'])->names }),
    "an error's page exposes nothing of its own";
is request('/plain/missing', port => $way, headers => [Origin => origin()])->aceh, undef, 'nor where the error has no policy';
is_deeply request('/plain/missing', port => $way, headers => [Origin => origin()])->vary, [], 'and Vary is left alone';
