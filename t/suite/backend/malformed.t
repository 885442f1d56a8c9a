# Elements that aren't tokens would make browsers drop the whole list: they are dropped instead, and logged.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

my $policy = 'ExposeHeaders X-Shared X-Config -X-Gone; ExposeHeadersNever X-Never';

# [the response's own list; what is sent under that policy, and what if it says Keep, too (undef: isn't tried); how many elements
#  the log counts, the first of them; what it shows]
my @table = (
    ['backend: Header add ACEH "X-Own, bad name, , x-shared"; Header add ACEH "(X-Comment)"',
        'X-Own X-Shared X-Config',       'X-Own x-shared',    2, 'bad name', 'one on each line'],
    ['backend: Header set ACEH "no good, [X-Own], \"X-Quoted\""',
        'X-Shared X-Config',             'X-Shared X-Config', 3, 'no good',  'none is valid, so Keep has nothing to keep'],
    ["backend: Header set ACEH \"X-\xC3\x96wn, X-Own\"",
        'X-Own X-Shared X-Config',       undef,               1, undef,      'bytes above 0x7F'],
    ['Header set ACEH "X-Own, X:Colon"; Header always set ACEH "X-Err, x y z"',
        'X-Own X-Err X-Shared X-Config', 'X-Own X-Err',       2, undef,      'one in each of both tables'],
    ['Header set ACEH "X-Own, X-Gone, x-shared, X-Never"',
        'X-Own X-Shared X-Config',       undef,               0, undef,      'a well-formed list'],
    ["Header set ACEH \",, X-Own ,\tX-Gone\t,x-shared,\"",
        'X-Own X-Shared X-Config',       undef,               0, undef,      'empty elements are not malformed'],
    ['backend: Header set ACEH " , ,,"',
        'X-Shared X-Config',             undef,               0, undef,      'nor are a list of them'],
);

plan tests => 4 * (@table + grep { defined $_->[2] } @table);

my $port = serve(containers(map { $_->[0] } @table)
        . "<LocationMatch ^/(merge|keep)/>\n" . ($policy =~ s/; /\n/r) . "\n</LocationMatch>\n"
        . "<Location /keep/>\nExposeHeadersBackend Keep\n</Location>\n");

for my $i (0 .. $#table) {
    my ($lines, $merged, $kept, $count, $first, $title) = @{ $table[$i] };
    for (['merge', $merged], defined $kept ? ['keep', $kept] : ()) {
        my ($mode, $expected) = @$_;
        my $name = "$mode, $lines: $title";
        log_mark();
        my $r = request("/$mode/$i/page.html", port => $port, headers => [Origin => origin()]);
        is_deeply([sort split /, /, $r->aceh // ''], [sort split / /, $expected], "$name: what is sent");
        log_lines(qr/\[cors_expose:debug\]/);    # so that all the lines are there
        my @lines = log_lines(qr/\[cors_expose:info\].*malformed/, $count ? 1 : 0);
        is(scalar @lines, $count ? 1 : 0, "$name: lines in the log");
        my $elements = $count == 1 ? '1 malformed element' : "$count malformed elements";
        my $expected_line = $count
            ? qr/dropped $elements of the response's Access-Control-Expose-Headers, the first '@{[defined $first ? quotemeta $first : '']}/
            : qr/\A\z/;
        like($lines[0] // '', $expected_line, "$name: what the line says");
        is(scalar(log_lines(qr/left out/, 0)), 0, "$name: no name is left out");
    }
}
