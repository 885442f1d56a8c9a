# cors_expose_add: another module adds edits to a request (t/server/c-modules/add_edits, by what AddEdits says).
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

# [the lines beside "ExposeHeaders X-Config" further out; what is sent; what it shows; the document, file.txt if none is named]
my @good = (
    ['',                                                   'X-Config',                   'without a call the configuration decides'],
    ['AddEdits fixup "X-Added, +X-More -X-Config"',        'X-Added, X-More',            'edits from a fixup come behind the configuration'],
    ['AddEdits handler "X-Added, +X-More -X-Config"',      'X-Added, X-More',            'edits from a handler count too'],
    ['AddEdits fixup "X-Added X-Gone"; AddEdits handler "-X-Gone X-Again"',
                                                           'X-Config, X-Added, X-Again', 'a second call adds to the first'],
    ['AddEdits fixup "None X-Only"',                       'X-Only',                     'None forgets the configuration'],
    ['AddEdits fixup "X-* -X-Secret -X-Add-Result"',       'X-Config, X-Here',           'patterns and removals work'],
    ['AddEdits fixup "*"',                                 '*, X-Config',                'the wildcard works'],
    ['AddEdits fixup "X-Outer -X-Late"; <If true>; ExposeHeaders X-Late X-Inner-Config; AddEdits fixup "X-Inner"; </If>',
        'X-Config, X-Inner-Config, X-Outer, X-Inner', 'edits come behind all containers, whichever container the caller was in'],
    ['ExposeHeadersNever X-Secret; AddEdits fixup "X-Secret X-Added"',
                                                           'X-Config, X-Added',          'ExposeHeadersNever has the last word'],
    ['ExposeHeadersBackend Keep; Header set ACEH "X-Own"; AddEdits fixup "X-Added"',
                                                           'X-Own',                      'where the backend is kept, added edits do not count'],
    ['Header set ACEH "X-Own, X-Mine"; AddEdits fixup "X-Added -X-Own"',
                                                           'X-Config, X-Added, X-Mine',  "added edits take away the backend's names"],
    ['ExposeHeadersWhen Off; AddEdits fixup "X-Added"',    undef,                        'with ExposeHeadersWhen Off the module stays out'],
    ['ErrorDocument 404 /file.txt; AddEdits handler "X-Failed"',
        'X-Config, X-Failed', 'edits of a request that failed count on its error document', 'missing'],
);

# [edits; what the message says; what it shows]
my @bad = (
    ['X-Good bad{name',    qr/'bad\{name'/,    'no token, behind a good name'],
    ['b@d X-Good',         qr/'b\@d'/,         'no token, in front of a good name'],
    ['X-Good naïve',       qr/byte 0xC3/,      'a byte that is not ASCII'],
    ['X-Good - X-Better',  qr/'-'/,            'a sign with nothing behind it'],
    ['X-Good # why',       qr/'#'/,            'a comment'],
    ['X-Good -Set-Cookie', qr/'-?Set-Cookie'/, 'Set-Cookie'],
    ['X-Good origin=https://app.example.com', qr/'origin=https:\/\/app\.example\.com'/, 'an origin= condition'],
    ['X-Good env=!VAR',    qr/'env=!VAR'/,     'an env= condition'],
    ['X-Good expr=true',   qr/'expr=true'/,    'an expr= condition'],
    [' , ',                qr/\S/,             'no edit at all'],
    ['NULL',               qr/\S/,             'no string'],
);

plan tests => 2 * @good + 2 * @bad + 12 + 4;

my $containers = containers((map { $_->[0] } @good), map { "AddEdits fixup \"$_->[0]\"" } @bad);
my $module = Apache::Test::vars('top_dir') . '/c-modules/add_edits/.libs/mod_add_edits.so';
my $port = serve(<<"END", 'file.txt' => "text\n", 'before.asis' => "Location: /after/file.txt\n\n", 'folder/index.txt' => "index\n");
LoadModule add_edits_module "$module"
AddHandler send-as-is .asis
Header always set X-Here 1
Header always set X-Secret 1
<LocationMatch "^/(?!no-policy/)">
    ExposeHeaders X-Config
