# What may well be meant, but often isn't: notes at startup, at LogLevel info. Each comes once, with file and line.
use strict;
use warnings;
use Test::More;
use CorsExpose::Fields qw(@SAFELISTED);
use CorsExpose::Test;

my $acao = 'Access-Control-Allow-Origin';
my $acac = 'Access-Control-Allow-Credentials';
my $allow = "Header always set $acao *";

my $needless = 'needs no listing (every script may read it; harmless, and old browsers may need it)';
my $nobody   = "nothing sets $acao, without which no script can read a response (Header always set $acao ...)";
my $errors   = "Header: $acao without always is missing on the errors that httpd makes itself (say Header always set $acao ...)";
my $unset    = "Header: $acao without always is missing on the errors that httpd makes itself (say Header onsuccess unset $acao";
my $webview  = "is port 80 alone, or an app's WebView";

sub nothing { my ($edit) = @_; return "nothing in the configuration before '$edit' exposes that (a * in a container inside would, in spite of it; "
        . 'ExposeHeadersNever hides it everywhere)' }
sub full { my ($by) = @_; return "a pattern beside $by: browsers get these answers in full, and no 304 (explicit names alone allow it)" }
sub never { my ($line) = @_; return "ExposeHeadersNever: holds beside ExposeHeadersWhen Off (line $line), too: "
        . 'a list that a response brings along loses these names' }
sub in { my ($container, @lines) = @_; my ($name) = $container =~ /(\w+)/; return join "\n", "<$container>", @lines, "</$name>" }
sub stored { my ($what) = @_; return "mod_cache stores what depends on '$what': one requester's list goes to all others "
        . '(say Header merge Vary with the request header that this depends on, or CacheDisable)' }
