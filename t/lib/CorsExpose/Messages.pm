# Every message that the module has about a configuration, read from its sources: what says one names its severity, CE_WARNING or
# CE_NOTE, and words.c says what is wrong with a name.
package CorsExpose::Messages;
use strict;
use warnings FATAL => 'all';
use Exporter qw(import);

our @EXPORT_OK = qw(messages message_regex c_strings source_code);

my $literal = qr/"(?:[^"\\\n]|\\.)*"/;

# The macros that stand for a string, by name
sub _macros {
    my %macros;
    for my $file (glob('include/*.h src/*.[ch] src/*/*.[ch]')) {
        my $text = _read($file);
        $text =~ s/\\\n//g;
        while ($text =~ /^#define\s+(\w+)\s+($literal(?:\s*(?:$literal|[A-Z_]+))*)\s*$/mg) {
            $macros{$1} = $2;
        }
    }
    return \%macros;
}

sub _read {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    local $/;
    my $text = <$in>;
    $text =~ s{($literal)|/\*.*?\*/|'(?:\\.|[^'\\])'}{$1 // ' '}gse;    # a quote in quotes would begin a string
    return $text;
}

# The strings of a piece of C, those that the compiler joins as one
sub c_strings {
    my ($code, $macros) = @_;
    my @strings;
    my $names = join '|', map { quotemeta } sort keys %$macros;
    while ($code =~ /((?:$literal|\b(?:$names)\b)(?:\s*(?:$literal|\b(?:$names)\b))*)/g) {
        push @strings, _join($1, $macros);
    }
    return @strings;
}

sub _join {
    my ($code, $macros) = @_;
    my $text = '';
    while ($code =~ /\G\s*(?:"((?:[^"\\]|\\.)*)"|(\w+))/g) {
        $text .= defined $1 ? $1 =~ s/\\(["\\])/$1/gr : _join($macros->{$2}, $macros);
    }
    return $text;
}

# A source without its comments, and the macros that stand for a string
sub source_code { return (_read($_[0]), _macros()) }

# What a call's parentheses hold, from its name on
sub _call {
    my ($code) = @_;
    my $depth = 0;
    while ($code =~ /\G(?:$literal|([()])|[^"()]+)/gc) {
        $depth += $1 eq '(' ? 1 : -1 if defined $1;
        return substr $code, 0, pos $code if defined $1 && !$depth;
    }
    return $code;
}

# [severity or '' of a part, its format, where it stands] for each message, and for each alternative part of one
sub messages {
    my $macros = _macros();
    my @messages;
    for my $file (sort(glob('src/*.c src/*/*.c'))) {
        my $code = _read($file);
        while ($code =~ /\b(?!print)\w+(?=\([^;{}"]*?\bCE_(WARNING|NOTE)\s*,)/g) {
            my ($severity, $call) = (lc $1, _call(substr $code, $-[0]));
            next if $call !~ /"/;
            my ($format, @parts) = c_strings(substr($call, index $call, 'CE_'), $macros);
            push @messages, [$severity, $format, $file], map { /\w \w/ ? ['', $_, $file] : () } @parts;
        }
        push @messages, map { / \w.*[(]/ ? ['', $_, $file] : () } c_strings($code, $macros) if $file =~ m{\bwords\.c$};
    }
    return @messages;
}

# What matches the text that a format comes to
sub message_regex {
    my ($format) = @_;
    my $regex = join '', map { /^%%$/ ? '%' : /^%/ ? (/[du]$/ ? '\d+' : '.*') : quotemeta } split /(%%|%(?:\.\*|[-\d.])*\w)/, $format;
    return qr/$regex/s;
}

1;
