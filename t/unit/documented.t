# What the code offers and what the documentation says are the same: directives and reasons; README.md stays short, and no link is dead.
use strict;
use warnings;
use lib 't/lib';
use CorsExpose::Docs qw(blocks cells dead_links doc docs rows section);
use Test::More;

use constant README_WORDS => 1200;

# --- directives -----------------------------------------------------------

my $reference  = doc('docs/reference.md');
my @directives = doc('src/httpd/config.c') =~ /\bAP_INIT_\w+\("(\w+)"/g;
cmp_ok(scalar @directives, '>', 0, 'the command table was found');
is_deeply([sort $reference =~ /^## (ExposeHeaders\w*)$/gm], [sort @directives], 'each directive has a section, and no other has one');
for my $name (@directives) {
    my $section = section($reference, $name) or next;
    my %says = map { @$_ } map { [(cells($_))[0, 1]] } $section =~ /^(\| \w+: .*)/gm;
    cmp_ok(length($says{"$_:"} // ''), '>', 0, "$name: $_") for qw(Description Syntax Default Context Status Module Compatibility);
    like($says{'Syntax:'} // '', qr/^`$name /, "$name: the syntax begins with its name");
    is(($says{'Override:'} // '') eq 'FileInfo', ($says{'Context:'} // '') =~ /\.htaccess/, "$name: Override, if .htaccess");
}

# --- reasons --------------------------------------------------------------

my ($array) = doc('src/core/decision.c') =~ /\bwords\[\] = \{([^}]*"preflight"[^}]*)\}/;
my @reasons = ($array // '') =~ /\[CE_REASON_\w+\] = "([^"]+)"/g;
my ($enum) = doc('src/core/decision.h') =~ /typedef enum \{(.*?)\} ce_reason_e;/s;
my @enum = map { lc tr/_/-/r } ($enum // '') =~ /^\s*CE_REASON_(\w+)/gm;
cmp_ok(scalar @reasons, '>', 0, 'the reasons were found');
is_deeply(\@reasons, \@enum, 'each has its word, in the order in which they are decided');
is_deeply([map { $_->[0] =~ /^`(.*)`$/ ? $1 : () } rows(doc('docs/decisions.md'), 'reason')], \@reasons,
    'the table of reasons has each, in the order of the code');
my $drawing = doc('docs/decision.dot');
like($drawing, qr/\Q>$_<\E/, "the drawing of the decision has $_") for @reasons;

my ($credentials) = doc('src/core/facts.c') =~ /\n(const char \*ce_credential_word\(.*?\n\}\n)/s;
my @words_of = ($credentials // '') =~ / = "([^"]+)"/g;
cmp_ok(scalar @words_of, '>', 4, 'what makes a response credentialed was found');
like(section(doc('docs/decisions.md'), 'Credentials'), qr/`\(credentialed: \Q$_\E\)`/, "docs/decisions.md explains (credentialed: $_)")
    for @words_of, 'Access-Control-Allow-Credentials';

# --- drawings -------------------------------------------------------------

for my $dot (glob 'docs/*.dot') {
    my $source = doc($dot);
    my %char   = ('#39' => "'", lt => '<', gt => '>', '#45' => '-', amp => '&');
    my $texts  = join "\n", map { s/&(#?\w+);/$char{$1} \/\/ $&/ger } doc($dot =~ s/dot$/svg/r) =~ />([^<]*[^<>\s][^<]*)<\/text>/g;
    my @labels = map { split /\\n/ } $source =~ /label="\s*([^"]+?)\s*"/g, map { grep { length } split /<[^>]*>/ } $source =~ /label=<(.*?)>[,\]]/g;
    is_deeply([grep { index($texts, $_) < 0 } @labels], [], "$dot is drawn as it stands (make drawings)");
}

# bench/draw leaves the rows without a goal and those of growth out of the picture.
my $bars    = doc('docs/cost.svg');
my @compared = grep { $_->[5] ne '-' } rows(doc('docs/cost.md'), 'Added to a request');
cmp_ok(scalar @compared, '>', 10, 'docs/cost.md has its figures');
is_deeply([grep { index($bars, ">$_->[2]") < 0 } @compared], [], 'and docs/cost.svg the same (make figures)');

# --- README.md ------------------------------------------------------------

my @words = split ' ', doc('README.md');
cmp_ok(scalar @words, '<=', README_WORDS, "README.md has no more than ${\README_WORDS} words (${\scalar @words})");
my @nulls = rows(section(doc('README.md'), 'When a script reads null') // '', 'what you see');
cmp_ok(scalar @nulls, '<=', 15, 'when a script reads null: no more than 15 rows');
cmp_ok(scalar @nulls, '>=', 10, 'when a script reads null: the rows were found');

my $tested = doc('docs/tested.md');
my ($paragraph) = section(doc('README.md'), 'How it is tested') // '';
my @figures = $paragraph =~ /\b(\d[\d,]*\b(?: bytes lost| kinds)?)/g;
cmp_ok(scalar @figures, '>', 3, 'how it is tested: figures were found');
like($tested, qr/\b\Q$_\E\b/, "how it is tested: docs/tested.md has $_, too") for grep { !/^(?:0|386)$/ } @figures;

# --- CONTRIBUTING ---------------------------------------------------------

my %named = map { $_ => 1 } doc('CONTRIBUTING') =~ m{(?<![\w/.<-])((?:bench|conf-examples|debian|docs|include|packaging|src|t)/[\w./-]*\w)(?![\w<])}g;
cmp_ok(scalar keys %named, '>', 30, 'CONTRIBUTING names files');
is_deeply([grep { !-e && !(my @any = glob "$_.*") } sort keys %named], [], 'and those are there');
my %in_code = map { $_ => 1 } doc('CONTRIBUTING') =~ /\b(ce_\w+|CE_\w*[A-Z])\b/g;
my $code = join '', map { doc($_) } glob 'mod_cors_expose.c src/*/*.[ch]';
is_deeply([grep { $code !~ /\b$_\b/ } sort keys %in_code], [], 'what it calls by a name in the code is called so');

# --- LogLevel -------------------------------------------------------------

# While the module is switched off, httpd knows no such name, and doesn't start.
my %configurations = (
    (map { my $page = $_; map { ("$page:$_->[2]" => $_->[1]) } grep { $_->[0] eq 'apache' } blocks(doc($page)) } docs()),
    map { ($_ => doc($_)) } glob('conf-examples/*.conf conf-examples/recipes/*.conf debian/*.README.Debian'), 'debian/cors_expose.conf');
my $nlevels = 0;
for my $where (sort keys %configurations) {
    my @open;
    for (split /\n/, $configurations{$where}) {
        if    (/^\s*<(\w+) *([^>]*)>/) { push @open, "$1 $2" }
        elsif (/^\s*<\//)             { pop @open }
        elsif (/^\s*#?LogLevel.*\bcors_expose:/) {
            $nlevels++;
            ok(scalar(grep { $_ eq 'IfModule mod_cors_expose.c' } @open), "$where: LogLevel cors_expose: is in <IfModule>");
        }
    }
}
cmp_ok($nlevels, '>=', 5, 'LogLevel was found');

# --- links ----------------------------------------------------------------

my ($nlinks, @dead) = dead_links('.');
is_deeply(\@dead, [], 'each link on the pages leads to a file and a title');
cmp_ok($nlinks, '>', 30, 'there are links');

done_testing;