sub order { my ($edit, $path, $line, $there) = @_; return "'$edit' is taken back by <Location $path> (line $line): httpd merges <Location>s in the order of the file, "
        . "not by length, and a virtual host's after the main server's (put this one" . ($there // '') . ' behind that)' }

# [configuration, [line, text] of each note]; the text begins with "ExposeHeaders: " unless it names another directive
my @noted = (
    (map { ["$allow\nExposeHeaders $_", [2, "'$_' $needless"]] } @SAFELISTED, 'content-LENGTH'),
    ["$allow\nExposeHeaders X-A +Pragma, Expires", [2, "'Pragma' $needless"], [2, "'Expires' $needless"]],

    ['ExposeHeaders X-A',                                          [1, $nobody]],
    ["ExposeHeaders X-A\nExposeHeaders X-B\n" . in('Location /a', 'ExposeHeaders X-C'), [1, $nobody]],
    [in('VirtualHost *:1', $allow) . "\n" . in('VirtualHost *:2', 'ExposeHeaders X-A'), [5, $nobody]],
    ["Header set Access-Control-Allow-Methods GET\nExposeHeaders X-A", [2, $nobody]],
    ["Header unset $acao\nExposeHeaders X-A",                      [2, $nobody]],

    ["Header set $acao *\nExposeHeaders X-A",                      [1, $errors]],
    ["Header onsuccess set $acao *\nExposeHeaders X-A",            [1, $errors]],
    [in('VirtualHost *:1', in('Location /a', "Header add $acao *")) . "\nExposeHeaders X-A", [3, $errors]],

    ["ProxyPass /a http://127.0.0.1:1/\nHeader set $acao *\nExposeHeaders X-A", [2, "$unset, and then Header always set $acao ...)"]],
    ["SetHandler x\nHeader set $acao * env=V\nExposeHeaders X-A", [2, "$unset env=V, and then Header always set $acao ...)"]],
    ["SetHandler x\nHeader set $acao * 'expr=%{HTTP:X} == \"a\"'\nExposeHeaders X-A", [2, "$unset 'expr=%{HTTP:X} == \"a\"', and then Header always set $acao ...)"]],

    (map { ["$allow\nExposeHeaders X-One origin=$_", [2, "'origin=$_' $webview (origin=$_:* is any port)"]] } qw(http://localhost http://127.0.0.1 http://[::1])),
    ["$allow\nExposeHeaders X-One origin=capacitor://localhost origin=http://localhost", [2, "'origin=http://localhost' $webview (origin=http://localhost:* is any port)"]],

    ["$allow\nExposeHeaders -X-A",                                 [2, nothing('-X-A')]],
    ["$allow\nExposeHeaders -X-A X-B",                             [2, nothing('-X-A')]],
    ["$allow\nExposeHeaders X-B\nExposeHeaders -X-B -X-B",         [3, nothing('-X-B')]],
    ["$allow\nExposeHeaders X-B\nExposeHeaders None -X-B",         [3, nothing('-X-B')]],
    [in('VirtualHost *:1', $allow, 'ExposeHeaders -X-A'),          [3, nothing('-X-A')]],

    ["$allow\nExposeHeaders X-A-* origin=https://a.example",       [2, full('origin=')]],
    ["$allow\nExposeHeaders *\nExposeHeadersWhen Allowed",         [2, full('ExposeHeadersWhen Allowed')]],
    ["$allow\nExposeHeadersWhen Allowed\n" . in('Location /a', 'ExposeHeaders X-A X-*'), [4, full('ExposeHeadersWhen Allowed')]],
    ["$allow\nExposeHeaders X-A origin=https://a.example\n" . in('Location /a', 'ExposeHeaders X-*'), [4, full('origin=')]],

    ["$allow\nExposeHeadersNever X-A\nExposeHeadersWhen Off",      [2, never(3)]],
    [in('Location /a', 'ExposeHeadersWhen Off', 'ExposeHeadersNever X-A'), [3, never(2)]],

    ["$allow\nCacheEnable disk /\nExposeHeaders X-A env=V\nExposeHeaders X-B env=!W", [3, stored('env=V')], [4, stored('env=!W')]],
    ["CacheEnable disk /\n" . in('VirtualHost *:1', $allow, 'ExposeHeaders X-A env=V'), [4, stored('env=V')]],
    ["$allow\nExposeHeaders X-A env=V\n" . in('VirtualHost *:1', 'CacheEnable disk /'), [2, stored('env=V')]],
    ["$allow\nCacheEnable disk /\n" . in('If "true"', 'ExposeHeaders X-A', 'ExposeHeaders X-B env=V', 'ExposeHeadersWhen Always'), [4, stored('<If "true">')]],
    ["$allow\nCacheEnable disk /\n" . in('If "true"', 'ExposeHeadersWhen Always'), [4, 'ExposeHeadersWhen: ' . stored('<If "true">')]],

    # httpd merges <Location>s in the order of the file
    ["$allow\n" . in('Location "/api/v1/"', 'ExposeHeaders -X-A') . "\n" . in('Location "/api/"', 'ExposeHeaders X-A'), [3, order('-X-A', '/api/', 6)]],
    ["$allow\n" . in('Location /api/v1', 'ExposeHeaders X-B', 'ExposeHeaders -X-A') . "\n" . in('Location /api', 'ExposeHeaders X-*'), [4, order('-X-A', '/api', 7)]],
    ["$allow\n" . in('Location /api/', 'ExposeHeaders X-A X-B') . "\n" . in('Location /', 'ExposeHeaders -X-B X-C'), [3, order('X-B', '/', 6)]],
    ["$allow\n" . in('Location /api/v1/', 'ExposeHeaders -X-A') . "\n" . in('VirtualHost *:1', in('Location /api/', 'ExposeHeaders X-A')), [3, order('-X-A', '/api/', 7, ' there, too,')]],
    [in('VirtualHost *:1', $allow, in('Location /api/v1/', 'ExposeHeaders -X-A'), in('Location /api/', 'ExposeHeaders X-A')), [4, order('-X-A', '/api/', 7)]],
    # of many, those that come first; of a walk that is repeated, too, since a variable is made from Origin
    (map {
        my ($before, $n) = @$_;
        [join("\n", @$before, map { in("Location $_", 'ExposeHeaders ' . ($_ eq '/a/' ? 'X-A' : '-X-A')) } map { "/a/$_" } 10 .. 34, ''), map { [3 * $_ + $n, order('-X-A', '/a/', 78 + $n)] } 1 .. 19]
    } [[$allow], 0], [[$allow, 'SetEnvIf Origin a OK'], 1]),
    # among others, in no order
    [join("\n", $allow, map { in("Location $_->[0]", "ExposeHeaders $_->[1]") } ['/z/', 'X-A'], ['/api/v1/', '-X-A'], ['/m/', 'X-A'], ['/api/', 'X-A'], ['/b/', 'X-A']), [6, order('-X-A', '/api/', 12)]],
);

my @silent = (
    "$allow\nExposeHeaders Content-Disposition ETag",
    "$allow\nExposeHeaders Content-* -Content-Length",
    "$allow\nExposeHeadersNever Content-Length",
    'ExposeHeadersNever X-A',
    "Header set X-A 1\nHeader set $acao *",
    "ExposeHeaders X-A\n" . in('VirtualHost *:1', $allow),
    "$allow\n" . in('VirtualHost *:1', 'ExposeHeaders X-A'),
    (map { "$_\nExposeHeaders X-A" } 'ProxyPass /a http://127.0.0.1:1/', 'SetHandler x', 'AddHandler x .x', 'AddType application/x-httpd-php .php',
        'ScriptAlias /cgi/ /srv/cgi/', 'Action x /cgi/x', "RewriteEngine on\nRewriteRule ^/(.*) http://127.0.0.1:1/\$1 [P]",
        in('Directory /srv', 'AllowOverride All'), in('Directory /srv', 'AllowOverrideList Header')),
    "Header always set $acao * \"expr=-z %{resp:Access-Control-Expose-Headers}\"\nExposeHeaders X-A",
    "Header set $acao *\nCacheEnable disk /\nExposeHeaders X-A",
    "$allow\nExposeHeaders -X-A env=V",
    "$allow\nExposeHeaders -X-A\nExposeHeaders X-A",
    "$allow\nExposeHeaders X-One origin=http://localhost origin=http://localhost:3000",
    # what mod_cache stores
    "$allow\nCacheEnable disk /\nExposeHeaders X-A\nExposeHeaders X-B origin=https://a.example",
    "$allow\nCacheEnable disk /\nHeader merge Vary Cookie\nExposeHeaders X-A env=V",
    "$allow\nCacheEnable disk /\nCacheDisable /a\n" . in('If "true"', 'ExposeHeaders X-A'),
    "$allow\nCacheEnable disk /\n" . in('If "true"', 'ExposeHeadersNever X-A'),
    "$allow\nExposeHeaders X-A env=V",
    # <Location>s that take nothing back
    "$allow\n" . in('Location /api/', 'ExposeHeaders X-A') . "\n" . in('Location /api/v1/', 'ExposeHeaders -X-A'),
    "$allow\n" . in('Location /api/v1/', 'ExposeHeaders X-B') . "\n" . in('Location /api/', 'ExposeHeaders X-A'),
    "$allow\n" . in('Location /api/v1/', 'ExposeHeaders X-A') . "\n" . in('Location /api/', 'ExposeHeaders X-A'),
    "$allow\n" . in('Location /api/v1/', 'ExposeHeaders -X-A') . "\n" . in('Location /ap', 'ExposeHeaders X-A'),
    "$allow\n" . in('Location /api/', 'ExposeHeaders -X-A') . "\n" . in('Location /api/', 'ExposeHeaders X-A'),
    "$allow\n" . in('Location /api/v1/', 'ExposeHeaders -X-A') . "\n" . in('Location /api/', 'ExposeHeaders X-A env=V'),
    "$allow\n" . in('Location /api/v1/', 'ExposeHeaders -X-A') . "\n" . in('Location ~ /api/', 'ExposeHeaders X-A'),
    "$allow\n" . in('VirtualHost *:1', in('Location /api/v1/', 'ExposeHeaders -X-A')) . "\n" . in('VirtualHost *:2', in('Location /api/', 'ExposeHeaders X-A')),
    "$allow\n" . in('Location /api/v1/', 'ExposeHeaders -X-A') . "\n"
        . in('VirtualHost *:1', in('Location /api/', 'ExposeHeaders X-A'), in('Location /api/v1/', 'ExposeHeaders -X-A')),
    "$allow\nExposeHeaders X-A\nExposeHeaders -X-A",
    "$allow\nExposeHeaders * -X-A -X-*",
    "$allow\nExposeHeaders X-A-B\nExposeHeaders -X-A-*",
    "$allow\nExposeHeaders X-A\n" . in('VirtualHost *:1', 'ExposeHeaders -X-A'),
    "$allow\n" . in('Location /a', 'ExposeHeaders -X-A'),
    "$allow\nExposeHeaders X-A origin=https://a.example",
    "$allow\nExposeHeaders X-* env=V",
    "$allow\nExposeHeaders X-A\nExposeHeadersWhen Allowed",
    "$allow\nExposeHeadersNever X-A\n" . in('Location /a', 'ExposeHeadersWhen Off'),
);

plan tests => 3 * @noted + @silent + 1;

my @modules = qw(actions alias cache cgid headers mime proxy proxy_http rewrite setenvif);

sub findings {
    my ($output) = @_;
    $output =~ s{/\S*/(?=case\.conf)}{DIR/}g;
    return [map { /\[cors_expose:info\].*? DIR\/case\.conf:(\d+): (?:ExposeHeaders: )?(.*)/ ? "$1: $2" : $_ } split /\n/, $output];
}

for (@noted) {
    my ($config, @notes) = @$_;
    (my $title = $config) =~ s/\n/ | /g;
    my ($code, $output) = httpd_t("$config\nLogLevel cors_expose:info", modules => \@modules);
    is $code, 0, "httpd.conf takes $title";
    is_deeply findings($output), [(map { "$_->[0]: $_->[1]" } @notes), 'Syntax OK'], "and says at info what to think of $title";
    ($code, $output) = httpd_t($config, modules => \@modules);
    is $output, "Syntax OK\n", 'and nothing at the default level';
}

for my $config (@silent) {
    (my $title = $config) =~ s/\n/ | /g;
    my ($code, $output) = httpd_t("$config\nLogLevel cors_expose:info", modules => \@modules);
    is "$code $output", "0 Syntax OK\n", "no note on $title";
}

# A note isn't kept back by a warning
my (undef, $output) = httpd_t(in(q(If "%{HTTP:Origin} == 'a'"), 'ExposeHeaders X-A') . "\nLogLevel cors_expose:info", modules => \@modules);
like $output, qr/:warn\].*:2: ExposeHeaders: stands in .*:info\].*:2: ExposeHeaders: \Q$nobody\E$/sm, 'a warning and a note on one line';
