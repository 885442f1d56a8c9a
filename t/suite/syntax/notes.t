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
my $errors   = "Header: $acao without always is missing on errors: no script can read those (Header always set ...)";
my $stored   = "Header: $acac under a condition, beside a *: a browser may use a stored * in a fetch with credentials, where it is no wildcard "
    . '(ExposeHeadersWildcard Expand)';
my $files    = "this container is for files, and all paths here are a backend's: they don't see it (use <Location>)";

sub nothing { my ($edit) = @_; return "nothing before '$edit' exposes that (a * in a container would, in spite of it; ExposeHeadersNever forbids it everywhere)" }
sub full { my ($by) = @_; return "a pattern beside $by: browsers get these answers in full, and no 304 (explicit names alone allow it)" }
sub never { my ($line) = @_; return "ExposeHeadersNever: holds beside ExposeHeadersWhen Off (line $line), too: "
        . 'a list that a response brings along loses these names' }
sub in { my ($container, @lines) = @_; my ($name) = $container =~ /(\w+)/; return join "\n", "<$container>", @lines, "</$name>" }
sub effect { return "Header: 'unset Access-Control-Expose-Headers' changes the response's own list alone, and nothing that ExposeHeaders exposes" }

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

    ["$allow\nHeader always set $acac true env=X\nExposeHeaders *", [2, $stored]],
    ["$allow\nHeader always set $acac true \"expr=true\"\nExposeHeaders *", [2, $stored]],
    ["$allow\n" . in('If "true"', "Header set $acac true") . "\nExposeHeaders *", [3, $stored]],

    ["$allow\nExposeHeaders -X-A",                                 [2, nothing('-X-A')]],
    ["$allow\nExposeHeaders -X-A X-B",                             [2, nothing('-X-A')]],
    ["$allow\nExposeHeaders -X-*",                                 [2, nothing('-X-*')]],
    ["$allow\nExposeHeaders -*",                                   [2, nothing('-*')]],
    ["$allow\nExposeHeaders X-B\nExposeHeaders -X-B -X-B",         [3, nothing('-X-B')]],
    ["$allow\nExposeHeaders X-B\nExposeHeaders None -X-B",         [3, nothing('-X-B')]],
    [in('VirtualHost *:1', $allow, 'ExposeHeaders -X-A'),          [3, nothing('-X-A')]],

    (map { ["ProxyPass / http://127.0.0.1:1/\n" . in($_, 'ExposeHeaders X-A'), [3, $files]] } 'Directory /srv', 'Files x', 'FilesMatch x', 'DirectoryMatch x'),
    [in('Location "/"', 'ProxyPass http://127.0.0.1:1/?a=b') . "\n" . in('Directory /srv', 'ExposeHeaders X-A'), [5, $files]],
    [in('VirtualHost *:1', 'ProxyPass "/" "http://127.0.0.1:1/"', in('Directory /srv', 'ExposeHeaders X-A')), [4, $files]],

    ["$allow\nExposeHeaders X-A-* origin=https://a.example",       [2, full('origin=')]],
    ["$allow\nExposeHeaders *\nExposeHeadersWhen Allowed",         [2, full('ExposeHeadersWhen Allowed')]],
    ["$allow\nExposeHeadersWhen Allowed\n" . in('Location /a', 'ExposeHeaders X-A X-*'), [4, full('ExposeHeadersWhen Allowed')]],
    ["$allow\nExposeHeaders X-A origin=https://a.example\n" . in('Location /a', 'ExposeHeaders X-*'), [4, full('origin=')]],

    ["$allow\nExposeHeadersNever X-A\nExposeHeadersWhen Off",      [2, never(3)]],
    [in('Location /a', 'ExposeHeadersWhen Off', 'ExposeHeadersNever X-A'), [3, never(2)]],

    [in('Location /a', 'ProxyPass http://127.0.0.1:1/', 'Header unset Access-Control-Expose-Headers', 'ExposeHeaders X-A'), [3, effect()]],
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
    "$allow\nHeader set $acao *\nExposeHeaders X-A",
    "Header always set $acao * \"expr=-z %{resp:Access-Control-Expose-Headers}\"\nExposeHeaders X-A",
    "$allow\nHeader always set $acac true\nExposeHeaders *",
    (map { "$allow\nHeader always set $acac true env=X\n$_" } 'ExposeHeaders X-*', 'ExposeHeaders X-A', "ExposeHeaders *\nExposeHeadersWildcard Expand",
        "ExposeHeaders * -X-A", "ExposeHeaders *\nExposeHeadersNever X-A"),
    "$allow\nExposeHeaders X-A\nExposeHeaders -X-A",
    "$allow\nExposeHeaders * -X-A -X-*",
    "$allow\nExposeHeaders X-A-B\nExposeHeaders -X-A-*",
    "$allow\nExposeHeaders X-A\n" . in('VirtualHost *:1', 'ExposeHeaders -X-A'),
    "$allow\n" . in('Location /a', 'ExposeHeaders -X-A'),
    "ProxyPass /a http://127.0.0.1:1/\n" . in('Directory /srv', 'ExposeHeaders X-A'),
    "ProxyPass /static !\nProxyPass / http://127.0.0.1:1/\n" . in('Directory /srv', 'ExposeHeaders X-A'),
    "ProxyPass / http://127.0.0.1:1/\n" . in('Location /', 'ExposeHeaders X-A'),
    "ProxyPass / http://127.0.0.1:1/\nAlias /s /srv\n" . in('Directory /srv', 'ExposeHeaders X-A'),
    in('Location /a', 'ProxyPass http://127.0.0.1:1/') . "\n" . in('Directory /srv', 'ExposeHeaders X-A'),
    "$allow\nExposeHeaders X-A origin=https://a.example",
    "$allow\nExposeHeaders X-* env=V",
    "$allow\nExposeHeaders X-A\nExposeHeadersWhen Allowed",
    "$allow\nExposeHeadersNever X-A\n" . in('Location /a', 'ExposeHeadersWhen Off'),
);

plan tests => 3 * @noted + @silent + 1;

my @modules = qw(actions alias cgid headers mime proxy proxy_http rewrite setenvif);

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
