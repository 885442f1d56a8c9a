# 304: its headers replace those that the browser stored with the 200, and it has fewer of them. So it carries a list only
# if that is the one that the 200 had or would have now.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Model qw(decide);
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my @other  = (Origin => 'https://other.example.com');
my @cookie = (Cookie => 'a=b');

# [the configuration's lines; request headers; what is sent; the reason; what it shows; the document, page.html if none is named]
my @table = (
    ['ExposeHeaders X-One X-Absent', [@origin], 'X-One, X-Absent', 'names', 'explicit names'],
    ['ExposeHeaders X-One X-Absent', [@origin, @cookie], 'X-One, X-Absent', 'names', 'explicit names, credentialed'],
    ['ExposeHeaders *', [@origin], '*', 'wildcard', 'the wildcard'],
    ['ExposeHeaders *', [@origin, @cookie], undef, 'not-modified', 'the wildcard, credentialed'],
    ['ExposeHeaders *; ExposeHeadersWildcard Expand', [@origin], undef, 'not-modified', 'the wildcard, written out'],
    ['ExposeHeaders X-*', [@origin], undef, 'not-modified', 'a pattern'],
    ['ExposeHeaders X-One; ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 304"',
        [@origin], undef, 'not-modified', 'an expr= that holds'],
    ['ExposeHeaders X-One; ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 200"',
        [@origin], undef, 'not-modified', 'an expr= that does not hold'],
    ['ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 304"; ExposeHeaders None X-One',
        [@origin], 'X-One', 'names', 'an expr= that None forgets'],
    ['SetEnv SET 1; ExposeHeaders X-One env=SET; ExposeHeaders X-Two env=UNSET', [@origin], 'X-One', 'names', 'env='],
    ['ExposeHeaders None', [@origin], undef, 'empty', 'nothing exposed'],
    ['ExposeHeaders X-One; ExposeHeadersWhen Off', [@origin], undef, 'off', 'When Off'],

    ['ExposeHeaders X-One X-Absent; Header always unset ACAO',
        [@origin], undef, 'not-modified', 'explicit names without Access-Control-Allow-Origin'],
    ['ExposeHeaders *; Header always unset ACAO',
        [@origin], undef, 'not-modified', 'the wildcard without Access-Control-Allow-Origin'],
    ['ExposeHeaders None; Header always unset ACAO',
        [@origin], undef, 'not-modified', 'nothing, without Access-Control-Allow-Origin'],
    ['ExposeHeaders X-One; ExposeHeadersWhen Allowed', [@origin], 'X-One', 'names', 'When Allowed'],
    ['ExposeHeaders X-One; ExposeHeadersWhen Allowed; Header always unset ACAO',
        [@origin], undef, 'not-allowed', 'When Allowed without Access-Control-Allow-Origin'],
    ['ExposeHeaders X-One; ExposeHeadersWhen Allowed', [@other], undef, 'not-allowed',  "When Allowed with another origin's"],
    ['ExposeHeaders X-One origin=https://app.example.com; ExposeHeadersWhen Allowed; Header always unset ACAO',
        [@other], 'Cache-Control', 'empty', "When Allowed, without it: another origin's stored list goes"],

    ['ExposeHeaders X-One X-Absent; ExposeHeaders X-Two origin=https://app.example.com',
        [@origin], 'X-One, X-Absent, X-Two', 'names', 'origin= that holds'],
    ['ExposeHeaders X-One X-Absent; ExposeHeaders X-Two origin=https://app.example.com',
        [@other], 'X-One, X-Absent', 'names', 'origin= that does not hold'],
    ['ExposeHeaders X-One X-Absent; ExposeHeaders X-Two origin=https://app.example.com; Header always unset ACAO',
        [@origin], 'X-One, X-Absent, X-Two', 'names', 'origin= without Access-Control-Allow-Origin'],
    ['ExposeHeaders X-Two origin=https://other.example.com', [@other], 'X-Two', 'names', 'nothing but an origin= that holds'],
    ['ExposeHeaders X-Two origin=https://other.example.com',
        [@origin], 'Cache-Control', 'empty', "origin= takes another origin's stored list away"],
    ['ExposeHeaders X-T* origin=https://app.example.com',
        [@origin], 'X-Two', 'written-out', "a pattern with origin=, from the 304's own headers", 'not-modified.cgi'],
    ['ExposeHeaders X-T* origin=https://app.example.com',
        [@other], 'Cache-Control', 'empty', 'a pattern with an origin= that does not hold', 'not-modified.cgi'],
    ['ExposeHeaders * origin=https://app.example.com', [@origin], '*', 'wildcard', 'the wildcard with origin=', 'not-modified.cgi'],
    ['ExposeHeaders * origin=https://app.example.com',
        [@other], 'Cache-Control', 'empty', 'the wildcard with an origin= that does not hold', 'not-modified.cgi'],
    ['ExposeHeaders X-One origin=https://app.example.com; ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 200"',
        [@origin], 'X-One', 'names', 'origin= outweighs expr=', 'not-modified.cgi'],
    ['ExposeHeaders X-* origin=https://app.example.com; ExposeHeaders None *',
        [@origin], '*', 'wildcard', 'an origin= that None forgets'],
    ['ExposeHeaders X-* origin=https://app.example.com; ExposeHeaders None *',
        [@origin, @cookie], undef, 'not-modified', 'and credentialed'],

    ['ExposeHeaders X-One X-Absent', [], undef, 'no-origin', 'explicit names, no Origin'],
    ['ExposeHeaders X-*', [], undef, 'not-modified', 'a pattern, no Origin'],
    ['ExposeHeaders *', [], undef, 'not-modified', 'the wildcard, no Origin'],
    ['ExposeHeaders X-One; ExposeHeadersWhen Always', [], 'X-One', 'names', 'When Always, no Origin'],
    ['ExposeHeaders X-*; ExposeHeadersWhen Always', [], undef, 'not-modified', 'When Always and a pattern, no Origin'],
    ['ExposeHeaders X-One; ExposeHeadersWhen Always', [@origin], 'X-One', 'names', 'When Always'],

    ['ExposeHeaders X-One X-Absent; Header set ACEH X-Own',
        [@origin], 'X-One, X-Absent, X-Own', 'names', 'a list that is there is merged'],
    ['ExposeHeaders X-One X-Absent; Header always set ACEH X-Own',
        [@origin], 'X-One, X-Absent, X-Own', 'names', 'and so in the other table'],
    ['ExposeHeaders X-*; Header set ACEH X-Own', [@origin], undef, 'not-modified', 'a list that is there goes, with a pattern'],
    ['ExposeHeaders X-*; Header always set ACEH X-Own', [@origin], undef, 'not-modified', 'and so in the other table'],
    ['ExposeHeaders X-One; ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 304"; Header set ACEH X-Own',
        [@origin], undef, 'not-modified', 'a list that is there goes, with expr='],
    ['ExposeHeaders X-One X-Absent; Header set ACEH X-Own; Header always unset ACAO',
        [@origin], undef, 'not-modified', 'a list that is there goes, without Access-Control-Allow-Origin'],
    ['ExposeHeaders X-One X-Absent; Header set ACEH X-Own',
        [], 'X-One, X-Absent, X-Own', 'names', 'a list that is there, no Origin'],

    ['ExposeHeaders X-One X-Absent; Header always unset ACAO; backend: Header set ACAO https://app.example.com',
        [@origin], 'X-One, X-Absent', 'names', 'a backend without a list'],
    ['ExposeHeaders X-One X-Absent; Header always unset ACAO; backend: Header set ACEH X-Own; Header set ACAO https://app.example.com',
        [@origin], 'X-One, X-Absent, X-Own', 'names', 'a backend with a list'],
    ['ExposeHeaders X-One X-Absent; Header always unset ACAO; backend: Header set ACEH X-Own',
        [@origin], undef, 'not-modified', 'a backend with a list, without Access-Control-Allow-Origin'],
    ['ExposeHeaders X-One X-Absent; Header always unset ACAO; backend: ', [@origin], undef, 'not-modified', 'a backend that leaves both off'],
    ['ExposeHeaders X-*; Header always unset ACAO; backend: Header set ACEH X-Own; Header set ACAO https://app.example.com',
        [@origin], undef, 'not-modified', 'a backend with a list, and a pattern'],
    ['ExposeHeaders X-*; Header always unset ACAO; backend: Header set ACAO https://app.example.com',
        [@origin], undef, 'not-modified', 'a backend without a list, and a pattern'],
    ['ExposeHeaders *; Header always unset ACAO; backend: Header set ACEH X-Own; Header set ACAO https://app.example.com',
        [@origin], '*, X-Own', 'wildcard', 'a backend with a list, and the wildcard'],

    ['ExposeHeaders X-One X-Absent', [@origin], 'X-One, X-Absent', 'names', "a script's own 304", 'not-modified.cgi'],
    ['ExposeHeaders X-*', [@origin], undef, 'not-modified', "a pattern on a script's own 304", 'not-modified.cgi'],
);

