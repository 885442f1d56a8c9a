# What is accepted with a warning at startup, because it is certainly not meant: it does nothing, or isn't what it seems. Each
# comes once, with file, line, word and cure. Warnings are no errors: the configuration stands. A .htaccess file is read for
# each request: there they go to the log at debug.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

my $request  = "is a request header (responses don't carry it: leave it out)";
my $browsers = 'is for the browser, which reads it itself (no script needs it: leave it out)';
my $word     = "is a word of mod_headers' Header, and taken as a header's name here (leave it out)";
my $regex    = 'looks like a regular expression (the only special character is *, which stands for any characters: X-RateLimit-*; names stand side by side)';
my $broad    = 'holds for every site below that domain (name your own: https://*.example.com)';
my $say      = "(say origin= with each origin that may read it: only then no cache and no browser gives one origin's list to another)";

sub slip      { my ($right) = @_; return "is one letter away from a registered header (say $right)" }
sub hyphen    { my ($name) = @_; return "'$name' ends with a hyphen, and stands for no name that begins so (say $name*)" }
sub duplicate { my ($name, $where) = @_; return "duplicate '$name' ($where exposes it already: leave this one out)" }
sub taken     { my ($edit, $by) = @_; return "'$edit' is taken back by '$by' on the same line (the last edit that matches a name decides: "
        . (lc $edit =~ s/^-//r eq lc $by =~ s/^-//r ? 'leave one out' : 'put it behind that, or leave it out') . ')' }
sub forgotten { my ($edit) = @_; return "'$edit' is forgotten by None on the same line (None forgets all that comes before it: put it first, or leave out what is before it)" }
sub off       { my ($name, $line) = @_; return "'$name' is not exposed: ExposeHeadersWhen Off (line $line) holds here "
        . '(say ExposeHeadersWhen CORS here instead, or expose nothing here)' }
sub never     { my ($name, $by, $where) = @_; return "'$name' is never exposed: ExposeHeadersNever '$by' ($where) forbids it (leave it out)" }
sub bound     { my ($n, $name) = @_; return "$n from '$name' on will be left out: a list has 8000 bytes at most (expose fewer names, or use a pattern)" }
sub location  { my ($path, @lines) = @_; return join "\n", "<Location $path>", @lines, '</Location>' }
sub host      { my (@lines) = @_; return join "\n", '<VirtualHost *:1>', @lines, '</VirtualHost>' }

my @long = map { sprintf 'X-%098d', $_ } 1 .. 81;

# [configuration, [line, text] of each warning]; the text begins with "ExposeHeaders: " unless it names another directive
my @warned = (
    # request headers
    (map { ["ExposeHeaders $_", [1, "'$_' $request"]] }
        qw(Origin Cookie cookie Host User-Agent Referer Accept-Language If-Match If-None-Match If-Modified-Since If-Range),
        qw(X-Requested-With x-requested-with Sec-Fetch-Mode Sec-CH-UA Sec-GPC),
        qw(Access-Control-Request-Method Access-Control-Request-Headers Access-Control-Request-Private-Network)),
    # what browsers read themselves
    (map { ["ExposeHeaders +$_", [1, "'$_' $browsers"]] }
        qw(Access-Control-Allow-Origin access-control-allow-credentials Access-Control-Expose-Headers Access-Control-Max-Age)),
    # words of mod_headers
    (map { ["ExposeHeaders $_ X-One", [1, "'$_' $word"]] }
        qw(always Always onsuccess early EARLY set append merge add setifempty edit echo note)),
    ["ExposeHeaders unset X-One", [1, "'unset' is a word of mod_headers' Header, which is no header's name (a removal is -Name)"]],
    # one letter away
    (map { ["ExposeHeaders $_->[0]", [1, "'$_->[0]' " . slip($_->[1])]] }
        [qw(Links Link)],                  [qw(links Link)],                   [qw(Lnik Link)],           [qw(E-Tag ETag)],
        [qw(ETags ETag)],                  [qw(EtAgs ETag)],                   [qw(Dates Date)],          [qw(Vray Vary)],
        [qw(Accept-Range Accept-Ranges)],  [qw(Content-Dispostion Content-Disposition)],                  [qw(Serevr Server)],
        [qw(Content-Ranges Content-Range)],
        [qw(Contant-Range Content-Range)], [qw(RetryAfter Retry-After)],       [qw(Retry-Aftre Retry-After)],
        [qw(Locaton Location)],            [qw(Locations Location)],           [qw(ocation Location)],    [qw(Referer-Policy Referrer-Policy)],
        [qw(WW-Authenticate WWW-Authenticate)],                                [qw(Depreciation Deprecation)],
        [qw(Server-Timings Server-Timing)],                                    [qw(Xx-Frame-Options X-Frame-Options)],
        [qw(X-Frame-Option X-Frame-Options)],                                  [qw(X-Brame-Options X-Frame-Options)],
        [qw(Content-Security-Policy-Report-Onl Content-Security-Policy-Report-Only)]),
    ['ExposeHeaders Content-Lenght',                     [1, "'Content-Lenght' is one letter away from a registered header (leave it out: every script may read Content-Length)"]],
    ['ExposeHeaders Link Links',                         [1, "'Links' is one letter away from a registered header (leave it out: Link is there, too)"]],
    ['ExposeHeaders * -Content-Lenght',                  [1, "'Content-Lenght' " . slip('Content-Length')]],
    # regular expressions by their looks
    (map { ["ExposeHeaders $_", [1, "'$_' $regex"]] } qw(^X-Rate X-Rate$ X-A|X-B X-.* .* x-rate.*-limit)),
    ['ExposeHeaders * -^X-Internal',                     [1, "'^X-Internal' $regex"]],
    ['ExposeHeadersNever X-Internal-.*',                 [1, "ExposeHeadersNever: 'X-Internal-.*' $regex"]],
    # a hyphen at the end
    ['ExposeHeaders X-RateLimit-',                       [1, hyphen('X-RateLimit-')]],
    ['ExposeHeaders * -X-Internal-',                     [1, hyphen('X-Internal-')]],
    ["ExposeHeadersNever X-Internal-",                   [1, 'ExposeHeadersNever: ' . hyphen('X-Internal-')]],

    # duplicates in a container
    ['ExposeHeaders X-One X-One',                        [1, duplicate('X-One', 'line 1')]],
    ['ExposeHeaders X-One x-ONE',                        [1, duplicate('x-ONE', 'line 1')]],
    ["ExposeHeaders X-One\nExposeHeaders X-Two X-One",   [2, duplicate('X-One', 'line 1')]],
    ["ExposeHeaders X-One\nExposeHeaders X-One env=A",   [2, duplicate('X-One', 'line 1')]],
    ["ExposeHeaders X-One X-One env=A",                  [1, duplicate('X-One', 'line 1')]],
    ['ExposeHeaders X-A-* x-a-*',                        [1, duplicate('x-a-*', 'line 1')]],
    ['ExposeHeaders * *',                                [1, duplicate('*', 'line 1')]],
    [location('/a', 'ExposeHeaders X-One', '', 'ExposeHeaders X-One'), [4, duplicate('X-One', 'line 2')]],
    [host('ExposeHeaders X-One X-One'),                  [2, duplicate('X-One', 'line 2')]],
    ['ExposeHeaders X-One X-One X-One',                  [1, duplicate('X-One', 'line 1')]],

    # what the same line takes back
    ['ExposeHeaders X-A -X-A',                           [1, taken('X-A', '-X-A')]],
    ['ExposeHeaders X-A -x-a',                           [1, taken('X-A', '-x-a')]],
    ['ExposeHeaders X-A X-B -X-A*',                      [1, taken('X-A', '-X-A*')]],
    ['ExposeHeaders X-A -*',                             [1, taken('X-A', '-*')]],
    ['ExposeHeaders X-A-* -X-*',                         [1, taken('X-A-*', '-X-*')]],
    ['ExposeHeaders * -*',                               [1, taken('*', '-*')]],
    ['ExposeHeaders -X-Secret *',                        [1, taken('-X-Secret', '*')]],
    ['ExposeHeaders -X-Secret-* X-*',                    [1, taken('-X-Secret-*', 'X-*')]],
    ['ExposeHeaders -X-Secret X-Secret',                 [1, taken('-X-Secret', 'X-Secret')]],
    ['ExposeHeaders X-A None',                           [1, forgotten('X-A')]],
    ['ExposeHeaders X-A X-B None X-C',                   [1, forgotten('X-B')]],
    ['ExposeHeaders X-A None env=V',                     [1, forgotten('X-A')]],
    ['ExposeHeaders * -X-A None',                        [1, forgotten('-X-A')]],

    # where Off holds
    ["ExposeHeaders X-A\nExposeHeadersWhen Off",                                             [1, off('X-A', 2)]],
    [location('/a', 'ExposeHeadersWhen off', 'ExposeHeaders None X-A X-B'),                  [3, off('X-A', 2)]],
    ["ExposeHeadersWhen Off\n" . location('/a', 'ExposeHeaders X-A', 'ExposeHeaders X-B'),   [3, off('X-A', 1)]],
    ["ExposeHeadersWhen Off\n" . host('ExposeHeaders X-A'),                                  [3, off('X-A', 1)]],
    [host('ExposeHeadersWhen Off', "<Directory />\nExposeHeaders *\n</Directory>"),          [4, off('*', 2)]],

    # exposed and never exposed
    ["ExposeHeaders X-A X-B\nExposeHeadersNever X-B",    [1, never('X-B', 'X-B', 'line 2')]],
    ["ExposeHeadersNever X-Internal-*\nExposeHeaders x-internal-id", [2, never('x-internal-id', 'X-Internal-*', 'line 1')]],
    ["ExposeHeadersNever X-*\nExposeHeaders X-A-* X-B Y", [2, never('X-A-*', 'X-*', 'line 1')], [2, never('X-B', 'X-*', 'line 1')]],
    ["ExposeHeadersNever *\nExposeHeaders *",            [2, never('*', '*', 'line 1')]],

    # more than a list can hold
    ["ExposeHeaders @long[0..39]\nExposeHeaders @long[40..80]", [2, bound('3 names', $long[78])]],
    ["ExposeHeaders @long[0..78]",                       [1, bound('1 name', $long[78])]],

    # conditions
    ['ExposeHeaders X-One origin=https://*.com',         [1, "'origin=https://*.com' $broad"]],
    ['ExposeHeaders X-One origin=https://*.dev:*',       [1, "'origin=https://*.dev:*' $broad"]],
    (map { [qq(ExposeHeaders X-One "expr=$_"), [1, "'expr=$_' tests the request's Origin $say"]] }
        q(%{HTTP:Origin} == 'https://a.example'), q(%{http:origin} =~ /a/), q(-n %{req:Origin}), q(req('Origin') == 'x'),
        q(http('origin') == 'x'), q(tolower(req_novary( 'Origin' )) == 'x')),

    # several on a line, and on several
    ["ExposeHeaders early Links\nExposeHeaders Cookie",  [1, "'early' $word"], [1, "'Links' " . slip('Link')], [2, "'Cookie' $request"]],
);

# No warning: the neighbours of all these
my @silent = (
    'ExposeHeaders Content-Length Content-Type Cache-Control Expires Last-Modified Pragma Content-Language',
    'ExposeHeaders Range Location Authorization WWW-Authenticate Proxy-Authenticate Last-Event-Id DPoP TE DPR Age Page Ages Data Rate Expire',
    'ExposeHeaders X-Origin Cookie-Monster X-Early X-Always X-Set Setting Adder X-If-Match Security-Id Acceptance Hosts X-CSRF X-CSRF-Token Accept Accept-Encoding Sec-WebSocket-Accept',
    'ExposeHeaders Link ETag Accept-Ranges Accept-Patch Accept-Post Content-Range Content-Digest Repr-Digest CMSD-Static CMCD-Status',
    'ExposeHeaders Content-* Access-Control-* If-* Sec-*',
    'ExposeHeaders X.Y X-$-Y X-^ a.b* x-*-y X-A*. A-B-*',
    'ExposeHeaders * -Cookie -Access-Control-Allow-Origin -early -Server',
    'ExposeHeadersNever Cookie Content-Type Content-Type Server Set-Cookie Access-Control-Allow-Origin',
    "ExposeHeaders X-One\nExposeHeaders -X-One\nExposeHeaders X-One",
    "ExposeHeaders X-One\nExposeHeaders None X-One",
    "ExposeHeaders X-One\nExposeHeaders -X-O*\nExposeHeaders X-One",
    "ExposeHeaders X-*\nExposeHeaders -X-One\nExposeHeaders X-*",
    "ExposeHeaders X-One env=A\nExposeHeaders X-One env=B",
    "ExposeHeaders X-One env=A\nExposeHeaders X-One",
    "ExposeHeaders X-One\n" . location('/a', 'ExposeHeaders X-One'),
    "ExposeHeaders X-One\n" . host('ExposeHeaders X-One'),
    location('/a', 'ExposeHeaders X-One') . "\n" . location('/b', 'ExposeHeaders X-One'),
    'ExposeHeaders Authorization *',
    'ExposeHeaders X-One X-* *',
    "ExposeHeaders X-One\nExposeHeaders -X-One",
    'ExposeHeaders X-* -X-One',
    'ExposeHeaders * -X-Internal-* X-Internal-Id',
    'ExposeHeaders -* X-One',
    'ExposeHeaders None',
    'ExposeHeaders None X-One',
    "ExposeHeaders X-One env=A\nExposeHeaders -X-One",
    # Off, where something may turn it on, or nothing is exposed
    "ExposeHeaders X-A\nExposeHeadersWhen Off\n" . location('/a', 'ExposeHeadersWhen CORS'),
    "ExposeHeaders X-A\nExposeHeadersWhen Off\n" . host('ExposeHeadersWhen Always'),
    "ExposeHeadersWhen Off\n" . location('/a', 'ExposeHeaders X-A', 'ExposeHeadersWhen CORS'),
    "ExposeHeadersWhen Off\n" . location('/a', 'ExposeHeaders None -X-A'),
    "ExposeHeadersWhen CORS\n" . host('ExposeHeadersWhen Off', 'ExposeHeaders X-A'),
    "ExposeHeadersWhen Off\n<Directory />\nAllowOverride FileInfo\nExposeHeaders X-A\n</Directory>",
    "ExposeHeaders X-A\n" . location('/a', 'ExposeHeadersWhen Off'),
    # Never, in another container, or not for all that is exposed
    "ExposeHeadersNever X-B\n" . location('/a', 'ExposeHeaders X-B'),
    "ExposeHeaders * X-*\nExposeHeadersNever X-B X-C-*",
    "ExposeHeadersNever X-B\nExposeHeaders -X-B",
    "ExposeHeadersNever X-B\nExposeHeaders None X-A",
    "ExposeHeaders @long[0..77]",
    "ExposeHeaders @long[0..77]\nExposeHeaders None @long[0..77]",
    # conditions
    (map { "ExposeHeaders X-One origin=$_" }
        qw(https://*.example.com http://*.localhost:* https://*.local https://localhost http://localhost:* http://localhost:8080),
        'http://localhost origin=http://localhost:3000', 'http://localhost.example', 'http://localhost', 'http://localhost origin=capacitor://localhost'),
    (map { qq(ExposeHeaders X-One "expr=$_") } q(%{HTTP:X-Origin} == 'x'), q(%{HTTP:Original} == 'x'), q(%{REQUEST_URI} =~ m#/origin#),
        q(%{REQUEST_URI} == 'Origin'), q(%{resp:Origin} == 'x'), q(resp('Origin') == 'x'), q(%{ENV:Origin} == 'x'), q(osenv('origin') == 'x')),
);

plan tests => 2 * @warned + @silent + 8;

sub findings {
    my ($output) = @_;
    $output =~ s{/\S*/(?=case\.conf)}{DIR/}g;
    return [map { /\[cors_expose:warn\].*? DIR\/case\.conf:(\d+): (?:ExposeHeaders: )?(.*)/ ? "$1: $2" : $_ } split /\n/, $output];
}

for (@warned) {
    my ($config, @warnings) = @$_;
    (my $title = substr $config, 0, 100) =~ s/\n/ | /g;
    my ($code, $output) = httpd_t($config);
    is $code, 0, "httpd.conf takes $title";
    is_deeply findings($output), [(map { "$_->[0]: $_->[1]" } @warnings), 'Syntax OK'], "and says what to think of $title";
}

for my $config (@silent) {
    (my $title = substr $config, 0, 100) =~ s/\n/ | /g;
    my ($code, $output) = httpd_t($config);
    is "$code $output", "0 Syntax OK\n", "no warning for $title";
}

# Once, however often a line is read
my ($code, $output) = httpd_t(<<'END', modules => ['macro']);
<Macro Api $path $header>
    <Location $path>
        ExposeHeaders Cookie $header
        ExposeHeadersWhen Off
    </Location>
</Macro>
Use Api /a Links
<VirtualHost *:1>
    Use Api /b X-B
</VirtualHost>
<VirtualHost *:2>
    Use Api /c E-Tag
</VirtualHost>
END
my $macro = qr/macro 'api' \(defined on line 1 of "\S+case\.conf"\) used on line \d+ of "\S+case\.conf":2: ExposeHeaders: /;
is_deeply [map { s/.*?$macro//r } split /\n/, $output],
    ["'Cookie' $request", "'Links' " . slip('Link'), off('Cookie', '3 of the macro'), "'E-Tag' " . slip('ETag'), 'Syntax OK'],
    'a macro that many virtual hosts use has each of its faults once';

my $hosts = join '', map { "<VirtualHost *:$_>\nServerName h$_\n</VirtualHost>\n" } 1 .. 20;
($code, $output) = httpd_t("ExposeHeaders Cookie\n$hosts");
is_deeply findings($output), ["1: 'Cookie' $request", 'Syntax OK'], 'and so has what virtual hosts inherit';
($code, $output) = httpd_t("LogLevel cors_expose:debug\nHeader always set Access-Control-Allow-Origin *\nExposeHeaders Cookie", modules => ['headers']);
is_deeply findings($output), ["3: 'Cookie' $request", 'Syntax OK'], 'and so has each at debug, where .htaccess files are reviewed';

# .htaccess
my $htaccess = join "\n", 'ExposeHeaders Cookie early X-One X-One', 'ExposeHeaders X-One -X-Two', 'ExposeHeaders X-Two origin=https://*.com', 'Header set X-Two 2',
    'ExposeHeaders Expires -X-Outside';    # of notes nothing is said there: nobody knows yet what it is merged with
my $folder = folder(syntax => "$htaccess\n");
log_mark();
is_deeply request($folder . 'page.html', headers => [Origin => origin()])->names,
    [qw(cookie early expires x-one x-two)], 'a .htaccess file may say all this, too';
is_deeply [log_lines(qr/cors_expose:warn\]/, 0)], [], 'and nothing is logged about it as a warning';
is_deeply [map { /\[cors_expose:debug\].*\.htaccess:(\d+): ExposeHeaders: (.*)/ ? "$1: $2" : () } log_lines(qr/\.htaccess:\d/, 5)],
    ["1: 'Cookie' $request", "1: 'early' $word", "3: 'origin=https://*.com' $broad", '1: ' . duplicate('X-One', 'line 1'),
     '2: ' . duplicate('X-One', 'line 1')], 'but at debug, once for each time that the file is read';

# A folder inside may turn it on again.
log_mark();
is request(folder(syntax => "ExposeHeadersWhen Off\nExposeHeaders X-One\n") . 'page.html', headers => [Origin => origin()])->aceh, undef, 'a .htaccess file turns it off';
is_deeply [log_lines(qr/\.htaccess:\d+: ExposeHeaders: /, 0)], [], 'and nothing is said of what it exposes';
