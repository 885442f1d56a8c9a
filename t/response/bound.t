# A list has at most 8,000 bytes: names that don't fit are left out whole, last first, and the log says how many.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

use constant BOUND => 8000;

# Names of ten bytes, so that with ", " a list of n has 12 n - 2.
sub numbered { return map { sprintf 'X-Name-%03d', $_ } 1 .. $_[0] }
# A list of exactly that many bytes, its last name the longest.
sub of_length {
    my ($bytes) = @_;
    my @names = numbered(600);
    my $rest = $bytes - length(join ', ', @names) - 2;
    return (@names, 'Y' x $rest);
}

my @two_thousand = map { sprintf 'X-Name-%04d', $_ } 1 .. 2000;
# httpd takes lines of 8 KiB from .htaccess files.
my @parts = map { [@two_thousand[$_ * 500 .. $_ * 500 + 499]] } 0 .. 3;
my $two_thousand = join "\n", map { "ExposeHeaders @$_" } @parts;

# the lines of an .htaccess file, what is exposed, in order, and how many names are left out; what it shows
my @table = (
    [$two_thousand, \@two_thousand, 2000 - 615, '2,000 names'],
    [(join '', map { "ExposeHeaders $_\n" } @two_thousand), \@two_thousand, 2000 - 615, '2,000 names on as many lines'],
    ["ExposeHeaders @{[of_length(BOUND)]}", [of_length(BOUND)], 0, 'exactly 8,000 bytes'],
    ["ExposeHeaders @{[of_length(BOUND - 1)]}", [of_length(BOUND - 1)], 0, 'one byte less'],
    ["ExposeHeaders @{[of_length(BOUND + 1)]}", [of_length(BOUND + 1)], 1, 'one byte more'],
    ["ExposeHeaders @{[of_length(BOUND)]} Z", [of_length(BOUND), 'Z'], 1, 'a short name behind the last that fits'],
    ["ExposeHeaders @{[of_length(BOUND + 1)]} Z", [of_length(BOUND + 1), 'Z'], 2, 'a short name behind one that does not fit: last first'],
    ["ExposeHeaders @{['X' x BOUND]}", ['X' x BOUND], 0, 'one name of 8,000 bytes'],
    ["ExposeHeaders @{['X' x (BOUND + 1)]}", ['X' x (BOUND + 1)], 1, 'one name of 8,001 bytes, and nothing is left'],
    ["ExposeHeaders * @{[of_length(BOUND - 3)]}", ['*', of_length(BOUND - 3)], 0, 'the wildcard and 7,997 bytes'],
    ["ExposeHeaders * @{[of_length(BOUND - 2)]}", ['*', of_length(BOUND - 2)], 1, 'the wildcard and 7,998 bytes'],
    # the response has X-Resolved
    ["Header always set X-Resolved 1\nExposeHeaders X-R* @{[of_length(BOUND - 12)]}", [of_length(BOUND - 12), 'X-Resolved'], 0, 'a resolved pattern that fits'],
    ["Header always set X-Resolved 1\nExposeHeaders X-R* @{[of_length(BOUND - 11)]}", [of_length(BOUND - 11), 'X-Resolved'], 1, 'a resolved pattern that does not'],
    ["Header always set X-Resolved 1\nExposeHeaders X-R*\nExposeHeadersWhen Always\n$two_thousand", [@two_thousand, 'X-Resolved'], 2001 - 615, 'a pattern behind 2,000 names'],
    # the response's own list, in four lines
    [(join "\n", 'ExposeHeadersBackend Merge', map { "Header add Access-Control-Expose-Headers \"@{[join ',', @$_]}\"" } @parts), \@two_thousand, 2000 - 615, "a backend's 2,000 names"],
);

plan tests => 6 * @table + 3;

my $root = Apache::Test::vars('documentroot') . '/bound';
my $number = 0;
sub put {
    my ($htaccess) = @_;
    my $dir = 'case' . $number++;
    mkdir "$root/$dir" or die "$root/$dir: $!";
    for my $file (["$root/$dir/.htaccess", "$htaccess\n"], ["$root/$dir/file.txt", "bound\n"]) {
        open my $out, '>', $file->[0] or die "$file->[0]: $!";
        print $out $file->[1];
        close $out or die "$file->[0]: $!";
    }
    return "/bound/$dir/file.txt";
}

for my $case (@table) {
    my ($htaccess, $exposed, $left_out, $title) = @$case;
    my $path = put($htaccess);
    log_mark();
    my $r = request($path, headers => [Origin => origin()]);
    is($r->status, 200, "$title: the status");
    my @lines = $r->lines('Access-Control-Expose-Headers');
    my $kept  = @$exposed - $left_out;
    is(scalar @lines, $kept ? 1 : 0, "$title: how many lines");
    my $sent = $lines[0] // '';
    cmp_ok(length $sent, '<=', BOUND, "$title: its length");
    my $expected = join ', ', @$exposed[0 .. $kept - 1];
    # not is(), which would print all of it
    ok($sent eq $expected, "$title: the first $kept names, whole, in order");
    my @logged = log_lines(qr/\[cors_expose:warn\]/, $left_out ? 1 : 0);
    is(scalar @logged, $left_out ? 1 : 0, "$title: warnings in the log");
    my $names = $left_out == 1 ? '1 name' : "$left_out names";
    like($logged[0] // '', $left_out ? qr/left out \Q$names\E to keep Access-Control-Expose-Headers within 8000 bytes/ : qr/\A\z/,
        "$title: the warning");
}

# The bound is for what is sent; a removal doesn't count.
my $path = put("$two_thousand\nExposeHeaders -X-Name-0* -X-Name-1* X-Last");
is(request($path, headers => [Origin => origin()])->aceh, 'X-Name-2000, X-Last', 'what is removed takes no room');
log_mark();
is(request(put($two_thousand))->status, 200, 'without Origin');
is_deeply([log_lines(qr/\[cors_expose:warn\]/, 0)], [], 'where nothing is sent, there is no warning');
