# What hostile backends answer: a table of cases, and how an answer looks in HTTP/1.1, in HTTP/2 frames and in a file for mod_asis.
package Answers;
use strict;
use warnings FATAL => 'all';

use Exporter 'import';
our @EXPORT_OK = qw(answers bytes random_answer NEVER);

# What the server's ExposeHeadersNever says in every test, and a forbidden name that needs no word.
use constant NEVER => qr/\A(?:X-Secret|X-Internal-.*|Set-Cookie2?|\*)\z/i;

# In every answer, so that each could expose what it mustn't, and can show that the module did its work.
my @FIRST = (['Access-Control-Expose-Headers', 'X-Secret, x-internal-NODE, Set-Cookie, X-Theirs, *'], ['X-Theirs', '1']);
my @LAST  = (['X-Own', '1'], ['X-Secret', '1'], ['X-Internal-Node', '1'], ['Set-Cookie', 'id=1'], ['Access-Control-Allow-Origin', '*']);

use constant ACEH => 'Access-Control-Expose-Headers';

# A short body, so that a case is about its head.
my $BODY = "{}\n";

sub numbered { return map { sprintf 'X-N-%05d', $_ } 1 .. $_[0] }

# A list in as many lines as it takes: httpd takes no more than 8 KiB in one, unless told otherwise.
sub in_lines {
    my @lines = ('');
    for my $element (@_) {
        push @lines, '' if length($lines[-1]) + length($element) > 8000 && length $lines[-1];
        $lines[-1] .= length $lines[-1] ? ",$element" : $element;
    }
    return map { [ACEH, $_] } @lines;
}

