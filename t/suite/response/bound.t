# A list has at most 8,000 bytes: names that don't fit are left out whole, last first, and the log says how many.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(folder);
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
# To a hash that doesn't know upper case from lower, ^ and ~ are one: all have the same.
my @colliding = map { 'X-' . sprintf('%06b', $_) =~ tr/01/^~/r } 0 .. 63;
# A container has 16,000 bytes of names at most.
my @many = @two_thousand[0 .. 1399];
my $many = join "\n", map { "ExposeHeaders @many[$_ * 350 .. $_ * 350 + 349]" } 0 .. 3;

# the lines of an .htaccess file, what is exposed, in order, and how many names are left out; what it shows
my @table = (
    [$many, \@many, 1400 - 615, '1,400 names'],
    [(join '', map { "ExposeHeaders $_\n" } @many), \@many, 1400 - 615, '1,400 names on as many lines'],
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
    ["Header always set X-Resolved 1\nExposeHeaders X-R*\nExposeHeadersWhen Always\n$many", [@many, 'X-Resolved'], 1401 - 615, 'a pattern behind 1,400 names'],
    ["ExposeHeaders Y-* @{[of_length(BOUND)]}", [of_length(BOUND)], 0, 'a pattern that nothing matches, behind what just fits'],
    ["ExposeHeaders @{['X' x (BOUND + 1)]} Z", ['Z'], 1, 'a name that can never fit goes alone', 1],
    # the response's own list, in four lines
    [(join "\n", 'ExposeHeadersBackend Merge', map { "Header add Access-Control-Expose-Headers \"@{[join ',', @$_]}\"" } @parts), \@two_thousand, 2000 - 615, "a backend's 2,000 names"],
    [(join "\n", 'ExposeHeaders X-Ours', map { "Header add Access-Control-Expose-Headers \"@{[join ',', @$_]}\"" } @parts),
        ['X-Ours', @two_thousand], 2001 - 615, "the configuration's names come before a backend's 2,000"],
    ["ExposeHeaders X-Ours\nHeader set Access-Control-Expose-Headers \"@{['X' x (BOUND + 1)]}, X-Own\"", ['X-Ours', 'X-Own'], 1,
        "a backend's name that can never fit goes alone", 1],
    ["ExposeHeaders X-Ours\nHeader set Access-Control-Expose-Headers \"@{[join ', ', @colliding]}\"", ['X-Ours', @colliding], 64 - 32,
        "a backend's names that collide"],
);

plan tests => 6 * @table + 3;

sub put { return folder(bound => "$_[0]\n") . 'page.html' }

for my $case (@table) {
    my ($htaccess, $exposed, $left_out, $title, $alone) = @$case;
    my $path = put($htaccess);
    log_mark();
    my $r = request($path, headers => [Origin => origin()]);
    is($r->status, 200, "$title: the status");
    my @lines = $r->lines('Access-Control-Expose-Headers');
    my $kept  = @$exposed - ($alone ? 0 : $left_out);
    is(scalar @lines, $kept ? 1 : 0, "$title: how many lines");
    my $sent = $lines[0] // '';
    cmp_ok(length $sent, '<=', BOUND, "$title: its length");
    my $expected = join ', ', @$exposed[0 .. $kept - 1];
    # not is(), which would print all of it
    ok($sent eq $expected, "$title: the first $kept names, whole, in order");
    my @logged = log_lines(qr/\[cors_expose:(?:warn|info)\]/, $left_out ? 1 : 0);
    is(scalar @logged, $left_out ? 1 : 0, "$title: warnings in the log, and nothing about malformed elements");
    # of a response's headers, what comes after the bound is counted, whether a pattern matches it or not
    my $names = $htaccess =~ /X-R\*/ ? qr/\d+ names?/ : $left_out == 1 ? qr/1 name/ : qr/$left_out names/;
    like($logged[0] // '', $left_out ? qr/left out $names: Access-Control-Expose-Headers has at most 8000 bytes, and 32 names that collide$/ : qr/\A\z/,
        "$title: the warning");
}

# The bound is for what is sent; a removal doesn't count.
my $path = put("$many\nExposeHeaders -X-Name-0* -X-Name-10* -X-Name-11* -X-Name-12* -X-Name-13* X-Last");
is(request($path, headers => [Origin => origin()])->aceh, 'X-Name-1400, X-Last', 'what is removed takes no room');
log_mark();
is(request(put($many))->status, 200, 'without Origin');
is_deeply([log_lines(qr/\[cors_expose:warn\]/, 0)], [], 'where nothing is sent, there is no warning');

__END__
# The policies are in .htaccess files, which the cases write.
<Directory "@DocumentRoot@/bound">
    Require all granted
    AllowOverride FileInfo
</Directory>
