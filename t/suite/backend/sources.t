# A list that is there already: from mod_headers in either table, from a script, from a proxied backend, on one line or on
# several, under Merge, Replace and Keep.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

# Every source has X-Own, which stays, X-Gone, which the policy takes away, x-shared, which the policy has too, as X-Shared,
# and X-Never. Where something is in both of httpd's tables, X-Err is in the second.
my $plain = 'X-Config X-Shared';
my $one   = "X-Config X-Own X-Shared";
my $two   = "X-Config X-Err X-Own X-Shared";

# source, document, and what is sent under Merge, Replace and Keep
my @table = (
    ['plain',            'file.txt',  $plain, $plain, $plain],
    ['set',              'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    ['always',           'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    ['both',             'file.txt',  $two,   $plain, 'X-Err X-Gone X-Own x-shared'],
    ['lines',            'file.txt',  $two,   $plain, 'X-Err X-Gone X-Own x-shared'],
    ['spaces',           'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    ['plain',            'own.cgi',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['plain',            'error.cgi', $one,   $plain, 'X-Gone X-Own'],
    ['set',              'own.cgi',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['plain',            'missing',   $plain, $plain, $plain],
    ['always',           'missing',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['proxied-plain',    'file.txt',  $plain, $plain, $plain],
    ['proxied-one',      'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    ['proxied-one',      'own.cgi',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['proxied-several',  'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    ['proxied-plain',    'own.cgi',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['proxied-repeated', 'file.txt',  $one,   $plain, 'X-Own X-Shared'],
    ['proxied-twice',    'file.txt',  $two,   $plain, 'X-Err X-Own'],
    ['proxied-empty',    'file.txt',  $plain, $plain, $plain],
    ['proxied-blank',    'file.txt',  $plain, $plain, $plain],
    ['proxied-cookie',   'file.txt',  $one,   $plain, 'X-Own'],
);

plan tests => 3 * @table + 13;

sub get {
    my ($path, @more) = @_;
    return request("/backend/$path", headers => [Origin => origin(), @more]);
}

# The names, sorted; two lines would show as '||'.
sub sent { return join ' ', sort split /,? /, $_[0]->aceh // '' }

for my $row (@table) {
    my ($source, $document, %expected);
    ($source, $document, @expected{qw(merge replace keep)}) = @$row;
    for my $mode (qw(merge replace keep)) {
        is(sent(get("$mode/$source/$document")), $expected{$mode}, "$mode: $document from '$source'");
    }
}

is(get('merge/set/file.txt')->aceh, 'X-Shared, X-Config, X-Own',
    "the response's own names come last, but for those that the configuration has too");
is(get('forget/set/file.txt')->aceh, 'X-Config', "None forgets the response's own list");
is(get('forget/both/file.txt')->aceh, 'X-Config', 'and so in both tables');
is(get('drop-all/both/file.txt')->aceh, undef, 'where nothing is left, there is no header, in neither table');
is(get('drop-all/proxied-several/file.txt')->aceh, undef, 'and so on several lines');

# Without an edit, any of the other directives puts the module to work.
is(sent(get('nothing-but-merge/both/file.txt')), 'X-Err X-Gone X-Never X-Own x-shared', 'Merge alone unites both tables');
is(sent(get('nothing-but-keep/both/file.txt')), 'X-Err X-Gone X-Never X-Own x-shared', 'and so does Keep');
is(get('nothing-but-replace/both/file.txt')->aceh, undef, 'Replace alone removes the list');
is(get('nothing-but-merge/plain/file.txt')->aceh, undef, 'and where there is no list, none comes of it');
is(scalar(get('untouched/both/file.txt')->lines('Access-Control-Expose-Headers')), 2,
    'without a directive both tables stay as they are');

# Signs, None and patterns are configuration; in a response they are names, or no names at all.
is(sent(get('union/proxied-signs/file.txt')), '+X-Plus -X-Shared None X-Pat-* X-Shared',
    "a sign, None and a pattern are plain names in a response's own list");

# A response without Origin gets no new explicit names, but what is there is put in order.
is(sent(request('/backend/merge/both/file.txt')), $two, 'without Origin, a list that is there is replaced by the computed one');
is(request('/backend/merge/plain/file.txt')->aceh, undef, 'and where there is none, no explicit names are added');
