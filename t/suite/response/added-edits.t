# cors_expose_add: another module adds edits to a request (t/server/c-modules/add_edits).
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

# path, what is sent, what it shows
my @good = (
    ['plain/file.txt'        => 'X-Config',                        'without a call the configuration decides'],
    ['fixup/file.txt'        => 'X-Added, X-More',                 'edits from a fixup come behind the configuration'],
    ['handler/file.txt'      => 'X-Added, X-More',                 'edits from a handler count too'],
    ['twice/file.txt'        => 'X-Config, X-Added, X-Again',      'a second call adds to the first'],
    ['none/file.txt'         => 'X-Only',                          'None forgets the configuration'],
    ['pattern/file.txt'      => 'X-Config, X-Here',                'patterns and removals work'],
    ['everything/file.txt'   => '*, X-Config',                     'the wildcard works'],
    ['nested/inner/file.txt' => 'X-Config, X-Inner-Config, X-Outer, X-Inner',
        'edits come behind all containers, whichever container the caller was in'],
    ['never/file.txt'        => 'X-Config, X-Added',               'ExposeHeadersNever has the last word'],
    ['keep/file.txt'         => 'X-Own',                           'where the backend is kept, added edits do not count'],
    ['merge/file.txt'        => 'X-Config, X-Added, X-Mine',       "added edits take away the backend's names"],
);

# path, the names sent, what the message says, what it shows
my @bad = (
    ['bad-token'   => qr/'bad\{name'/,  'no token, behind a good name'],
    ['bad-first'   => qr/'b\@d'/,       'no token, in front of a good name'],
    ['bad-byte'    => qr/byte 0xC3/,    'a byte that is not ASCII'],
    ['bad-sign'    => qr/'-'/,          'a sign with nothing behind it'],
    ['bad-comment' => qr/'#'/,          'a comment'],
    ['bad-cookie'  => qr/'-?Set-Cookie'/, 'Set-Cookie'],
    ['bad-origin'  => qr/'origin=https:\/\/app\.example\.com'/, 'an origin= condition'],
    ['bad-env'     => qr/'env=!VAR'/,   'an env= condition'],
    ['bad-expr'    => qr/'expr=true'/,  'an expr= condition'],
    ['bad-empty'   => qr/\S/,           'no edit at all'],
);

plan tests => 2 * @good + 2 * @bad + 14;

sub get {
    my ($path, %opt) = @_;
    return request("/api/$path", headers => [Origin => origin()], %opt);
}

for my $case (@good) {
    my ($path, $expected, $title) = @$case;
    my $r = get($path);
    is($r->aceh, $expected, $title);
    is_deeply([grep { $_ ne 'done' } $r->lines('X-Add-Result')], [], "$path: every call returned NULL");
}

for my $case (@bad) {
    my ($path, $message, $title) = @$case;
    my $r = get("$path/file.txt");
    is($r->aceh, 'X-Config', "$title: none of the edits count");
    my ($said) = $r->lines('X-Add-Result');
    like($said, $message, "$title: the error names the word");
}

my $r = get('bad-then-good/file.txt');
is($r->aceh, 'X-Config, X-Good', 'a bad call spoils no later one');
is(scalar($r->lines('X-Add-Result')), 2, 'both calls returned');
is(($r->lines('X-Add-Result'))[1], 'done', 'the second without an error');

$r = get('no-policy/file.txt');
is($r->aceh, undef, 'where no directive is in force, the module stays out');
is($r->header('Vary'), undef, 'and Vary is left alone there');
is(get('off/file.txt')->aceh, undef, 'and so with ExposeHeadersWhen Off');

is(get('before/before.asis')->aceh, 'X-Config, X-First-Config, X-After-Config, X-Before, X-After',
    'edits added before an internal redirect survive it, in front of those added behind it');
$r = get('before-bad/before.asis');
is($r->aceh, 'X-Config, X-After-Config, X-After', 'bad edits before a redirect add nothing behind it');
like(($r->lines('X-Add-Result'))[0], qr/'b\@d'/, 'and their error was returned');

is(get('error/missing')->aceh, 'X-Config, X-Failed', 'edits of a request that failed count on its error document');

is(get('folder/')->aceh, 'X-Config, X-Index', 'edits added in a subrequest reach the request');

log_mark();
is(get('log/file.txt')->aceh, 'X-Config', 'an edit that comes after the response changes nothing');
is(scalar(log_lines(qr/added too late: /)), 1, 'and does no harm');
is(get('plain/file.txt')->aceh, 'X-Config', 'and is forgotten with its request');
