# Elements that aren't tokens would make browsers drop the whole list: they are dropped instead, and logged.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

# path, what is sent, how many elements the log counts, the first of them, what it shows
my @table = (
    ['merge/proxied-malformed', 'X-Own X-Shared X-Config', 2, 'bad name', 'one on each line'],
    ['keep/proxied-malformed',  'X-Own x-shared', 2, 'bad name', 'Keep keeps what is valid'],
    ['merge/proxied-hopeless',  'X-Shared X-Config', 3, 'no good', 'none is valid'],
    ['keep/proxied-hopeless',   'X-Shared X-Config', 3, 'no good', 'Keep has nothing to keep, so the edits count'],
    ['union/proxied-bytes',     'X-Own X-Shared', 1, undef, 'bytes above 0x7F'],
    ['merge/broken',            'X-Own X-Err X-Shared X-Config', 2, undef, 'one in each of both tables'],
    ['keep/broken',             'X-Own X-Err', 2, undef, 'and so with Keep'],
    ['merge/set',               'X-Own X-Shared X-Config', 0, undef, 'a well-formed list'],
    ['merge/spaces',            'X-Own X-Shared X-Config', 0, undef, 'empty elements are not malformed'],
    ['merge/proxied-blank',     'X-Shared X-Config', 0, undef, 'nor are a list of them'],
);

plan tests => 3 * @table;

for my $case (@table) {
    my ($path, $expected, $count, $first, $title) = @$case;
    log_mark();
    my $r = request("/backend/$path/file.txt", headers => [Origin => origin()]);
    is_deeply([sort split /, /, $r->aceh // ''], [sort split / /, $expected], "$path, $title: what is sent");
    log_lines(qr/\[cors_expose:debug\]/);    # so that all the lines are there
    my @lines = log_lines(qr/\[cors_expose:info\].*malformed/, $count ? 1 : 0);
    is(scalar @lines, $count ? 1 : 0, "$path, $title: lines in the log");
    my $elements = $count == 1 ? '1 malformed element' : "$count malformed elements";
    my $expected_line = $count
        ? qr/dropped $elements of the response's Access-Control-Expose-Headers, the first '@{[defined $first ? quotemeta $first : '']}/
        : qr/\A\z/;
    like($lines[0] // '', $expected_line, "$path, $title: what the line says");
}
