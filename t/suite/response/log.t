# The one line that each response gets at LogLevel debug: the reason's word, what was sent or removed, the credential state and why,
# what was asked for, by whom, and how that ended. (What it remarks besides comes after a semicolon.)
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

my $origin    = [Origin => origin()];
my $cookie    = [@$origin, Cookie => 'a=b'];
my $preflight = [@$origin, 'Access-Control-Request-Method' => 'PUT'];
my $own       = 'Header set Access-Control-Expose-Headers "X-Own, x-other"';
my $allow     = 'Header set Access-Control-Allow-Origin';
my $true      = 'Header set Access-Control-Allow-Credentials true';

# What there is to log: [.htaccess lines ("ExposeHeaders" left out where it is a line's first word), options of the request,
# status, the line]. If-None-Match: * makes it a 304.
my @cases = (
    # names
    ['X-One',             { headers => $origin }, 200, 'names: sent "X-One" (not credentialed)'],
    ['X-Absent x-one',    { headers => $cookie }, 200, 'names: sent "X-Absent, x-one" (credentialed: Cookie)'],
    ['X-One',             { headers => $origin, method => 'HEAD' }, 200, 'names: sent "X-One" (not credentialed)'],
    ['X-One',             { headers => $origin, page => 'absent.html' }, 404, 'names: sent "X-One" (not credentialed)'],
    ["X-One\n$own",       { headers => $origin }, 200, 'names: sent "X-One, X-Own, x-other" (not credentialed)'],
    ["X-One\n$own",       { headers => [] },      200, 'names: sent "X-One, X-Own, x-other" (credentialed: no Origin)'],
    ["X-One\nExposeHeadersWhen Always", { headers => [] }, 200, 'names: sent "X-One" (credentialed: no Origin)'],
    ["X-One\n$allow *",   { headers => [@$origin, 'If-None-Match' => '*'] }, 304, 'names: sent "X-One" (not credentialed)'],

    # a wildcard
    ['*',                 { headers => $origin }, 200, 'wildcard: sent "*" (not credentialed)'],
    ['* Authorization',   { headers => $origin }, 200, 'wildcard: sent "*, Authorization" (not credentialed)'],

    # written out, and each reason for it
    ['X-*',               { headers => $origin }, 200, 'written-out: sent "X-One, X-Two" (not credentialed)'],
    ['X-*',               { headers => [] },      200, 'written-out: sent "X-One, X-Two" (credentialed: no Origin)'],
    ['X-*',               { headers => $cookie }, 200, 'written-out: sent "X-One, X-Two" (credentialed: Cookie)'],
    ['X-*',               { headers => [@$origin, Authorization => 'x'] }, 200, 'written-out: sent "X-One, X-Two" (credentialed: Authorization)'],
    ["X-*\n$true",        { headers => $origin }, 200, 'written-out: sent "X-One, X-Two" (credentialed: Access-Control-Allow-Credentials)'],
    ["X-*\n$true",        { headers => [@$cookie, Authorization => 'x'] }, 200, 'written-out: sent "X-One, X-Two" (credentialed: Access-Control-Allow-Credentials)'],
    ['X-*',               { headers => [@$cookie, Authorization => 'x'] }, 200, 'written-out: sent "X-One, X-Two" (credentialed: Cookie)'],
    ["X-*\n$true",        { headers => [Cookie => 'a=b'] }, 200, 'written-out: sent "X-One, X-Two" (credentialed: no Origin)'],
    ["X-*\n$own",         { headers => $origin }, 200, 'written-out: sent "X-Own, x-other, X-One, X-Two" (not credentialed)'],
    ["*\nExposeHeadersWildcard Expand\nHeader unset X-Two\nHeader unset Accept-Ranges\nFileETag None", { headers => $origin }, 200,
        'written-out: sent "X-One, Vary, Date, Server" (not credentialed)'],

    # no Origin
    ['X-One',             { headers => [] }, 200, 'no-origin: nothing sent (credentialed: no Origin)'],
    ['X-One',             { headers => [Cookie => 'a=b'] }, 200, 'no-origin: nothing sent (credentialed: no Origin)'],

    # the CORS check
    ["X-One\nExposeHeadersWhen Allowed",         { headers => $origin }, 200, 'not-allowed: nothing sent (not credentialed)'],
    ["X-One\nExposeHeadersWhen Allowed\n$own",   { headers => $origin }, 200, 'not-allowed: removed "X-Own, x-other" (not credentialed)'],
    ["X-One\nExposeHeadersWhen Allowed\n$own",   { headers => $cookie }, 200, 'not-allowed: removed "X-Own, x-other" (credentialed: Cookie)'],
    ["X-One\nExposeHeadersWhen Allowed\n$allow *\n$true", { headers => $origin }, 200, 'names: sent "X-One" (credentialed: Access-Control-Allow-Credentials)'],
    ["X-One\nExposeHeadersWhen Allowed\n$allow *", { headers => $origin }, 200, 'names: sent "X-One" (not credentialed)'],

    # 304
    ["X-One\n$own",       { headers => [@$origin, 'If-None-Match' => '*'] }, 304, 'not-modified: removed "X-Own, x-other" (not credentialed)'],
    ['X-One',             { headers => [@$origin, 'If-None-Match' => '*'] }, 304, 'not-modified: nothing sent (not credentialed)'],
    ["X-*\n$allow *",     { headers => [@$cookie, 'If-None-Match' => '*'] }, 304, 'not-modified: nothing sent (credentialed: Cookie)'],
    ["X-One expr=true\n$allow *", { headers => [@$origin, 'If-None-Match' => '*'] }, 304, 'not-modified: nothing sent (not credentialed)'],
    ["X-One origin=https://app.example.com\n$allow *",   { headers => [@$origin, 'If-None-Match' => '*'] }, 304, 'names: sent "X-One" (not credentialed)'],
    ["X-One origin=https://other.example.com\n$allow *", { headers => [@$origin, 'If-None-Match' => '*'] }, 304, 'empty: sent "Cache-Control" (not credentialed)'],

    # nothing is left
    ['None',              { headers => $origin }, 200, 'empty: nothing sent (not credentialed)'],
    ['X-One -X-One',      { headers => $cookie }, 200, 'empty: nothing sent (credentialed: Cookie)'],
    ['Y-*',               { headers => $origin }, 200, 'empty: nothing sent (not credentialed)'],
    ['X-One env=UNSET',   { headers => $origin }, 200, 'empty: nothing sent (not credentialed)'],
    ["None\n$own",        { headers => $origin }, 200, 'empty: removed "X-Own, x-other" (not credentialed)'],
    ["None\n$own",        { headers => [] },      200, 'empty: removed "X-Own, x-other" (credentialed: no Origin)'],

    # left alone
    ['X-One',             { headers => $preflight, method => 'OPTIONS' }, 200, 'preflight: left alone (not credentialed)'],
    ["X-One\n$own",       { headers => $preflight, method => 'OPTIONS' }, 200, 'preflight: left alone (not credentialed)'],
    ['X-One',             { headers => $origin,    method => 'OPTIONS' }, 200, 'names: sent "X-One" (not credentialed)'],
    ['X-One',             { headers => $preflight }, 200, 'names: sent "X-One" (not credentialed)'],

    ['ExposeHeadersWhen Off', { headers => $origin }, 200, 'off: left alone (not credentialed)'],
    ["X-One\nExposeHeadersWhen Off\n$own", { headers => [] }, 200, 'off: left alone (credentialed: no Origin)'],
    ["ExposeHeadersWhen Off\n$own", { headers => $preflight, method => 'OPTIONS' }, 200, 'off: left alone (not credentialed)'],

    # marked as mod_cache marks what it takes from its store (t/suite/response/cache.t has the real thing, which mostly goes past us)
    # a .htaccess file isn't believed
    ["X-One\nSetEnv cache-hit hit",       { headers => $origin }, 200, 'names: sent "X-One" (not credentialed)'],

    # what a response brings along is made safe for the log
    ["None\nHeader set Access-Control-Expose-Headers \"X-\xC3\x9C, \\\\ \"", { headers => $origin }, 200, 'empty: removed "X-\xc3\x9c, \\\\ " (not credentialed)'],

    # the page of an ErrorDocument, and a page with a subrequest, are one response
    ["X-One\nErrorDocument 404 \@FOLDER\@page.html", { headers => $origin, page => 'absent.html' }, 404, 'names: sent "X-One" (not credentialed)', 'page.html'],
    ['X-One',             { headers => $origin, page => 'page.shtml' }, 200, 'names: sent "X-One" (not credentialed)'],

    # nothing to decide
    [$own, { headers => $origin }, 200],
);

