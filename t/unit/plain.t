# What people read is written in plain sentences: fewer than 16 words in a sentence on average, on each page, and in none more than 35.
use strict;
use warnings;
use lib 't/lib';
use CorsExpose::Docs qw(comments doc docs sentences);
use Test::More;

use constant { AVERAGE => 16, LONGEST => 35 };

my ($prose, $cells) = sentences("# A title of many words\n\nOne two `three four five`. Six [seven](eight.md)!\n- Nine.\n- Ten is\n  more, 2.4 too\n\n"
        . "| Eleven | Twelve. Thirteen |\n| --- | --- |\n```\nnot this. Nor this\n```\n");
is_deeply [map { scalar @$_ } @$prose], [3, 2, 1, 5], 'sentences are found, and their words counted';
is_deeply [map { scalar @$_ } @$cells], [1, 1, 1], 'those of tables, too';
is comments("# One two.\n#\n# Use:  Three\n#       four.\n# Try:  curl five\nDirective\n    # Six.\n#Directive\n#     code\n") =~ s/\s+/ /gr, ' One two. Three four. Six. ' =~ s/^ //r,
    'and the comments of a configuration';

my %texts = ((map { ($_ => doc($_)) } docs(), qw(CONTRIBUTING SECURITY), glob 'debian/*.README.Debian'),
    map { ($_ => comments(doc($_))) } glob('conf-examples/*.conf conf-examples/recipes/*.conf conf-examples/*.htaccess'), 'debian/cors_expose.conf');
cmp_ok scalar keys %texts, '>', 30, 'the pages were found';

for my $page (sort keys %texts) {
    ($prose, $cells) = sentences(join "\n\n", grep { !/\A(?: {4,}.*\n?| {2}.*\S {2,}\S.*\n?)+\z/ } split /\n{2,}/, $texts{$page});
    my $words = 0;
    $words += @$_ for @$prose;
    cmp_ok $words / (@$prose || 1), '<', AVERAGE, "$page: sentences are short on average (" . @$prose . ' of them)';
    my @long = map { scalar(@$_) . ": @$_" } grep { @$_ > LONGEST } @$prose, @$cells;
    ok !@long, "$page: none is longer than @{[LONGEST]} words" or diag map { "$_\n" } @long;
}
done_testing;