if (!sends_on_304) {
    for (@table) {
        $_->[2] = undef;
        # that backend is an httpd, too
        $_->[3] = 'not-modified' if $_->[0] =~ /backend:.*ACAO/;
    }
}

plan tests => 4 * @table + 2;

my $port = serve(<<"END", 'page.html' => '', 'not-modified.cgi' => <<'SCRIPT');
Options +ExecCGI
AddHandler cgi-script .cgi
Header always set X-One 1
Header always set X-Two 2
<LocationMatch "^/(?!backend/)">
    Header always set Access-Control-Allow-Origin "https://app.example.com"
</LocationMatch>
@{[containers(map { $_->[0] } @table)]}
END
#!/bin/sh
echo 'Status: 304 Not Modified'
echo 'ETag: "x"'
echo
SCRIPT

for my $i (0 .. $#table) {
    my ($lines, $headers, $expected, $reason, $title, $document) = @{ $table[$i] };
    log_mark();
    my $r = request("/$i/" . ($document // 'page.html'), port => $port, headers => [@$headers, 'If-None-Match' => '*']);
    is($r->status, 304, "$title ($lines): the status");
    is($r->aceh, $expected, "$title ($lines): what is sent");
    my @logged = log_lines(qr/\[cors_expose:debug\]/);
    is_deeply([map { /\] ([\w-]+): / } @logged], [$reason], "$title ($lines): the reason");
    is_deeply($r->vary, $lines =~ /When (?:Always|Off)|None(?:;|\z)/ ? [] : ['origin'], "$title ($lines): Vary");
}

# With an origin= condition a written-out list comes from the 304's own headers.
my @ask = (@origin, @cookie, 'If-None-Match' => '*');
my $everything = 'ExposeHeaders * origin=https://app.example.com';
my ($at) = grep { $table[$_][0] eq $everything } 0 .. $#table;
my $r = request("/$at/not-modified.cgi", port => $port, headers => [@ask]);
my @request = map { [$ask[2 * $_], $ask[2 * $_ + 1]] } 0 .. $#ask / 2;
my $verdict = decide(
    containers => [[$everything]], method => 'GET', status => 304,
    request => \@request, response => [grep { lc $_->[0] ne 'access-control-expose-headers' } $r->fields],
);
is_deeply($r->names, sends_on_304 ? [sort map { lc } @{ $verdict->{aceh} }] : [], 'the wildcard with origin=, credentialed: written out');
is(scalar(grep { $_ eq 'x-one' } @{ $r->names }), sends_on_304 ? 1 : 0, 'and the 304 has something to write out');
