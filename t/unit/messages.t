# docs/messages.md and the sources say the same: each message of the sources is on the page, each of the page in the sources, and they
# stand in the order of the alphabet.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Docs qw(doc rows);
use CorsExpose::Messages qw(c_strings messages source_code);
use Test::More;

my @rows = rows(doc('docs/messages.md'), 'message');
cmp_ok scalar(@rows), '>', 150, 'the page has its rows';
my %kinds = map { $_->[0] => 1 } rows(doc('docs/messages.md'), 'kind');
my @page = map { $_->[0] =~ /^`(`?) ?(.*?) ?\1`$/ ? $2 =~ s/\\\|/|/gr : fail("a message in quotes of code: $_->[0]") } @rows;
is_deeply [grep { !$kinds{ $_->[1] } } @rows], [], 'each has a kind that the first table explains';
is_deeply [grep { grep { !length } @$_[0 .. 3] } @rows], [], 'and a cause, and what to do';

sub letters { return lc($_[0]) =~ s/\.\.\./ /gr =~ s/[^a-z0-9]+/ /gr =~ s/^ | $//gr }
my @keys = map { letters($_) } @page;
is_deeply \@keys, [sort @keys], 'they are in the order of the alphabet';
my %times;
is_deeply [grep { $times{$_}++ } @page], [], 'each once';

# --- What the sources say ---------------------------------------------------

# A format as the page has it
sub plain {
    my ($format) = @_;
    return $format =~ s/\\n/ /gr =~ s/%%/\0/gr =~ s/%(?:\.\*|\.\d+|\d+)?[a-zA-Z]+?(?<=[sducXp])/.../gr =~ s/\0/%/gr;
}

# What is between words of somebody else, without the quotes and brackets around it
sub pieces { return grep { /\w/ } map { s/^[\s'"():;,]+|[\s'"():;,]+$//gr } split /\.\.\./, $_[0] }

# No messages: pages of their own (docs/explaining.md), the words of other directives, and places, which stand in a message's place
my $pages  = qr{/(?:answer|dump|page)\.c$};
my %others = map { $_ => 1 } 'no file', 'used on line', 'of the macro', 'unknown error', 'bytes of names', 'nothing: ExposeHeadersWhen Off';

my (@said, %from);
for my $file (sort glob('src/*/*.[ch] mod_cors_expose.c')) {
    my ($code, $macros) = source_code($file);
    $code =~ s/\bAP_INIT_\w+\((?:[^()"]|"(?:[^"\\]|\\.)*"|\([^()]*\))*\)//g;    # what httpd -L says
    $code =~ s/^# *define\b(?:.*\\\n)*.*\n//gm;                                   # where they are used they count
    $code =~ s/\bap_set_content_type\(.*//g;
    for my $string (map { plain($_) } c_strings($code, $macros)) {
        $from{$string} = $file;
        push @said, $string if $file !~ $pages && $string !~ /^\s*Parameters:|\s{6}/;
    }
}
my $page    = join "\n", @page;
my $sources = join "\n", keys %from;
for my $string (@said) {
    for my $piece (pieces($string)) {
        next if $others{$piece} || $piece !~ /[a-z]{2}.* [a-z*'"(]|[a-z'] \w/ || $piece !~ / / || $piece =~ /^(?:[A-Z*][\w*-]*,?(?: |$))+$/;
        ok index($page, $piece) >= 0, "docs/messages.md has what $from{$string} says: $piece";
    }
}
my ($words) = (source_code('src/core/decision.c'))[0] =~ /\bwords\[\] = \{([^}]*"preflight"[^}]*)\}/;
my %has = map { $_ => 1 } @page;
ok $has{$_}, "the reason $_" for $words =~ /"([^"]+)"/g;

# A piece of the page is a string of the sources, or a few of them in a row; of single words only these
sub is_said {
    my ($piece) = @_;
    my @words = split / /, $piece;
    while (@words) {
        my $n = @words;
        $n-- while $n > 1 && index($sources, join ' ', @words[0 .. $n - 1]) < 0;
        return 0 if $n == 1 && $words[0] !~ /^(?:in|no|on|\d+|Access-Control-Allow-\w+)$/;
        splice @words, 0, $n;
    }
    return 1;
}
for my $message (@page) {
    for my $piece (grep { / / } map { split /: |[()"]|[,;] (?=which|and )/ } pieces($message)) {
        $piece =~ s/^[\s';,]+|[\s';,]+$//g;
        ok is_said($piece), "the page has what is said: $piece";
    }
}

done_testing;