# answers(%names) takes the colliding names by kind, as collide.c prints them. Each case:
#   name      for the table
#   sizes     n, 2n and 4n, for the cases whose cost is counted; the largest is what is tested
#   fields    sub(n): the fields between the first and the last
#   raw       sub(n): all of an HTTP/1.1 answer in their place
#   h2        sub(n): all frames behind the SETTINGS in their place
#   status, interim [[status, fields...]...], trailers, cut (bytes, from the end), bare (fields alone), long (it takes lines of more than 8 KiB)
#   over      through what it can be sent (h1 h2 asis unless said)
#   fails     httpd itself may refuse to pass the answer on: then nothing is expected but a well-formed end
sub answers {
    my (%collide) = @_;
    my @many = (2500, 5000, 10_000);
    my $list = sub { my ($what) = @_; return sub { in_lines($what->($_[0])) } };
    my $names = sub { my ($kind) = @_; return @{ $collide{$kind} }[0 .. $_[1] - 1] };
    return (
        { name => 'nothing special', fields => sub { () } },
        { name => '10,000 headers', sizes => \@many, fields => sub { map { [$_, '1'] } numbered($_[0]) } },
        { name => '10,000 times one header', sizes => \@many, fields => sub { map { ['X-Same', $_] } 1 .. $_[0] } },
        { name => 'values of 64 KiB', long => 1, sizes => [4, 8, 16], fails => 1, fields => sub { map { [$_, 'v' x 65_536] } numbered($_[0]) } },
        { name => 'names of 64 KiB', long => 1, sizes => [4, 8, 16], fails => 1, fields => sub { map { ["X-$_-" . 'n' x 65_536, '1'] } 1 .. $_[0] } },
        { name => 'a name of 8,001 bytes in the list', long => 1, fields => $list->(sub { 'L' x 8001 }) },
        { name => 'names of 4,000 bytes in the list', sizes => [20, 40, 80], fields => $list->(sub { map { sprintf 'X-%03d-%s', $_, 'n' x 4000 } 1 .. $_[0] }) },
        { name => 'control bytes in values', sizes => [50, 100, 200], fails => 1, fields => sub { map { ["X-C-$_", 'a' . chr($_ % 31 + 1) . 'b'] } grep { $_ % 31 != 8 && $_ % 31 != 9 && $_ % 31 != 12 } 1 .. $_[0] } },
        { name => 'control bytes in names', sizes => [50, 100, 200], fails => 1, fields => sub { map { ['X-' . chr($_ % 31 + 1) . $_, '1'] } grep { $_ % 31 != 9 && $_ % 31 != 12 } 1 .. $_[0] } },
        { name => 'control bytes in the list', mended => 1, sizes => [500, 1000, 2000], fails => 1, fields => $list->(sub { map { 'X-' . chr($_ % 31 + 1) . $_ } grep { $_ % 31 != 9 && $_ % 31 != 12 } 1 .. $_[0] }) },
        { name => 'bytes above 0x7F', sizes => [500, 1000, 2000], fails => 1, fields => sub { my $n = shift; (in_lines(map { "X-\xC3\xA9$_" } 1 .. $n), map { ["X-\xFF$_", "\xC3\xA9"] } 1 .. $n) } },
        { name => 'NUL in values and in the list', fails => 1, fields => sub { ['X-Nul', "a\0b"], [ACEH, "X-A\0, X-B, X-Secret\0"], [ACEH, 'X-C'] } },
        { name => 'NUL in names', fails => 1, fields => sub { ["X-Nul\0Tail", '1'], ["Access-Control-Expose-Headers\0", 'X-Secret'], ["X-Secret\0", '1'] } },
        { name => 'a list folded over 2,500 lines', sizes => [600, 1200, 2400], over => ['h1'], fails => 1, fields => sub { [ACEH, join ",\r\n ", numbered($_[0])] }, long => 1 },
        { name => 'folded names, values and starts', over => ['h1'], fails => 1, raw => sub { "HTTP/1.1 200 OK\r\n X-Secret: 1\r\nX-Own:\r\n 1\r\nX-Fold\r\n -ed: 1\r\n\tX: 2\r\nContent-Length: 3\r\n\r\n$BODY" } },
        { name => '10,000 list lines', sizes => \@many, fields => sub { map { [ACEH, $_] } numbered($_[0]) } },
        { name => '10,000 empty list lines', sizes => \@many, fields => sub { map { [ACEH, ''] } 1 .. $_[0] } },
        { name => '10,000 names in lists', sizes => \@many, fields => $list->(sub { numbered($_[0]) }) },
        { name => '10,000 names in one line', long => 1, sizes => \@many, fields => sub { [ACEH, join ', ', numbered($_[0])] } },
        { name => '10,000 names in lists, and as headers', sizes => \@many, fields => sub { in_lines(numbered($_[0])), map { [$_, '1'] } numbered($_[0]) } },
        (map {
            my $kind = $_;
            { name => "colliding names in lists ($kind)", sizes => \@many, fields => $list->(sub { $names->($kind, $_[0]) }) },
            { name => "colliding headers ($kind)", sizes => \@many, fields => sub { map { [$_, '1'] } $names->($kind, $_[0]) } },
        } qw(whole upper lower)),
        { name => 'colliding names of 1,024 bytes in lists', sizes => [300, 600, 1200], fields => sub { map { [ACEH, $_] } $names->('long', $_[0]) } },
        { name => 'one-letter lists', sizes => [20_000, 40_000, 80_000], fields => $list->(sub { map { chr 97 + $_ % 26 } 1 .. $_[0] }) },
        { name => 'one letter again and again', sizes => [20_000, 40_000, 80_000], fields => $list->(sub { ('a') x $_[0] }) },
        { name => 'commas', sizes => [25_000, 50_000, 100_000], fields => sub { map { [ACEH, ',' x 5000] } 1 .. $_[0] / 5000 } },
        { name => 'commas, blanks and tabs', sizes => [25_000, 50_000, 100_000], fields => $list->(sub { ("a, \t ,b") x ($_[0] / 8) }) },
        { name => 'blanks between two names', sizes => [25_000, 50_000, 100_000], fields => sub { map { [ACEH, 'X-A,' . ' ' x 5000 . 'X-B'] } 1 .. $_[0] / 5000 } },
        { name => 'malformed elements', sizes => \@many, fields => $list->(sub { map { $_ % 2 ? "a b$_" : "X-Ok-$_" } 1 .. $_[0] }) },
        { name => 'wildcards, signs and words', sizes => [2000, 4000, 8000], fields => $list->(sub { (qw(* -X-Own None !X +X-Secret X-* **)) x ($_[0] / 7) }) },
        { name => 'headers named *', sizes => \@many, fields => sub { (map { ['*', $_] } 1 .. $_[0]), ['**', '1'], ['X-*', '1'] } },
        { name => 'names that only patterns could love', sizes => [100, 200, 400], fields => sub { map { ['X-' . 'a' x 1000 . $_, '1'] } 1 .. $_[0] } },
        { name => 'Connection names 10,000 fields', sizes => [2500, 5000, 10_000], over => [qw(h1 asis)], cost => 'asis', fields => sub { (map { ['Connection', join ',', map { sprintf 'X-N-%05d', $_ } $_ * 100 - 99 .. $_ * 100] } 1 .. $_[0] / 100), map { [$_, '1'] } numbered($_[0]) } },
        { name => 'Vary names 10,000 fields', sizes => \@many, fields => sub { my @names = numbered($_[0]); map { ['Vary', join ', ', splice @names, 0, 500] } 1 .. $_[0] / 500 } },
        { name => '10,000 lines of Vary', sizes => \@many, fields => sub { map { ['Vary', $_] } numbered($_[0]) } },
        { name => '10,000 lines of Access-Control-Allow-*', not_allowed => 1, sizes => \@many, fields => sub { map { ['Access-Control-Allow-Origin', "https://$_.example"], ['Access-Control-Allow-Credentials', 'true'] } 1 .. $_[0] / 2 } },
        { name => 'trailers', sizes => \@many, over => [qw(h1 h2)], fails => 1, fields => sub { () }, trailers => sub { (map { [$_, '1'] } numbered($_[0])), [ACEH, 'X-Secret, *'], ['X-Secret', '1'] } },
        { name => 'interim answers, few', over => [qw(h1 h2)], fields => sub { () }, interim => sub { map { [103, ['X-Early', '1'], ['X-Same', $_]] } 1 .. 5 } },
        { name => 'interim answers, a flood', sizes => \@many, over => [qw(h1 h2)], fails => 1, fields => sub { () }, interim => sub { map { [$_ % 2 ? 102 : 103, ['X-Early', '1'], ['X-Same', $_]] } 1 .. $_[0] } },
        { name => 'interim answers with headers', sizes => \@many, over => [qw(h1 h2)], fields => sub { () }, interim => sub { [103, map { [$_, '1'] } numbered($_[0])] } },
        (map { my $cut = $_; { name => "cut off, $cut bytes missing", cut => $cut, fails => 1, fields => sub { map { [$_, '1'] } numbered(50) } } } 1, 2, 4, 5, 20, 200, 900),
        { name => 'cut off at once', over => [qw(h1 h2)], fails => 1, raw => sub { '' }, h2 => sub { '' } },
        { name => 'cut off in the status line', over => ['h1'], fails => 1, raw => sub { 'HTTP/1.1 2' } },
        { name => 'cut off in a chunk', over => ['h1'], fails => 1, raw => sub { "HTTP/1.1 200 OK\r\nX-Own: 1\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\nshort" } },
        { name => 'no HTTP at all', over => ['h1'], fails => 1, raw => sub { "X-Secret: 1\r\n\r\n" x 100 } },
        { name => 'lines without a colon', over => ['h1'], fails => 1, raw => sub { "HTTP/1.1 200 OK\r\nX-Own: 1\r\n" . "X-Secret\r\n" x 1000 . ": 1\r\n :2\r\n" . "Content-Length: 3\r\n\r\n$BODY" } },
        { name => 'bare CR and LF', over => ['h1'], fails => 1, raw => sub { "HTTP/1.1 200 OK\nX-Own: 1\rX-Secret: 1\n" . ACEH . ": X-A\r, X-Secret\n\n$BODY" } },
        { name => 'lengths that contradict', over => ['h1'], fails => 1, fields => sub { ['Content-Length', '1'], ['Content-Length', '99999'], ['Transfer-Encoding', 'chunked, chunked'] } },
        (map { my $status = $_; { name => "the status $status", status => $status, fails => 1, over => [qw(h1 asis)], fields => sub { map { [$_, '1'] } numbered(20) } } } qw(204 206 304 401 404 416 500 999 000 99 1000)),
        { name => 'HTTP/0.9 and 9.9', over => ['h1'], fails => 1, raw => sub { "HTTP/9.9 200 OK\r\n" . ACEH . ": X-Secret\r\nContent-Length: 3\r\n\r\n$BODY" } },
        { name => 'frames of nonsense', over => ['h2'], fails => 1, h2 => sub { join '', map { frame($_ % 16, $_ * 7 % 256, $_ % 5, chr($_ % 256) x ($_ % 40)) } 0 .. 300 } },
        { name => 'a header block of nonsense', over => ['h2'], fails => 1, h2 => sub { frame(1, 5, 1, join '', map { chr($_ * 37 % 256) } 1 .. 5000) } },
        { name => 'a stream that is reset', over => ['h2'], fails => 1, h2 => sub { frame(1, 4, 1, block([':status', '200'], @FIRST, @LAST)) . frame(3, 0, 1, pack 'N', 2) } },
        { name => 'GOAWAY in between', over => ['h2'], fails => 1, h2 => sub { frame(1, 4, 1, block([':status', '200'], @FIRST, @LAST)) . frame(7, 0, 0, pack 'NN', 0, 1) } },
        { name => 'pushed promises', over => ['h2'], fails => 1, h2 => sub { join('', map { frame(5, 4, 1, pack('N', 2 * $_) . block([':method', 'GET'], [':path', "/$_"], [':scheme', 'http'], [':authority', 'x'])) } 1 .. 100) . frame(1, 5, 1, block([':status', '200'], @FIRST, @LAST)) } },
        { name => 'a flood of SETTINGS and PING', over => ['h2'], fails => 1, h2 => sub { (frame(4, 0, 0, '') . frame(6, 0, 0, 'p' x 8)) x 500 . frame(1, 5, 1, block([':status', '200'], @FIRST, @LAST)) } },
        { name => 'upper case and pseudo-fields', over => ['h2'], fails => 1, h2 => sub { frame(1, 5, 1, block([':status', '200'], [':status', '201'], ['X-Upper', '1'], [':path', '/'], @LAST)) } },
    );
}

