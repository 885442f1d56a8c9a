# Warnings about what other directives do to those of this module, read off the configuration as a whole.
use strict;
use warnings;
use Test::More;
use CorsExpose::Test;

my $say  = "(say origin=: only then no cache and no browser gives one origin's list to another)";
my $aceh = 'Access-Control-Expose-Headers';

sub in { my ($container, @lines) = @_; my ($name) = $container =~ /(\w+)/; return join "\n", "<$container>", @lines, "</$name>" }
sub stands { my ($container) = @_; return "ExposeHeaders: stands in <$container>, which tests the request's Origin $say" }
sub env { my ($word, $by, $line) = @_; return "ExposeHeaders: 'env=$word' hangs on the request's Origin: $by (line $line) sets "
        . ($word =~ s/^!//r) . " from it $say" }
sub list { my ($action, $names) = @_; return "Header: '$action $aceh' beside ExposeHeaders is taken for the response's own list (leave it out, and "
        . ($names ? "say ExposeHeaders $names" : 'move its names to ExposeHeaders') . ')' }
sub star { my ($action, $names) = @_; return list($action, $names) =~ s/ list / list, and its * exposes every header /r }
sub no_effect { my ($action) = @_; return "Header: '$action $aceh' takes nothing away of what ExposeHeaders exposes "
        . "(say ExposeHeaders None or -Name; for the response's own list ExposeHeadersBackend Replace)" }

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
    ["SetEnvIf Origin ^https://a !OK\nExposeHeaders X-A env=OK", [2, env('OK', 'SetEnvIf', 1)]],
    ["SetEnvIfExpr \"%{HTTP:Origin} == 'x'\" OK\nExposeHeaders X-A env=OK", [2, env('OK', 'SetEnvIfExpr', 1)]],
    ["SetEnvIf Origin ^https://a OK\n" . in('VirtualHost *:1', in('Location /a', 'ExposeHeaders X-A env=OK')), [4, env('OK', 'SetEnvIf', 1)]],
    [in('VirtualHost *:1', in('Location /a', 'ExposeHeaders X-A env=OK', 'SetEnvIf Origin ^https://a OK')), [3, env('OK', 'SetEnvIf', 4)]],

    # Header lines that add to the list
    (map { ["ExposeHeaders X-A\nHeader $_->[0] $aceh \"X-B, X-C\"", [2, list($_->[1], 'X-B, X-C')]] }
        ['set', 'set'], ['always set', 'set'], ['onsuccess add', 'add'], ['append', 'append'], ['always merge', 'merge'], ['setifempty', 'setifempty'],
        ['Set', 'Set']),
    ["ExposeHeaders X-A\nHeader set $aceh: X-B",                      [2, list('set', 'X-B')]],
    ["ExposeHeaders X-A\nHeader set access-control-expose-headers X-B env=CORS", [2, list('set', 'X-B')]],
    ["ExposeHeaders X-A\nHeader set $aceh \"*\"",                     [2, star('set', '*')]],
    ["ExposeHeaders X-A\nHeader set $aceh \"X-B, *\"",                [2, star('set', 'X-B, *')]],
    ["ExposeHeaders X-A\nHeader set $aceh \"%{NAMES}e\"",             [2, list('set')]],
    ["ExposeHeaders X-A\nHeader set $aceh \"expr=%{HTTP:X}\"",        [2, list('set')]],
    [in('Location /a', 'ExposeHeaders X-A', "Header set $aceh X-B"),  [3, list('set', 'X-B')]],
    [in('Location /a', 'ExposeHeaders X-A', in('If "true"', "Header set $aceh X-B")), [4, list('set', 'X-B')]],
    ["Header set $aceh X-B\n" . in('Location /a', 'ExposeHeaders X-A'), [1, list('set', 'X-B')]],
    ["Header set $aceh X-B\n" . in('VirtualHost *:1', in('Location /a', 'ExposeHeaders X-A')), [1, list('set', 'X-B')]],
    [in('VirtualHost *:1', "Header set $aceh X-B", in('Location /a', 'ExposeHeaders X-A')), [2, list('set', 'X-B')]],
    ["ExposeHeaders X-A\n" . in('VirtualHost *:1', "Header set $aceh X-B"), [3, list('set', 'X-B')]],

    # and those that would take from it
    ["ExposeHeaders X-A\nHeader unset $aceh",                         [2, no_effect('unset')]],
    ["ExposeHeaders X-A\nHeader always unset $aceh",                  [2, no_effect('unset')]],
    ["ExposeHeaders X-A\nHeader edit $aceh X-A \"\"",                 [2, no_effect('edit')]],
    ["ExposeHeaders X-A\nHeader edit* $aceh X-A \"\"",                [2, no_effect('edit*')]],
    ["ExposeHeaders X-A\n" . in('Location /a', "Header unset $aceh"), [3, no_effect('unset')]],
    ["ProxyPass / http://127.0.0.1:1/\nExposeHeaders X-A\n" . in('Location /a', "Header unset $aceh"), [4, no_effect('unset')]],
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
    "SetEnvIf X-Origin . OK\nSetEnvIf Request_URI Origin OK\nExposeHeaders X-A env=OK",
    in('VirtualHost *:1', 'SetEnvIf Origin ^https://a OK') . "\n" . in('VirtualHost *:2', 'ExposeHeaders X-A env=OK'),
    # Header lines where no ExposeHeaders is in force
    "Header set $aceh X-B",
    "ExposeHeadersNever X-Internal-*\nHeader set $aceh X-B",
    "ExposeHeaders None\nHeader set $aceh X-B",
    in('Location /a', 'ExposeHeaders X-A') . "\n" . in('Location /b', "Header set $aceh X-B"),
    in('VirtualHost *:1', 'ExposeHeaders X-A') . "\n" . in('VirtualHost *:2', "Header set $aceh X-B"),
    in('VirtualHost *:1', 'ExposeHeaders X-A') . "\n" . in('Location /b', "Header set $aceh X-B"),
    "ExposeHeaders X-A\n" . in('Location /a', 'ExposeHeadersWhen Off', "Header set $aceh X-B"),
    "ExposeHeaders X-A\n" . in('Location /a', 'ExposeHeaders None', "Header set $aceh X-B"),
    "Header unset $aceh\n" . in('Location /a', 'ExposeHeaders X-A'),
    in('Location /a', 'ProxyPass http://127.0.0.1:1/', "Header onsuccess unset $aceh", 'ExposeHeaders X-A'),
    # Header lines about something else
    "ExposeHeaders X-A\nHeader set Access-Control-Allow-Origin *\nHeader set Access-Control-Allow-Headers \"X-A\"\nHeader echo $aceh\nHeader note $aceh n",
    "ExposeHeaders X-A\nHeader set X-C \"$aceh\"\nRequestHeader set $aceh X-B\nRequestHeader unset $aceh",
);

plan tests => 2 * @warned + @silent + 2;

my @modules = qw(headers setenvif proxy proxy_http macro);

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
    ['4: ' . stands($if), '7: ' . env('OK', 'SetEnvIf', 6), '1: ' . list('set', 'X-B'), 'Syntax OK'], 'a macro that many virtual hosts use has each of its faults once';

($code, $output) = httpd_t("ExposeHeaders X-A\nHeader set $aceh X-B\n" . join("\n", map { in("VirtualHost *:$_", "ServerName h$_") } 1 .. 5), modules => \@modules);
is_deeply findings($output), ['2: ' . list('set', 'X-B'), 'Syntax OK'], 'and so has what virtual hosts inherit';
