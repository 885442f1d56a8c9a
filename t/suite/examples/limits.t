# docs/limits.md: the limits are there, and what it says to do there helps. (Those of stored copies: t/caches, t/browser.)
use strict;
use warnings;
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

my $long = 'GET /' . 'x' x 9000 . " HTTP/1.1\r\nHost: a\r\nOrigin: @{[origin()]}\r\n\r\n";
my $name = 'X-' . 'a' x 50;

my @cases = (
    # what is tried, the directives, the request, what is listed, Vary, the status where it matters
    ['a 414 comes before Origin is known',         'ExposeHeaders X-A',                            { raw => $long }, undef, 'Origin'],
    ['Always has a list for it',                   "ExposeHeadersWhen Always\nExposeHeaders X-A",  { raw => $long }, 'X-A', undef],
    ["a folder's lines aren't for a bad Host",     "ExposeHeaders X-A\n<Directory />\nExposeHeaders X-B\n</Directory>", { headers => [Host => 'a b'] }, 'X-A', 'Origin'],
    ["but a URL's are",                            "ExposeHeaders X-A\n<Location />\nExposeHeaders X-B\n</Location>", { headers => [Host => 'a b'] }, 'X-A, X-B', 'Origin'],
    ["a folder's Never isn't for what comes before it", "ExposeHeaders X-A\n<Directory \"\@ROOT\@\">\nExposeHeadersNever X-A\n</Directory>", { path => '/' . 'a' x 300, headers => [Host => 'a'] }, 'X-A', 'Origin', 403],
    ["but a URL's is",                             "ExposeHeaders X-A\n<Location />\nExposeHeadersNever X-A\n</Location>", { path => '/' . 'a' x 300, headers => [Host => 'a'] }, undef, 'Origin', 403],
    ['a range is cut out later',                   'ExposeHeaders X-A "expr=%{REQUEST_STATUS} == 206"', { headers => [Range => 'bytes=0-0'] }, undef, 'Origin'],
    ['the request can be asked for it',            'ExposeHeaders X-A "expr=-n req_novary(\'Range\')"', { headers => [Range => 'bytes=0-0'] }, 'X-A', 'Origin'],
    ['expr= adds what it reads to Vary',           'ExposeHeaders X-A "expr=%{HTTP:X-Name} == \'a\'"', { headers => ['X-Name' => 'a'] }, 'X-A', 'X-Name,Origin'],
    ['but with req_novary',                        'ExposeHeaders X-A "expr=req_novary(\'X-Name\') == \'a\'"', { headers => ['X-Name' => 'a'] }, 'X-A', 'Origin'],
    ['RequestHeader early comes first',            "ExposeHeaders X-A\nRequestHeader unset Origin early", {}, undef, 'Origin'],
    ['without early it makes no difference',       "ExposeHeaders X-A\nRequestHeader unset Origin", {}, 'X-A', 'Origin'],
    ['under Off a * stays',                        "ExposeHeadersWhen Off\nHeader set Access-Control-Expose-Headers *", {}, '*', undef],
    ['but for Never',                              "ExposeHeadersNever X-No\nExposeHeadersWhen Off\nHeader unset Vary\nHeader unset ETag\nHeader set X-A 1\nHeader set Access-Control-Expose-Headers *", {}, 'X-A, Date, Server', undef],
    ["a backend's list beyond 8,000 bytes",        'Header set Access-Control-Expose-Headers "' . join(',', map { "$name-$_" } 1000 .. 1200) . "\"\nExposeHeaders X-A", {}, qr/^X-A, $name-1000, .*-11[34]\d$/, 'Origin'],
    ['validators that are taken away: a 200',      "RequestHeader unset If-None-Match\nExposeHeaders X-A origin=@{[origin()]}", { headers => ['If-None-Match' => '*'] }, 'X-A', 'Origin', 200],
    ['and else a 304',                             "ExposeHeaders X-A origin=@{[origin()]}",       { headers => ['If-None-Match' => '*'] }, 'X-A', 'Origin', 304],
    ["Allowed, a 304 and a backend's own *: no list", "ExposeHeadersWhen Allowed\nHeader always set Access-Control-Allow-Origin \"*\"\nHeader always set Access-Control-Expose-Headers \"*\"\nHeader always set X-A 1", { headers => [Cookie => 'a=b', 'If-None-Match' => '*'] }, undef, 'Origin', 304],
    ['beside origin= what the 304 has',            "ExposeHeaders X-Z origin=https://other.example.com\nHeader always set Access-Control-Allow-Origin \"*\"\nHeader always set Access-Control-Expose-Headers \"*\"\nHeader always set X-A 1", { headers => [Cookie => 'a=b', 'If-None-Match' => '*'] }, qr/\bX-A\b/, 'Origin', 304],
    ['and ExposeHeaders * is no 304',              "ExposeHeadersWhen Allowed\nExposeHeaders *\nHeader always set Access-Control-Allow-Origin \"*\"\nHeader always set Access-Control-Expose-Headers \"*\"\nHeader always set X-A 1", { headers => [Cookie => 'a=b', 'If-None-Match' => '*'] }, qr/\bX-A\b/, 'Origin', 200],
    ['TRACE',                                      "TraceEnable On\nExposeHeaders X-A",            { method => 'TRACE' }, undef, undef],
);
my @refused = (
    ['ExposeHeaders X-' . 'a' x 62 . '*', qr/long pattern 'X-a+\*' \(64 characters at most\)/],
    ['ExposeHeaders ' . join(' ', map { "X-$_-*" } 1 .. 101), qr/100/],
    ['ExposeHeaders ' . join(' ', map { "$name-$_" } 1000 .. 1300), qr/16000/],
);
my @accepted = ('ExposeHeaders X-' . 'a' x 61 . '*', 'ExposeHeaders ' . join(' ', map { "X-$_-*" } 1 .. 100));

