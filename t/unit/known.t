# t/known, by which t/TEST tells failures that are httpd's: what it knows, what is new, and what has gone.
use strict;
use warnings FATAL => 'all';
use FindBin qw($Bin);
use lib "$Bin/../lib";
use CorsExpose::Known qw(known unexpected);
use File::Temp ();
use Test::More;

my $list = File::Temp->new;
print $list <<'END';
# a comment

2.4.37 | a.t | 2 | the (?:first|second): a list | it sends none
2.4.37 | b.t | 1 | x | because | and so on
2.5.1  | a.t | 1 | other | because
END
close $list;
my @rows = known($list->filename, '2.4.37');
is_deeply [map { [@$_[0, 1, 3]] } @rows], [['a.t', 2, 'it sends none'], ['b.t', 1, 'because | and so on']], 'the rows of one version';
is_deeply [known($list->filename, '2.4.71')], [], 'another has none';

for my $case (
    ['what is known', { 'a.t' => ['the first: a list', 'the second: a list'], 'b.t' => ['x'] }],
    ['files that did not run', {}],
    ['another failure', { 'a.t' => ['the first: a list', 'the second: a list', 'the third: a list'] }, qr/^a\.t: .*doesn't know that 'the third: a list' fails/],
    ['a part of a name', { 'b.t' => ['x', 'x y'] }, qr/^b\.t: .*'x y'/],
    ['another file', { 'c.t' => ['x'] }, qr/^c\.t: .*'x'/],
    ['one that is gone', { 'a.t' => ['the first: a list'] }, qr/^a\.t: .* 2 fail of .*, and not 1$/],
    ['both gone', { 'a.t' => [] }, qr/^a\.t: .*, and not 0$/],
    ['the same name once more', { 'b.t' => ['x', 'x'] }, qr/^b\.t: .* 1 fail of .*, and not 2$/],
) {
    my ($title, $failed, $said) = @$case;
    my @said = unexpected(\@rows, $failed);
    is scalar(@said), $said ? 1 : 0, "$title: as many complaints" or diag @said;
    like $said[0], $said, "$title: which one" if $said;
}

for my $broken ('2.4.37 | a.t | some | x | because', '2.4.37 | a.t | 1 | x |', 'words') {
    my $file = File::Temp->new;
    print $file "$broken\n";
    close $file;
    eval { known($file->filename, '2.4.37') };
    like $@, qr/:1: no row: /, "no row: $broken";
}

# The list itself
my $top = "$Bin/../..";
open my $in, '<', "$top/t/known" or die $!;
my %versions = map { /^(\d\S*) / ? ($1 => 1) : () } <$in>;
for my $version (sort keys %versions) {
    ok -e "$top/$_->[0]", "$version: there is a $_->[0]" for known("$top/t/known", $version);
}
done_testing;