</LocationMatch>
Alias "/folder/" "\@ROOT\@/folder/"
$containers
<Location "/bad-then-good/">
    AddEdits fixup "X-Bad b\@d"
    AddEdits fixup "X-Good"
</Location>
<Location "/no-policy/">
    AddEdits fixup "X-Added"
</Location>

# before.asis redirects internally to /after/file.txt
<Location "/before/">
    ExposeHeaders X-First-Config
    AddEdits fixup "X-Before X-Taken"
</Location>
<Location "/before-bad/">
    AddEdits fixup "X-Before b\@d"
</Location>
<Location "/after/">
    ExposeHeaders X-After-Config
    AddEdits fixup "X-After -X-Taken"
</Location>

# httpd looks the index up in a subrequest, and goes on with what that found
<Directory "\@ROOT\@/folder">
    DirectoryIndex index.txt
    <Files "index.txt">
        AddEdits fixup "X-Index"
    </Files>
</Directory>

<Location "/log/">
    AddEdits log "X-Too-Late"
</Location>
END

sub get { return request("/$_[0]", port => $port, headers => [Origin => origin()]) }

for my $i (0 .. $#good) {
    my ($lines, $expected, $title, $document) = @{ $good[$i] };
    my $r = get("$i/" . ($document // 'file.txt'));
    is($r->aceh, $expected, "$title ($lines)");
    is_deeply([grep { $_ ne 'done' } $r->lines('X-Add-Result')], [], "$lines: every call returned NULL");
}

for my $i (0 .. $#bad) {
    my ($edits, $message, $title) = @{ $bad[$i] };
    my $r = get(@good + $i . '/file.txt');
    is($r->aceh, 'X-Config', "$title ($edits): none of the edits count");
    my ($said) = $r->lines('X-Add-Result');
    like($said, $message, "$title ($edits): the error names the word");
}

my $r = get('bad-then-good/file.txt');
is($r->aceh, 'X-Config, X-Good', 'a bad call spoils no later one');
is(scalar($r->lines('X-Add-Result')), 2, 'both calls returned');
is(($r->lines('X-Add-Result'))[1], 'done', 'the second without an error');

$r = get('no-policy/file.txt');
is($r->aceh, undef, 'where no directive is in force, the module stays out');
is($r->header('Vary'), undef, 'and Vary is left alone there');

is(get('before/before.asis')->aceh, 'X-Config, X-First-Config, X-After-Config, X-Before, X-After',
    'edits added before an internal redirect survive it, in front of those added behind it');
$r = get('before-bad/before.asis');
is($r->aceh, 'X-Config, X-After-Config, X-After', 'bad edits before a redirect add nothing behind it');
like(($r->lines('X-Add-Result'))[0], qr/'b\@d'/, 'and their error was returned');

is(get('folder/')->aceh, 'X-Config, X-Index', 'edits added in a subrequest reach the request');

log_mark();
is(get('log/file.txt')->aceh, 'X-Config', 'an edit that comes after the response changes nothing');
is(scalar(log_lines(qr/added too late: /)), 1, 'and does no harm');
is(get('0/file.txt')->aceh, 'X-Config', 'and is forgotten with its request');

# From a create_request hook: the client's headers aren't read yet.
my $early = serve(<<"END", 'file.txt' => "text\n");
LoadModule add_edits_module "$module"
ExposeHeaders X-App origin=@{[origin()]}
AddEdits create "X-Created"
AddEdits create NULL
END
$r = request('/file.txt', port => $early, headers => [Origin => origin()]);
is($r->aceh, 'X-App, X-Created', 'edits added before the request is read, and the Origin that comes');
is(($r->lines('X-Add-Result'))[0], 'done', 'the call returned NULL');
like(($r->lines('X-Add-Result'))[1], qr/cors_expose_add: /, 'and an error for no string');
is_deeply($r->vary, ['origin'], 'Vary');
