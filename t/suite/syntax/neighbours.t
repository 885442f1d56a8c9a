# Warnings about what other directives do to those of this module, read off the configuration as a whole.
use strict;
use warnings;
use Test::More;
use CorsExpose::Test;

my $say  = "(say origin= with each origin that may read it: only then no cache and no browser gives one origin's list to another)";
my $out  = "(put it outside, and say origin= on ExposeHeaders lines with each origin that may read what they expose: "
    . "only then no cache and no browser gives one origin's list to another)";
my $acao = 'Access-Control-Allow-Origin';
my $acac = 'Access-Control-Allow-Credentials';
my $aceh = 'Access-Control-Expose-Headers';

sub in { my ($container, @lines) = @_; my ($name) = $container =~ /(\w+)/; return join "\n", "<$container>", @lines, "</$name>" }
sub stands { my ($container) = @_; return "ExposeHeaders: stands in <$container>, which tests the request's Origin $out" }
sub env { my ($word, $by, $line) = @_; return "ExposeHeaders: 'env=$word' depends on the request's Origin: $by (line $line) sets "
        . ($word =~ s/^!//r) . " from it $say" }
sub expr { my ($expr) = @_; return "ExposeHeaders: 'expr=$expr' depends on the request's Origin: a variable in it is set from that $say" }
sub list { my ($action, $cure, $star) = @_; return "Header: '$action $aceh' beside ExposeHeaders is taken for the response's own list"
        . ($star ? ', and its * exposes every header' : '') . " (leave it out$cure)" }
sub no_effect { my ($action, $cure) = @_; return "Header: '$action $aceh' takes nothing away of what ExposeHeaders exposes "
        . "(say ExposeHeaders $cure, or leave it out; for the response's own list ExposeHeadersBackend Replace)" }
sub request_header { my ($action, $name, $cure) = @_; return "RequestHeader: '$action $name' sets a header of the request, which no browser sees (leave it out"
        . ($cure // ', and say Header, if nothing else sets it in the response') . ')' }
my $errors  = ', which holds on errors, too';
my $replace = "; and ExposeHeadersBackend Replace, if it is to take the place of a backend's list";
my $names   = ', and move its names to ExposeHeaders';
my $off     = '; put it into the containers inside that say ExposeHeadersWhen Off';
my @many    = map { "X-$_" } 1 .. 21;    # more than are sorted
my $twice   = "Header: $acao is sent twice, and no script reads such a response";
my $always  = "$twice (in the place of the line without always say Header onsuccess unset $acao)";
my $star    = "Header: $acac beside $acao \"*\": with credentials no script reads that (leave $acac out, or send the origin of each script that may have them in the place of *)";
sub changed { my ($action) = @_; return "RequestHeader: '$action Origin' where mod_cache stores: a script can get a copy without a list, "
        . 'stored for a request without Origin (leave it out, or say ExposeHeadersWhen Always)' }
sub no_true { my ($value) = @_; return "Header: '$value' for $acac is nothing to a browser, which knows true alone (say true, or leave it out)" }

my $if = q(If "%{HTTP:Origin} == 'https://app.example.com'");

# [configuration, [line, text] of each warning]
my @warned = (
    # the origin, tested by <If>
    [in($if, 'ExposeHeaders X-A'), [2, stands($if)]],
    [in($if, 'ExposeHeaders X-A', 'ExposeHeaders X-B', 'ExposeHeadersWhen Always'), [2, stands($if)]],
    [in($if, 'ExposeHeadersWhen Off'), [2, stands($if) =~ s/ExposeHeaders/ExposeHeadersWhen/r]],
    [in(q(If "-n req('origin')"), 'ExposeHeaders X-A'), [2, stands(q(If "-n req('origin')"))]],
    ["ExposeHeaders X-B\n" . in('Location /a', in($if, 'ExposeHeaders X-A')), [4, stands($if)]],
    [in('VirtualHost *:1', in('Location /a', in($if, 'ExposeHeaders X-A'))), [4, stands($if)]],
    [in('Location /a', in('If "true"', 'ExposeHeaders X-A'), in($if =~ s/If/ElseIf/r, 'ExposeHeaders X-B')), [6, stands($if =~ s/If/ElseIf/r)]],
    [in('Location /a', in($if, 'Header set X-C 1'), in('ElseIf "true"', 'ExposeHeaders X-A')), [6, stands($if)]],
    [in('Location /a', in($if, 'Header set X-C 1'), in('Else', 'ExposeHeaders X-A')), [6, stands($if)]],
    [in('Location /a', in($if, in('IfModule mod_headers.c', 'ExposeHeaders X-A'))), [4, stands($if)]],

    # the origin, tested by a variable
    ["SetEnvIf Origin ^https://a OK\nExposeHeaders X-A env=OK", [2, env('OK', 'SetEnvIf', 1)]],
    ["ExposeHeaders X-A env=!OK\nSetEnvIfNoCase origin \"^https://a\" OTHER OK=1", [1, env('!OK', 'SetEnvIfNoCase', 2)]],
    ["SetEnvIf Origin ^https://a OK\nSetEnvIfNoCase Origin ^https://b OK\nExposeHeaders X-A env=OK", [3, env('OK', 'SetEnvIf', 1)]],
    ["SetEnvIf Origin ^https://a !OK\nExposeHeaders X-A env=OK", [2, env('OK', 'SetEnvIf', 1)]],
    ["SetEnvIfExpr \"%{HTTP:Origin} == 'x'\" OK\nExposeHeaders X-A env=OK", [2, env('OK', 'SetEnvIfExpr', 1)]],
    ["SetEnvIf Origin ^https://a OK\n" . in('VirtualHost *:1', in('Location /a', 'ExposeHeaders X-A env=OK')), [4, env('OK', 'SetEnvIf', 1)]],
    [in('VirtualHost *:1', in('Location /a', 'ExposeHeaders X-A env=OK', 'SetEnvIf Origin ^https://a OK')), [3, env('OK', 'SetEnvIf', 4)]],

    (map { ["$_\nExposeHeaders X-A env=OK", [s/\n/\n/gr =~ tr/\n// + 2, env('OK', /(\w+)[^\n]*OK[^\n]*$/ ? $1 : '', tr/\n// + 1)]] }
        'SetEnvIf ^Origin$ ^https://a OK', 'SetEnvIf ^orig.*$ ^https://a OK', 'SetEnvIfNoCase (origin|referer) a OK', "SetEnvIf Origin a ONE\nSetEnvIf ONE . OK",
        "SetEnvIf Origin a ONE\nSetEnvIfExpr \"-n reqenv('ONE')\" OK", "RewriteEngine on\nRewriteCond %{HTTP:Origin} ^https://a\nRewriteRule .* - [E=OK:1]",
        "RewriteEngine on\nRewriteCond %{REQUEST_URI} /a [OR]\nRewriteCond %{HTTP:Origin} ^https://a\nRewriteRule .* - \"[NE, E=OK:%1, L]\"",
        "RewriteEngine on\nRewriteRule .* - [env=OK:%{HTTP:Origin}]", "SetEnvIf Origin a ONE\nRewriteEngine on\nRewriteCond %{ENV:ONE} .\nRewriteRule .* - [E=OK]",
        "SetEnvIf Origin a ONE\nRewriteEngine on\nRewriteRule .* - [E=OK:%{ENV:ONE}]"),
    ["SetEnvIf TWO . OK\nSetEnvIf ONE . TWO\nSetEnvIf Origin a ONE\nExposeHeaders X-A env=OK", [4, env('OK', 'SetEnvIf', 1)]],
    # a chain as long as it is followed
    [join("\n", 'SetEnvIf V1 . OK', (map { 'SetEnvIf V' . ($_ + 1) . " . V$_" } 1 .. 8), 'SetEnvIf Origin a V9', 'ExposeHeaders X-A env=OK'), [11, env('OK', 'SetEnvIf', 1)]],
    [in($if, 'SetEnv OK 1') . "\nExposeHeaders X-A env=OK", [4, env('OK', 'SetEnv', 2)]],
    [in($if, 'SetEnvIf X-B . OK') . "\nExposeHeaders X-A env=OK", [4, env('OK', 'SetEnvIf', 2)]],
    ["SetEnvIf Origin a OK\nExposeHeaders X-A \"expr=reqenv('OK') == '1'\"", [2, expr("reqenv('OK') == '1'")]],
    ["SetEnvIf Origin a OK\nExposeHeaders X-A \"expr=-n %{ENV:OK}\"", [2, expr('-n %{ENV:OK}')]],
    ["SetEnvIf Origin a OK\n" . in(q(If "-n reqenv('OK')"), 'ExposeHeaders X-A'), [3, stands(q(If "-n reqenv('OK')"))]],
    (map { [in($if, $_), [2, stands($if) =~ s/ExposeHeaders/(split m{ }, $_)[0]/er]] } 'ExposeHeadersNever X-A', 'ExposeHeadersBackend Keep', 'ExposeHeadersWildcard Expand'),

    # Header lines that add to the list
    (map { ["ExposeHeaders X-A\nHeader $_->[0] $aceh \"X-B, X-C\"", [2, list($_->[1], ', and say ExposeHeaders X-B X-C' . ($_->[0] =~ /always/ ? '' : $errors))]] }
        ['set', 'set'], ['always set', 'set'], ['onsuccess add', 'add'], ['append', 'append'], ['always merge', 'merge'], ['setifempty', 'setifempty'],
        ['Set', 'Set']),
    ["ExposeHeaders X-A\nHeader always set $aceh: X-B",               [2, list('set', ', and say ExposeHeaders X-B')]],
    ["ExposeHeaders X-A\nHeader always set access-control-expose-headers X-B env=CORS", [2, list('set', ', and say ExposeHeaders X-B env=CORS')]],
    ["ExposeHeaders X-A\nHeader always set $aceh X-B \"expr=%{HTTP:X} == 'a'\"", [2, list('set', qq(, and say ExposeHeaders X-B "expr=%{HTTP:X} == 'a'"))]],
    ["ExposeHeaders X-A\nHeader set $aceh X-B early",                 [2, list('set', ", and say ExposeHeaders X-B$errors")]],
    ["SetEnvIf Origin a OK\nExposeHeaders X-A\nHeader always set $aceh X-B env=OK", [3, list('set', ', and say ExposeHeaders X-B with origin= in the place of env=OK')]],
    ["ExposeHeaders X-A\nHeader always set $aceh X-B \"expr=%{HTTP:Origin} == 'a'\"",
        [2, list('set', qq(, and say ExposeHeaders X-B with origin= in the place of "expr=%{HTTP:Origin} == 'a'"))]],
    ["ExposeHeaders X-A\nHeader always set $aceh \"*\"",              [2, list('set', '; if that is meant, say ExposeHeaders *', 1)]],
    ["ExposeHeaders X-A\nHeader always set $aceh \"X-B, *\"",         [2, list('set', '; if that is meant, say ExposeHeaders X-B *', 1)]],
    ["ExposeHeaders X-A\nHeader set $aceh \"%{NAMES}e\"",             [2, list('set', $names)]],
    ["ExposeHeaders X-A\n" . in($if, "Header always set $aceh X-B"), [3, list('set', ', and say ExposeHeaders X-B outside of the <If>, with origin= in its place')]],
    ["ExposeHeaders X-A\n" . in($if, "Header always set $aceh X-B env=V"), [3, list('set', ', and say ExposeHeaders X-B env=V outside of the <If>, with origin= in its place')]],
    ["ExposeHeaders X-A\n" . in($if, "Header unset $aceh"), [3, no_effect('unset', 'None outside of the <If>, with origin= in its place')]],
    ["ExposeHeaders X-A\nHeader set $aceh \"%{NAMES}e\" env=V",    [2, list('set', "$names env=V")]],
    ["ExposeHeaders X-A\nHeader set $aceh \"expr=%{HTTP:X}\"",        [2, list('set', $names)]],
    ["ExposeHeaders X-A X-*\nHeader always set $aceh \"X-A, X-B, ETag\"", [2, list('set', ', and say ExposeHeaders ETag')]],
    ["ExposeHeaders X-A\nHeader always set $aceh \"X-B, x-b,X-C, x-c, x-a\"", [2, list('set', ', and say ExposeHeaders X-B X-C')]],
    ["ExposeHeaders X-A\nHeader always set $aceh \"*, Authorization\"", [2, list('set', '; if that is meant, say ExposeHeaders * Authorization', 1)]],
    ["ExposeHeaders X-A\nHeader set $aceh \"\"",                      [2, list('set', '')]],
    ["ExposeHeaders X-A\nHeader set $aceh \"" . join(', ', @many[0 .. 19]) . '"', [2, list('set', ", and say ExposeHeaders @many[0 .. 19]$errors")]],
    ["ExposeHeaders X-A\nHeader set $aceh \"" . join(', ', @many) . '"',          [2, list('set', $names)]],
    # where it is off inside, the line is all there is
    ["ExposeHeaders X-A\nHeader always set $aceh X-B\n" . in('Location /b', 'ExposeHeadersWhen Off'), [2, list('set', ", and say ExposeHeaders X-B$off")]],
    ["Header set $aceh X-A\n" . in('Location /a', 'ExposeHeaders X-A') . "\n" . in('Location /b', in('If "true"', 'ExposeHeadersWhen Off')), [1, list('set', ", and say ExposeHeaders X-A$errors$off")]],
    ["ExposeHeaders X-A\nExposeHeadersBackend Replace\nHeader set $aceh X-B\n" . in('VirtualHost *:1', 'ExposeHeadersWhen Off'), [3, list('set', ": ExposeHeadersBackend Replace drops that$off")]],
    ["ExposeHeaders X-A\nHeader set $aceh X-A",                       [2, list('set', '')]],
    ["ExposeHeaders X-A\nExposeHeadersNever X-N*\nHeader always set $aceh \"X-Node, X-B, Set-Cookie\"",
        [3, list('set', ', and say ExposeHeaders X-B; without X-Node, Set-Cookie, which would be refused, or do nothing')]],
    ["ExposeHeaders X-A\nHeader always set $aceh \"User-Agent, accept-range\"", [2, list('set', ', and say ExposeHeaders Accept-Ranges; without User-Agent, which would be refused, or do nothing')]],
    ["ExposeHeaders X-A\nHeader always set $aceh \"Set-Cookie\"",     [2, list('set', '; without Set-Cookie, which would be refused, or do nothing')]],
    ["ExposeHeaders X-A\nExposeHeadersBackend Replace\nHeader set $aceh X-Old", [3, list('set', ': ExposeHeadersBackend Replace drops that')]],
    ["ProxyPass / http://127.0.0.1:1/\nExposeHeaders X-A\nHeader always set $aceh X-B", [3, list('set', ", and say ExposeHeaders X-B$replace")]],
    [in('Location /a', 'ExposeHeaders X-A', "Header always set $aceh X-B"),  [3, list('set', ', and say ExposeHeaders X-B')]],
    [in('Location /a', 'ExposeHeaders X-A', in('If "true"', "Header always set $aceh X-B")), [4, list('set', ', and say ExposeHeaders X-B')]],
    ["Header always set $aceh X-B\n" . in('Location /a', 'ExposeHeaders X-A'), [1, list('set', ', and say ExposeHeaders X-B')]],
    ["Header always set $aceh X-B\n" . in('VirtualHost *:1', in('Location /a', 'ExposeHeaders X-A')), [1, list('set', ', and say ExposeHeaders X-B')]],
    [in('VirtualHost *:1', "Header always set $aceh X-B", in('Location /a', 'ExposeHeaders X-A')), [2, list('set', ', and say ExposeHeaders X-B')]],
    ["ExposeHeaders X-A\n" . in('VirtualHost *:1', "Header always set $aceh X-B"), [3, list('set', ', and say ExposeHeaders X-B')]],

    # and those that would take from it
    ["ExposeHeaders X-A\nHeader unset $aceh",                         [2, no_effect('unset', 'None')]],
    ["ExposeHeaders X-A\nHeader always unset $aceh env=V",            [2, no_effect('unset', 'None env=V')]],
    ["ExposeHeaders X-A\nHeader edit $aceh X-A \"\"",                 [2, no_effect('edit', '-Name')]],
    ["ExposeHeaders X-A\nHeader edit* $aceh X-A \"\" env=V",          [2, no_effect('edit*', '-Name env=V')]],
    ["ExposeHeaders X-A\n" . in('Location /a', "Header unset $aceh"), [3, no_effect('unset', 'None')]],
    ["ProxyPass / http://127.0.0.1:1/\nExposeHeaders X-A\n" . in('Location /a', "Header unset $aceh"), [4, no_effect('unset', 'None')]],

    # two parties
    (map { ["ExposeHeaders X-A\nHeader $_->[0] $acao *\nHeader $_->[1] $acao *", [3, $_->[2]]] }
        ['set', 'always set', $always], ['always set', 'set', $always], ['always add', 'setifempty', $always], ['onsuccess merge', 'always append', $always],
        ['set', 'add', "$twice (leave one out)"], ['always set', 'always append', "$twice (leave one out)"]),
    ["ExposeHeaders X-A\n" . in('Location /a', "Header set $acao a", 'Header unset X-B', "Header always set $acao a"), [5, $always]],
    ["ExposeHeaders X-A\nHeader always set $acao *\nHeader set $acac true", [3, $star]],
    ["ExposeHeaders X-A\nHeader always set $acac \"true\"\nHeader always set $acao \"*\"", [2, $star]],
    ["ExposeHeaders X-A\nHeader always set $acao *\nHeader always set $acac True", [3, no_true('True')], [3, $star]],
    ["ExposeHeaders X-A\n" . in('Location /b', "Header set $acao a") . "\n" . in('Location /a', "Header set $acao *", "Header set $acac true"), [7, $star]],
    (map { ["ExposeHeaders X-A\nHeader always set $acao a\nHeader always set $acac $_", [3, no_true($_)]] } qw(false TRUE 1 *)),
    (map { ["ExposeHeaders X-A\nRequestHeader $_ $aceh \"X-A, X-B\"", [2, request_header((split)[0], $aceh, ', and say ExposeHeaders X-B')]] }
        qw(set add append merge setifempty)),
    ["CacheEnable disk /\nExposeHeaders X-A\nRequestHeader unset Origin", [3, changed('unset')]],
    ["CacheEnable disk /\n" . in('Location /a', 'ExposeHeaders X-A', 'RequestHeader set Origin https://a.example'), [4, changed('set')]],
    ["CacheEnable disk /\nRequestHeader edit Origin a b\n" . in('Location /a', 'ExposeHeaders X-A'), [2, changed('edit')]],
    (map { ["ExposeHeaders X-A\nRequestHeader set $_ \"*\"", [2, request_header('set', $_)]] } $acao, $acac, 'Access-Control-Allow-Headers', 'access-control-allow-methods'),
);

# No warning: the neighbours of all these
my @silent = (
    in($if, 'Header set Access-Control-Allow-Origin *') . "\nExposeHeaders X-A",
    in($if, 'Header set X-C 1') . "\nExposeHeaders X-A",
    in('Location /a', in($if, 'Header set X-C 1'), in('If "true"', 'ExposeHeaders X-A')),
    in('Location /a', in($if, 'Header set X-C 1'), in('If "true"', 'Header set X-D 1'), in('Else', 'ExposeHeaders X-A')),
    in($if, 'Header set X-C 1') . "\n" . in('VirtualHost *:1', in('If "true"'), in('ElseIf "true"', 'ExposeHeaders X-A')),
    in(q(If "%{REQUEST_URI} =~ m#^/origin#"), 'ExposeHeaders X-A'),
    in(q(If "%{HTTP:X-Origin} == 'a'"), 'ExposeHeaders X-A'),
    "SetEnvIf Origin ^https://a OK\nExposeHeaders X-A env=OTHER",
    "SetEnvIf Origin ^https://a OK\nHeader set Access-Control-Allow-Origin * env=OK\nExposeHeaders X-A origin=https://a.example",
    "SetEnvIf Referer Origin OK\nExposeHeaders X-A env=OK",
    "RewriteEngine on\nRewriteCond set $aceh\nRewriteRule ^ -\nExposeHeaders X-A",
    "SetEnvIf X-Origin . OK\nSetEnvIf Request_URI Origin OK\nExposeHeaders X-A env=OK",
    in('VirtualHost *:1', 'SetEnvIf Origin ^https://a OK') . "\n" . in('VirtualHost *:2', 'ExposeHeaders X-A env=OK'),
    "SetEnvIf ^X-Origin\$ . OK\nExposeHeaders X-A env=OK",
    # neither the header nor the expression is the variable, and a value is none
    (map { "SetEnvIf Origin A OK\nExposeHeaders X-A env=$_" } qw(Origin A)), in($if, 'SetEnv OK A') . "\nExposeHeaders X-A env=A",
    "RewriteEngine on\nRewriteCond %{HTTP:Origin} a\nRewriteRule .* - [E=ONE:1]\nRewriteRule .* - [E=OK:1]\nExposeHeaders X-A env=OK",
    "RewriteEngine on\nRewriteCond %{HTTP:X-Origin} a\nRewriteRule .* - [E=OK:1]\nExposeHeaders X-A env=OK",
    in(q(If "-n reqenv('OK')"), 'ExposeHeaders X-A') . "\nSetEnvIf Origin . OTHER",
    # a preflight's own list, and a default for a backend's
    "ExposeHeaders X-A\n" . in(q(If "%{REQUEST_METHOD} == 'OPTIONS' && -n %{HTTP:Access-Control-Request-Method}"), "Header always set $aceh X-B"),
    "ExposeHeaders X-A\n" . in(q(If "-n %{HTTP:Access-Control-Request-Method}"), "Header always set $aceh X-B", "Header always unset $aceh"),
    "ExposeHeaders X-A\nHeader always set $aceh X-B \"expr=%{REQUEST_METHOD} == 'OPTIONS'\"",
    "ProxyPass / http://127.0.0.1:1/\nExposeHeaders X-A\nHeader setifempty $aceh X-B",
    "ProxyPass / http://127.0.0.1:1/\nExposeHeaders X-A\nHeader unset $aceh",
    # what the request's Origin becomes
    "ExposeHeaders X-A\nRequestHeader unset Origin",
    "CacheEnable disk /\nRequestHeader unset Origin",
    "CacheEnable disk /\nExposeHeaders X-A\nExposeHeadersWhen Always\nRequestHeader unset Origin",
    "CacheEnable disk /\nExposeHeaders X-A\nRequestHeader unset X-Origin",
    # one line is sent
    "ExposeHeaders X-A\nHeader always set $acao https://a env=OK\nHeader always set $acao * env=!OK",
    "ExposeHeaders X-A\nHeader set $acao a\nHeader always set $acao a env=OK",
    "ExposeHeaders X-A\nHeader set $acao a\nHeader unset $acao\nHeader always set $acao a",
    "ExposeHeaders X-A\nHeader onsuccess unset $acao\nHeader always set $acao a\nHeader always set $acao b\nHeader always setifempty $acao c",
    "ExposeHeaders X-A\nHeader set $acao a\nHeader always set $acao a\nHeader unset $acao env=OK",
    "ExposeHeaders X-A\nHeader set $acao a\n" . in('Location /a', "Header set $acao b"),
    "ExposeHeaders X-A\nHeader always set $acao *\nHeader always set $acac true env=OK",
    "ExposeHeaders X-A\nHeader always set $acao *\nHeader always set $acao \"%{O}e\" env=OK\nHeader always set $acac true",
    "ExposeHeaders X-A\nHeader always set $acao *\nHeader always set $acac true\n" . in('If "true"', "Header always set $acao a"),
    "ExposeHeaders X-A\nHeader always set $acao a\nHeader always set $acac true\nHeader always set $acac \"%{V}e\"",
    "ExposeHeaders X-A\nHeader always set $acao *\n" . in('Location /a', "Header always set $acac true"),
    "ExposeHeaders X-A\nHeader always set $acao *\nHeader always unset $acao\nHeader always set $acac true",
    # Header lines where no ExposeHeaders is in force
    "Header set $acao *\nHeader always set $acao *\nHeader set $acac true",
    "Header set $aceh X-B",
    "ExposeHeadersNever X-Internal-*\nHeader set $aceh X-B",
    "ExposeHeaders None\nHeader set $aceh X-B",
    in('Location /a', 'ExposeHeaders X-A') . "\n" . in('Location /b', "Header set $aceh X-B"),
    in('VirtualHost *:1', 'ExposeHeaders X-A') . "\n" . in('VirtualHost *:2', "Header set $aceh X-B"),
    in('VirtualHost *:1', 'ExposeHeaders X-A') . "\n" . in('Location /b', "Header set $aceh X-B"),
    "ExposeHeaders X-A\n" . in('Location /a', 'ExposeHeadersWhen Off', "Header set $aceh X-B"),
    "ExposeHeaders X-A\n" . in('Location /a', 'ExposeHeaders None', "Header set $aceh X-B"),
    # what comes behind an <If> isn't inside
    in($if, 'Header set X-C 1') . "\n" . in('Location /a', 'ExposeHeaders X-A'),
    # without that line nothing would be exposed outside of /a
    "ExposeHeadersWhen Off\nHeader set $aceh X-B\n" . in('Location /a', 'ExposeHeaders X-A', 'ExposeHeadersWhen CORS'),
    "ExposeHeaders X-A\nExposeHeadersWhen Off\nHeader set $aceh X-B\n" . in('Location /a', 'ExposeHeadersWhen CORS'),
    "Header unset $aceh\n" . in('Location /a', 'ExposeHeaders X-A'),
    in('Location /a', 'ProxyPass http://127.0.0.1:1/', "Header onsuccess unset $aceh", 'ExposeHeaders X-A'),
    # Header lines about something else
    "ExposeHeaders X-A\nHeader set Access-Control-Allow-Origin *\nHeader set Access-Control-Allow-Headers \"X-A\"\nHeader echo $aceh\nHeader note $aceh n",
    "ExposeHeaders X-A\nHeader set X-C \"$aceh\"\nRequestHeader unset $aceh\nRequestHeader unset $acao\nRequestHeader set Access-Control-Request-Method GET",
);

plan tests => 2 * @warned + @silent + 2;

my @modules = qw(cache env headers rewrite setenvif proxy proxy_http macro);

sub findings {
    my ($output) = @_;
    $output =~ s{/\S*/(?=case\.conf)}{DIR/}g;
    return [map { /\[cors_expose:warn\].*? DIR\/case\.conf:(\d+): (.*)/ ? "$1: $2" : $_ } split /\n/, $output];
}

for (@warned) {
    my ($config, @warnings) = @$_;
    (my $title = $config) =~ s/\n/ | /g;
    my ($code, $output) = httpd_t($config, modules => \@modules);
    is $code, 0, "httpd.conf takes $title";
    is_deeply findings($output), [(map { "$_->[0]: $_->[1]" } @warnings), 'Syntax OK'], "and says what to think of $title";
}

for my $config (@silent) {
    (my $title = $config) =~ s/\n/ | /g;
    my ($code, $output) = httpd_t($config, modules => \@modules);
    is "$code $output", "0 Syntax OK\n", "no warning for $title";
}

# Once, however often a line is read
my ($code, $output) = httpd_t(join("\n", '<Macro Old>', "Header set $aceh X-B", 'ExposeHeaders X-A', in($if, 'ExposeHeaders X-C'),
    'SetEnvIf Origin ^https://a OK', 'ExposeHeaders X-D env=OK', '</Macro>',
    map { in("VirtualHost *:$_", 'Use Old') } 1 .. 5), modules => \@modules);
is_deeply [map { s/.*?macro 'old' \(.*? used on line \d+ of "\S+":(\d+): /$1: /r } split /\n/, $output],
    ['7: ' . env('OK', 'SetEnvIf', '6 of the macro'), '4: ' . stands($if), '1: ' . list('set', ", and say ExposeHeaders X-B$errors"), 'Syntax OK'], 'a macro that many virtual hosts use has each of its faults once';

($code, $output) = httpd_t("ExposeHeaders X-A\nHeader set $aceh X-B\n" . join("\n", map { in("VirtualHost *:$_", "ServerName h$_") } 1 .. 5), modules => \@modules);
is_deeply findings($output), ['2: ' . list('set', ", and say ExposeHeaders X-B$errors"), 'Syntax OK'], 'and so has what virtual hosts inherit';
