# ExposeHeadersWhen: CORS, Allowed (Fetch's CORS check on the final response), Always, Off.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my @null   = (Origin => 'null');
my $all    = qr/\A(?=.*\bX-One\b)(?=.*\bX-Seen\b)(?=.*\bDate\b)[^*]+\z/;

# [the lines beside "ExposeHeaders X-One"; request headers; what is sent; Vary; what it shows; the document, page.html if none is named]
my @table = (
    ['', [@origin], 'X-One', 'origin', 'CORS, with Origin'],
    ['', [@null], 'X-One', 'origin', 'CORS, with Origin: null'],
    ['', [], undef, 'origin', 'CORS, without Origin'],
    ['ExposeHeaders X-S*', [], 'X-One, X-Seen', 'origin', 'CORS, without Origin, a pattern: explicit names come along'],
    ['ExposeHeaders None *', [], $all,    'origin', 'CORS, without Origin, the wildcard: written out'],
    ['Header set ACEH X-Own; Header always set ACEH X-Err',
        [], 'X-One, X-Err, X-Own', 'origin', 'CORS, without Origin, a list that is there'],

    ['ExposeHeadersWhen Allowed; Header set ACAO https://app.example.com',
        [@origin], 'X-One', 'origin', 'Allowed, the origin itself'],
    ['ExposeHeadersWhen Allowed; Header always set ACAO https://app.example.com',
        [@origin], 'X-One', 'origin', 'Allowed, the origin in the other table'],
    ['ExposeHeadersWhen Allowed; Header set ACAO https://app.example.com',
        [Origin => 'https://other.example.com'], undef, 'origin', 'Allowed, another origin'],
    ['ExposeHeadersWhen Allowed', [@origin], undef, 'origin', 'Allowed, no Access-Control-Allow-Origin'],
    ['ExposeHeadersWhen Allowed; Header set ACAO *', [@origin], 'X-One', 'origin', 'Allowed, *'],
    ['ExposeHeadersWhen Allowed; Header set ACAO *; Header set ACAC true',
        [@origin], 'X-One', 'origin', 'Allowed, * with credentials, which passes in every mode but include'],
    ['ExposeHeadersWhen Allowed; Header set ACAO *; Header always set ACAC true',
        [@origin], 'X-One', 'origin', 'Allowed, * with credentials in the other table'],
    ['ExposeHeadersWhen Allowed; Header set ACAO *; Header set ACAC True',
        [@origin], 'X-One', 'origin', 'Allowed, * with "True", which allows none'],
    ['ExposeHeadersWhen Allowed; Header set ACAO *', [@origin, Cookie => 'a=b'], 'X-One', 'origin', 'Allowed, * with a cookie'],
    ['ExposeHeadersWhen Allowed; Header set ACAO https://app.example.com; Header set ACAC true',
        [@origin], 'X-One', 'origin', 'Allowed, the origin with credentials'],
    ['ExposeHeadersWhen Allowed; Header set ACAO https://app.example.com; Header always set ACAO https://app.example.com',
        [@origin], undef, 'origin', 'Allowed, the origin on two lines'],
    ['ExposeHeadersWhen Allowed; Header set ACAO "https://app.example.com, https://app.example.com"',
        [@origin], undef, 'origin', 'Allowed, the origin twice on one line'],
    ['ExposeHeadersWhen Allowed; Header set ACAO https://app.example.com/',
        [@origin], undef, 'origin', 'Allowed, the origin with a slash'],
    ['ExposeHeadersWhen Allowed; Header set ACAO https://APP.example.com',
        [@origin], undef, 'origin', 'Allowed, the origin in upper case'],
    ['ExposeHeadersWhen Allowed; Header set ACAO null', [@null], 'X-One', 'origin', 'Allowed, null'],
    ['ExposeHeadersWhen Allowed; Header set ACAO null', [@origin], undef, 'origin', 'Allowed, null for an origin'],
    ['ExposeHeadersWhen Allowed; Header set ACEH X-Own; Header always set ACEH X-Err',
        [@origin], undef, 'origin', 'Allowed, a list that is there is removed from both tables'],
    ['ExposeHeadersWhen Allowed; Header set ACEH X-Own; Header always set ACEH X-Err; Header set ACAO https://app.example.com',
        [@origin], 'X-One, X-Err, X-Own', 'origin', 'Allowed, a list that is there is merged'],
    ['ExposeHeadersWhen Allowed', [], undef, 'origin', 'Allowed, without Origin'],
    ['ExposeHeaders X-S*; ExposeHeadersWhen Allowed', [], 'X-One, X-Seen', 'origin', 'Allowed, without Origin, a pattern'],
    ['ExposeHeaders None *; ExposeHeadersWhen Allowed; Header set ACAO *', [@origin], '*', 'origin', 'Allowed, the wildcard'],
    ['ExposeHeadersWhen Allowed; Header set ACAO https://app.example.com',
        [@origin], undef, 'origin', "Allowed, an error that doesn't say so (no `always`)", 'missing'],
    ['ExposeHeadersWhen Allowed; Header always set ACAO https://app.example.com',
        [@origin], 'X-One', 'origin', 'Allowed, an error that does', 'missing'],

    ['ExposeHeadersWhen Always', [@origin], 'X-One', '', 'Always, with Origin'],
    ['ExposeHeadersWhen Always', [], 'X-One', '', 'Always, without Origin'],
    ['ExposeHeadersWhen Always; Header set ACEH X-Own; Header always set ACEH X-Err',
        [], 'X-One, X-Err, X-Own', '', 'Always, without Origin, a list that is there'],
    ['ExposeHeaders None *; ExposeHeadersWhen Always', [@origin], '*', '', 'Always, the wildcard'],
    ['ExposeHeaders None *; ExposeHeadersWhen Always', [], $all, '', 'Always, without Origin, the wildcard: written out'],
    ['ExposeHeaders X-Two origin=https://other.example.com; ExposeHeadersWhen Always',
        [@origin], 'X-One', 'origin', 'Always with an origin= that does not hold'],
    ['ExposeHeaders X-Two origin=https://other.example.com; ExposeHeadersWhen Always',
        [], 'X-One', 'origin', 'Always with origin=, without Origin'],
    ['ExposeHeaders X-Two origin=https://other.example.com; ExposeHeadersWhen Always',
        [Origin => 'https://other.example.com'], 'X-One, X-Two', 'origin', 'Always with an origin= that holds'],

    ['ExposeHeadersWhen Off', [@origin], undef, '', 'Off'],
    ['ExposeHeaders X-S*; ExposeHeadersWhen Off', [], undef, '', 'Off, without Origin'],
    ['ExposeHeadersWhen Off; Header set ACEH X-Own; Header always set ACEH X-Err',
        [@origin], 'X-Err || X-Own', '', 'Off, lists that are there stay as they are'],
);

plan tests => 2 * @table;

my $port = serve(join '', map({ "$_\n" } 'Header always set X-One 1', 'Header set X-Seen 1', '<Location "/">', 'ExposeHeaders X-One', '</Location>'),
    containers(map { $_->[0] } @table));

for my $i (0 .. $#table) {
    my ($lines, $headers, $expected, $vary, $title, $document) = @{ $table[$i] };
    my $r = request("/$i/" . ($document // 'page.html'), port => $port, headers => $headers);
    ref $expected ? like($r->aceh // '', $expected, "$title ($lines): what is sent")
        : is($r->aceh, $expected, "$title ($lines): what is sent");
    is("@{ $r->vary }", $vary, "$title ($lines): Vary");
}
