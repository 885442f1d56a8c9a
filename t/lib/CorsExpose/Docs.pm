# README.md and docs/ as the tests read them: fenced blocks, tables, sections.
package CorsExpose::Docs;
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(blocks cells comments dead_links doc docs rows section sentences);

# The documentation's files, relative to the tree's top, which is $top (where the test runs unless it is given).
sub docs {
    my ($top) = @_;
    $top //= '.';
    return map { substr $_, 1 + length $top } "$top/README.md", sort glob "$top/docs/*.md";
}

sub doc {
    my ($path) = @_;
    open my $in, '<', $path or die "$path: $!\n";
    local $/;
    return scalar <$in>;
}

# The text below a title, up to the next title of its level or a higher one. Blocks may have lines that begin with #.
sub section {
    my ($text, $title) = @_;
    my ($level, @lines, $fenced);
    for my $line (split /^/, $text) {
        $fenced = !$fenced if $line =~ /^```/;
        if (!$fenced && $line =~ /^(#+) (.*)/) {
            last if $level && length $1 <= $level;
            $level = length $1, next if !$level && $2 eq $title;
        }
        push @lines, $line if $level;
    }
    return $level ? join '', @lines : undef;
}

# Fenced blocks in their order: [kind, text, number of the first line]
sub blocks {
    my ($text) = @_;
    my (@blocks, $n);
    for my $line (split /^/, $text) {
        $n++;
        if ($line =~ /^```(\w*)$/) {
            if (@blocks && !$blocks[-1][3]) { $blocks[-1][3] = 1 }
            else                            { push @blocks, [$1, '', $n + 1, 0] }
        }
        elsif (@blocks && !$blocks[-1][3]) { $blocks[-1][1] .= $line }
    }
    return @blocks;
}

# A table's row as its cells; a bar inside a cell is written \|.
sub cells {
    my ($row) = @_;
    my (undef, @cells) = split /(?<!\\)\|/, $row;
    return map { s/\A\s+|\s+\z//gr } grep { /\S/ || 1 } @cells;
}

# The rows of the first table whose first title is $title
sub rows {
    my ($text, $title) = @_;
    my ($table) = $text =~ /^\| *\Q$title\E +\|.*\n\|[-: |]+\|\n((?:\|.*\n)+)/m;
    return map { [cells($_ =~ s/\n//r)] } split /^/, $table // '';
}

# What GitHub makes of a title; a second one of the same name gets a number, which nothing here links to.
sub anchor {
    my ($title) = @_;
    $title =~ s/\[([^\]]*)\]\([^)]*\)/$1/g;
    return lc($title) =~ s/[^\w\- ]//gr =~ tr/ /-/r;
}

# How many relative links README.md and docs/ below $top have, and "page: link" for each that leads to no file, or to no title
# of the page that it names.
sub dead_links {
    my ($top) = @_;
    my (%titles, $n, @dead);
    my @pages = docs($top);
    for my $page (@pages) {
        my $text = doc("$top/$page") =~ s/^```.*?^```\n//mgsr;
        $titles{$page} = { map { anchor($_) => 1 } $text =~ /^#+ (.*)/gm };
    }
    for my $page (@pages) {
        my $text = doc("$top/$page") =~ s/^```.*?^```\n//mgsr =~ s/`[^`\n]+`/code/gr;
        my ($folder) = $page =~ m{^(.*/)} ? $1 : '';
        for my $link ($text =~ /\]\(([^)\s]+)\)/g, $text =~ /\b(?:src|srcset|href)="([^"]+)"/g) {
            next if $link =~ m{^(?:https?|mailto):};
            my ($path, $title) = $link =~ /^([^#]*)(?:#(.*))?$/;
            my $target = length $path ? "$folder$path" : $page;
            1 while $target =~ s{[^/]+/\.\./}{};
            $n++;
            push @dead, "$page: $link" if !-e "$top/$target" || defined $title && $target =~ /\.md$/ && !$titles{$target}{$title};
        }
    }
    return ($n // 0, @dead);
}

# The comments of a configuration, as text whose paragraphs stand apart. What is commented out is none: a directive, a command
# behind "Try:", a line that is set in.
sub comments {
    my ($text) = @_;
    my ($said, $label) = ('', '');
    for my $line (split /\n/, $text) {
        my ($indent, $words) = $line =~ /^ *#( *)(.*)$/ or $said .= "\n", $label = '', next;
        ($label, $words) = ($1, $2), $said .= "\n" if $words =~ /^([.]?[A-Z]?[a-z]+):\s+(.*)/ && length $indent == 1;
        $said .= "\n", $label = '' if $words eq '' || $line =~ /^ *#\S/;
        $said .= "$words\n" if $words ne '' && $label ne 'Try' && (length $indent == 1 || length $indent && $label);
    }
    return $said;
}

# The sentences of a page, each as its words: those of its paragraphs and lists, and those of its tables' cells, where a semicolon ends
# one, too. What is code counts as one word, and a link as its text.
sub sentences {
    my ($text) = @_;
    $text =~ s/^(```).*?^```$//mgs;
    $text =~ s/^(?:!\[.*|<!--.*|#+ .*|[=-]{3,}|\|[-: |]+\|)$//mg;
    $text =~ s/(`+)(?!`).+?(?<!`)\1(?!`)/code/g;
    $text =~ s/!?\[([^\]]*)\]\([^)]*\)/$1/g;
    my (@prose, @cells);
    for my $paragraph (split /\n\s*\n|\n(?= *(?:-|\*|\d+\.) )/, $text) {
        my @rows = grep { /^\s*\|/ } split /\n/, $paragraph;
        push @cells, map { split /;/ } map { cells($_) } @rows;
        push @prose, join ' ', grep { !/^\s*\|/ } split /\n/, $paragraph;
    }
    my ($prose, $cells) = map { my $some = $_; [grep { @$_ } map { _words($_) } @$some] } \@prose, \@cells;
    return ($prose, $cells);
}

sub _words {
    my ($text) = @_;
    $text =~ s/^\s*(?:-|\*|\d+\.) //;
    return map { [grep { /\w/ } split ' '] } split /(?<=[.!?])[)"*]*\s+(?=[("*]*(?:[A-Z0-9@]|code\b|\w+[.\/_]\w))/, $text;
}

1;