my $vhosts = '';
for my $i (0 .. $#cases) {
    $vhosts .= "<VirtualHost *>\nServerName limit$i.test\n$cases[$i][1]\n</VirtualHost>\n";
}
# What comes before a host is known falls to the first virtual host: each such case has a server of its own.
my $port = serve("Header unset Accept-Ranges\nHeader unset Last-Modified\n$vhosts", 'page.html' => 'text');
for my $i (0 .. $#cases) {
    my ($what, $directives, $request, $list, $vary, $status) = @{ $cases[$i] };
    my $own = $request->{raw} || "@{ $request->{headers} // [] }" =~ /Host/;
    my @headers = (Origin => origin(), @{ $request->{headers} // [] });
    my $r = request($request->{path} // '/page.html', %$request, headers => \@headers, $own ? (port => serve($directives)) : (port => $port, host => "limit$i.test"));
    $list = undef if $status && $status == 304 && !sends_on_304;
    ref $list ? like $r->aceh // '', $list, $what : is $r->aceh, $list, $what or diag $r->all;
    is $r->status, $status, "$what: the status" if $status;
    is $r->header('Vary'), $vary, "$what: Vary" or diag $r->all;
}
for (@refused) {
    my ($line, $message) = @$_;
    my ($status, $output) = httpd_t($line);
    isnt $status, 0, substr($line, 0, 60) . ' ... is refused';
    like $output, $message, '... and the message has the limit';
}
is_deeply [httpd_t($_)], [0, "Syntax OK\n"], substr($_, 0, 60) . ' ... is accepted' for @accepted;

# docs/decisions.md, whose policy: what mod_headers does there
my $chain = serve(<<'END', 'index.php' => '', '.htaccess' => "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /index.php\n");
<Directory "@ROOT@">
    AllowOverride All
</Directory>
<Location "/wp-json/">
    Header always set X-By-Hand 1
    ExposeHeaders X-WP-Total
</Location>
END
my $r = request('/wp-json/posts', port => $chain, headers => [Origin => origin()]);
is $r->status, 200, 'a front controller answers';
is $r->aceh, 'X-WP-Total', "... and the list is that of the client's URL";
is $r->header('X-By-Hand'), undef, "... and a Header line there isn't";

# A redirect on the way, and what covers it, too
my $allow = 'Header always set Access-Control-Allow-Origin "*"';
for my $case (['/api/orders/', undef], ['/api/orders', '*']) {
    my ($location, $allowed) = @$case;
    my $server = serve("DirectoryIndex index.txt\n<Location \"$location\">\n$allow\nExposeHeaders ETag\n</Location>", 'api/orders/index.txt' => '');
    my $redirect = request('/api/orders', port => $server, headers => [Origin => origin()]);
    is $redirect->status, 301, "<Location \"$location\">: without the slash there is a redirect";
    is $redirect->header('Access-Control-Allow-Origin'), $allowed, '... which a script may ' . ($allowed ? 'follow' : 'not follow');
    is request('/api/orders/', port => $server, headers => [Origin => origin()])->aceh, 'ETag', '... to what it may read';
}

done_testing;