plan tests => 2 * @cases + 5;

for (@cases) {
    my ($lines, $options, $status, $line, $served) = @$_;
    my $folder = folder(log => undef, 'page.html' => '', 'page.shtml' => '<!--#include file="page.html" -->');
    my $text   = ($lines =~ /^(?:Header|ExposeHeaders)/ ? $lines : "ExposeHeaders $lines") . "\n";
    write_files(Apache::Test::vars('documentroot') . $folder, '.htaccess' => $text =~ s/\@FOLDER\@/$folder/r);
    (my $title = join ' ', $options->{method} // 'GET', $options->{page} // '', "@{ $options->{headers} }:", $lines) =~ s/\n/ | /g;
    $title =~ s/[^\x20-\x7E]/?/g;
    log_mark();
    my $response = request($folder . ($options->{page} // 'page.html'), %$options);
    is $response->status, $status, "$title: answered with $status";
    my @lines = map { s/; .*//r } lines($line ? 1 : 0);
    my %sent  = @{ $options->{headers} };
    my $about = join ' ', $options->{method} // 'GET', $folder . ($options->{page} // 'page.html'), $served ? "(served by $folder$served)" : (), $status, 'for', $sent{Origin} // 'no Origin';
    is_deeply \@lines, [$line ? "$line $about" : ()], "$title: the line";
}

# The line's level is debug
log_mark();
is request(folder('log/info' => "ExposeHeaders X-One\n") . 'page.html', headers => $origin)->aceh, 'X-One', 'a response at LogLevel info';
is_deeply [log_lines(qr/cors_expose/, 0)], [], 'has no line';
for (['-z ""', 'X-One'], ['-n ""', undef]) {
    my ($expr, $list) = @$_;
    is request(folder('log/info' => qq{ExposeHeaders X-One 'expr=$expr'\n}) . 'page.html', headers => $origin)->aceh, $list,
        "a condition is asked for where nothing is logged, too: $expr";
}
log_mark();
request(folder(log => "ExposeHeaders X-One\n") . 'page.html', headers => [@$origin, Referer => 'http://x/']);
like +(lines(1))[0], qr{^names: sent "X-One" \(not credentialed\) GET .*, referer: http://x/$}, "httpd's own additions come after it";

# The module's lines about responses, without what httpd puts in front. (What it thinks of a .htaccess file names its place.)
sub lines {
    my ($expected) = @_;
    return map { s/.*\[client [^\]]+\] //r } log_lines(qr/cors_expose:debug\].*\[client /, $expected);
}

__END__
# The policies are in .htaccess files, which the cases write.
<Directory "@DocumentRoot@/log">
    AllowOverride All
    Options +Includes
    AddOutputFilter INCLUDES .shtml
    Header set X-One 1
    Header set X-Two 2
</Directory>
<Directory "@DocumentRoot@/log/info">
    LogLevel cors_expose:info
</Directory>