# bytes($case, n, 'h1', 'h2' or 'asis')
sub bytes {
    my ($case, $n, $over) = @_;
    my $bytes;
    if    ($over eq 'h2') { $bytes = settings() . ($case->{h2} ? $case->{h2}->($n) : h2_answer($case, $n)) }
    elsif ($case->{raw})  { $bytes = $case->{raw}->($n) }
    else                  { $bytes = h1_answer($case, $n, $over) }
    return substr $bytes, 0, length($bytes) - ($case->{cut} // 0);
}

sub all_fields {
    my ($case, $n) = @_;
    return ($case->{bare} ? () : @FIRST, $case->{fields}->($n), $case->{bare} ? () : @LAST);
}

sub lines { return join '', map { "$_->[0]: $_->[1]\r\n" } @_ }

sub h1_answer {
    my ($case, $n, $over) = @_;
    my $status = $case->{status} // 200;
    my $start  = $over eq 'asis' ? 'Status:' : 'HTTP/1.1';
    my $head   = '';
    for my $interim ($case->{interim} ? $case->{interim}->($n) : ()) {
        my ($early, @fields) = @$interim;
        $head .= "HTTP/1.1 $early Early\r\n" . lines(@fields) . "\r\n";
    }
    $head .= "$start $status Said\r\n" . lines(all_fields($case, $n), ['Content-Type', 'application/json']);
    return "$head\r\n$BODY" if $over eq 'asis';
    my @trailers = $case->{trailers} ? $case->{trailers}->($n) : ();
    return $head . sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n", length $BODY, $BODY) . lines(@trailers) . "\r\n" if @trailers;
    return $head . sprintf("Content-Length: %d\r\n\r\n%s", length $BODY, $BODY);
}

# ---- HTTP/2, by hand: a well-kept library wouldn't send most of this

sub frame {
    my ($type, $flags, $stream, $payload) = @_;
    return pack('CnCCN', length($payload) >> 16, length($payload) & 0xFFFF, $type, $flags, $stream) . $payload;
}

# Ours, and the acknowledgement of theirs.
sub settings { return frame(4, 0, 0, '') . frame(4, 1, 0, '') }

# Literals without indexing and without Huffman codes (RFC 7541, section 6.2.2).
sub block {
    return join '', map { "\0" . string($_->[0]) . string($_->[1]) } @_;
}

sub string {
    my ($text) = @_;
    my $length = length $text;
    return chr($length) . $text if $length < 127;
    my ($prefix, $rest) = (chr 127, $length - 127);
    while ($rest >= 128) {
        $prefix .= chr($rest % 128 | 128);
        $rest >>= 7;
    }
    return $prefix . chr($rest) . $text;
}

# HEADERS and as many CONTINUATIONs as it takes.
sub h2_headers {
    my ($last, @fields) = @_;
    my $block  = block(map { [lc $_->[0], $_->[1]] } @fields);
    my @pieces = unpack '(a16384)*', $block;
    return join '', map { frame($_ ? 9 : 1, ($_ == $#pieces ? 4 : 0) | ($_ ? 0 : $last), 1, $pieces[$_]) } 0 .. $#pieces;
}

sub h2_answer {
    my ($case, $n) = @_;
    my $bytes = join '', map { my ($early, @fields) = @$_; h2_headers(0, [':status', $early], @fields) } $case->{interim} ? $case->{interim}->($n) : ();
    $bytes .= h2_headers(0, [':status', $case->{status} // 200], all_fields($case, $n), ['content-type', 'application/json']);
    my @trailers = $case->{trailers} ? $case->{trailers}->($n) : ();
    return $bytes . frame(0, @trailers ? 0 : 1, 1, $BODY) . (@trailers ? h2_headers(1, @trailers) : '');
}

# ---- by chance: heads made of pieces that have hurt somebody

my @PIECES = (
    'X-Own', 'X-Secret', 'X-Internal-Node', 'X-A', 'x-a', '*', '-X-Own', 'None', 'Set-Cookie', ACEH, 'access-control-expose-headers', 'Vary', 'Origin',
    'Connection', 'Access-Control-Allow-Origin', 'Access-Control-Allow-Credentials', 'true', 'Cache-Control', 'ETag', '"v"', 'Content-Length', '0', '5', '-1',
    'Transfer-Encoding', 'chunked', 'Content-Encoding', 'gzip', ',', ', ', ',,', ' ', "\t", ':', ': ', "\r\n", "\n", "\r", "\r\n ", "\0", "\x01", "\x7F", "\x80",
    "\xFF", '"', '(', ')', '<', '@', '=', ';', '{', '}', '\\', '/', 'a' x 200, 'b,' x 100, 'X-' . 'n' x 5000,
);

sub random_answer {
    my $lines = join '', map {
        join('', map { $PIECES[rand @PIECES] } 1 .. 1 + rand 3) . (rand() < .8 ? ': ' : '') . join('', map { $PIECES[rand @PIECES] } 1 .. rand 12) . (rand() < .9 ? "\r\n" : '')
    } 1 .. rand 30;
    my $status = rand() < .8 ? 200 : int rand 1200;
    return "HTTP/1.1 $status OK\r\n" . lines(@FIRST) . $lines . lines(@LAST) . "\r\n$BODY";
}

1;
