# origin= compares with the request's Origin as browsers send it, byte for byte; what only looks like the origin must fail.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

# [the configured origin, [origins that it is], [origins that only look like it]]
my @cases = (
    ['https://app.example.com', ['https://app.example.com'], [
        # other schemes, ports and hosts
        'http://app.example.com', 'wss://app.example.com', 'httpss://app.example.com', 'ttps://app.example.com',
        'https://app.example.com:8443', 'https://app.example.com:443', 'https://app.example.com:', 'https://app.example.com:0',
        'https://app.example.com:0443', 'https://app.example.com:*',
        'https://example.com', 'https://sub.app.example.com', 'https://.app.example.com', 'https://*.example.com',
        'https://pp.example.com', 'https://app.example.co', 'https://app.example.comm', 'https://app.example.com-',
        'https://evilapp.example.com', 'https://evil-app.example.com', 'https://app.example.com.evil.net',
        'https://app.example.com.', 'https://app.example.com..', 'https://app.example.com.:443',
        'https://app-example.com', 'https://appXexample.com', 'https://app.exampleXcom', 'https://app..example.com',
        # upper case, which browsers don't send
        'https://APP.example.com', 'https://app.example.COM', 'HTTPS://app.example.com', 'Https://app.example.com',
        # more than an origin
        'https://app.example.com/', 'https://app.example.com/path', 'https://app.example.com//', 'https://app.example.com?',
        'https://app.example.com?x', 'https://app.example.com#', 'https://app.example.com#x', 'https://app.example.com\\',
        'https://user@app.example.com', 'https://user:secret@app.example.com', 'https://@app.example.com',
        'https://app.example.com@evil.net', 'https://app.example.com:secret@evil.net', 'https://app.example.com%40evil.net',
        'https://evil.net/https://app.example.com', 'https://evil.net?https://app.example.com',
        'https://evil.net#https://app.example.com', 'https://evil.net/app.example.com', 'https://evil.net\\app.example.com',
        'https://app.example.com%00.evil.net', 'https://app.example.com%2eevil.net', 'https://app%2eexample.com',
        'https://app.example.com;evil.net', 'https://app.example.com,evil.net', 'https://app.example.com&evil.net',
        # less than one
        'app.example.com', '//app.example.com', '://app.example.com', 'https:app.example.com', 'https:/app.example.com',
        'https:///app.example.com', 'https://', 'https:', 'https', 'null', 'NULL', '*', '',
        # several
        'https://app.example.com https://evil.net', 'https://evil.net https://app.example.com',
        'https://app.example.com, https://evil.net', 'https://evil.net, https://app.example.com',
        'https://app.example.com https://app.example.com', 'https://app.example.com,https://app.example.com',
        # quotes, other spaces, other alphabets
        '"https://app.example.com"', "'https://app.example.com'", '<https://app.example.com>',
        "https://app.example.com\xA0", "\xC2\xA0https://app.example.com", "https://app.example.com\xE2\x80\x8B",
        "https://\xD0\xB0pp.example.com", "https://app.example\xE3\x80\x82com", "https://app.ex\xC3\xA4mple.com",
        'https://xn--pp-6kc.example.com', 'https://app.xn--exmple-cua.com', 'https://[app.example.com]', 'https://[::1]',
    ]],
    ['http://localhost', ['http://localhost'], [
        'https://localhost', 'http://localhost:80', 'http://localhost:8080', 'http://localhost.', 'http://localhost.evil.net',
        'http://evil.localhost', 'http://LOCALHOST', 'http://127.0.0.1', 'http://[::1]', 'http://localhos',
    ]],
    ['https://app.example.com:8443', ['https://app.example.com:8443'], [
        'https://app.example.com', 'https://app.example.com:', 'https://app.example.com:443', 'https://app.example.com:844',
        'https://app.example.com:84430', 'https://app.example.com:08443', 'https://app.example.com:8443/',
        'https://app.example.com:8443.evil.net', 'https://app.example.com:8443@evil.net', 'https://app.example.com:8443:8443',
        'https://app.example.com:+8443', 'https://app.example.com: 8443', 'https://app.example.com:8443x',
        'https://app.example.com:73979', 'https://app.example.com:8444', 'http://app.example.com:8443',
        'https://a.app.example.com:8443', 'https://APP.example.com:8443', "https://app.example.com:\xEF\xBC\x98443",
    ]],
    ['http://app.example.com:443', ['http://app.example.com:443'], ['http://app.example.com', 'https://app.example.com', 'https://app.example.com:443']],

    # one or more labels in the place of the star
    ['https://*.example.com', [
        'https://app.example.com', 'https://a.example.com', 'https://a.b.example.com', 'https://a.b.c.d.e.f.example.com',
        'https://xn--bcher-kva.example.com', 'https://a-b.example.com', 'https://a_b.example.com', 'https://1.example.com',
        'https://example.com.example.com', 'https://com.example.com', 'https://' . 'a.' x 100 . 'example.com',
    ], [
        'https://example.com', 'https://.example.com', 'https://..example.com', 'https://a..example.com', 'https://.a.example.com',
        'https://evilexample.com', 'https://evil-example.com', 'https://aXexample.com', 'https://a.exampleXcom',
        'https://a.example.com.evil.net', 'https://a.example.com.', 'https://a.example.org', 'https://a.example.co',
        'https://example.com.evil.net', 'https://a.example.com:8443', 'https://a.example.com:443', 'https://a.example.com:',
        'http://a.example.com', 'https://A.example.com', 'https://a.EXAMPLE.com', 'HTTPS://a.example.com',
        'https://*.example.com', 'https://a*.example.com', 'https://%2a.example.com', 'https://a%2e.example.com',
        'https://evil.net/.example.com', 'https://evil.net/a.example.com', 'https://evil.net?.example.com',
        'https://evil.net?a.example.com', 'https://evil.net#.example.com', 'https://evil.net#a.example.com',
        'https://evil.net\\.example.com', 'https://evil.net\\a.example.com', 'https://evil.net:80.example.com',
        'https://evil.net:.example.com', 'https://evil.net:80/a.example.com', 'https://evil.net@a.example.com',
        'https://user@a.example.com', 'https://user:secret@a.example.com', 'https://a.example.com@evil.net',
        'https://evil.net a.example.com', 'https://evil.net https://a.example.com', 'https://evil.net, https://a.example.com',
        'https://evil.net,a.example.com', 'https://evil.net;a.example.com', 'https://evil.net&.example.com',
        'https://[::1].example.com', 'https://[::1]a.example.com', 'https://[a].example.com', 'https://a.example.com/',
        "https://\xC3\xA4.example.com", "https://a\xE3\x80\x82.example.com", "https://evil.net\xA0.example.com", 'null', '',
        'https://', 'https://.', 'https://a.example.com.example.com.', 'a.example.com', 'https:a.example.com',
    ]],
    ['https://*.b.example.com:8443', ['https://a.b.example.com:8443', 'https://x.a.b.example.com:8443'], [
        'https://b.example.com:8443', 'https://a.b.example.com', 'https://a.b.example.com:443', 'https://a.c.example.com:8443',
        'https://ab.example.com:8443', 'https://a.b.example.com:84430', 'https://a.b.example.com.:8443',
    ]],

    # any port, or none
    ['http://localhost:*', [
        'http://localhost', 'http://localhost:1', 'http://localhost:3000', 'http://localhost:8080', 'http://localhost:65535',
    ], [
        'https://localhost', 'https://localhost:3000', 'http://localhost:', 'http://localhost:0', 'http://localhost:65536',
        'http://localhost:99999', 'http://localhost:100000', 'http://localhost:4294968296', 'http://localhost:03000',
        'http://localhost:x', 'http://localhost:3000x', 'http://localhost:x3000', 'http://localhost:-1', 'http://localhost:+3000',
        'http://localhost: 3000', 'http://localhost:3000/', 'http://localhost:3000/x', 'http://localhost:*',
        'http://localhost:3000:4000', 'http://localhost:3000?x', 'http://localhost:3000#x', 'http://localhost:3000.evil.net',
        'http://localhost:3000@evil.net', 'http://localhost:secret@evil.net', 'http://localhost:3000\\evil.net',
        'http://localhost:3000, http://evil.net', 'http://localhost:3000 http://evil.net',
        'http://localhost.evil.net', 'http://localhost.evil.net:3000', 'http://evil.localhost:3000', 'http://evillocalhost:3000',
        'http://LOCALHOST:3000', 'http://localhost.:3000', 'http://localhos:3000', 'http://localhost/:3000', 'http://127.0.0.1:3000',
        "http://localhost:\xEF\xBC\x93000", 'http://localhost:0x50', 'null',
    ]],
    ['https://*.example.com:*', [
        'https://a.example.com', 'https://a.b.example.com:8443', 'https://a.example.com:65535',
    ], [
        'https://example.com', 'https://example.com:8443', 'https://.example.com:8443', 'https://a.example.com:0',
        'https://a.example.com:', 'https://evil.net:80.example.com', 'https://evil.net:8443/a.example.com', 'https://a.example.com:8443.evil.net',
        'https://evil.net:1.example.com:8443', 'https://a.example.com@evil.net:8443', 'http://a.example.com:8443',
        'https://evil.net:8443#.example.com', 'https://evil.net:8443#.example.com:8443',
    ]],

    # addresses
    ['http://127.0.0.1:*', ['http://127.0.0.1', 'http://127.0.0.1:8080'], [
        'http://127.0.0.10', 'http://127.0.0.1.evil.net', 'http://127.0.0.1.evil.net:8080', 'http://127.0.0.1.', 'http://127.1',
        'http://0127.0.0.1', 'http://2130706433', 'http://0x7f.0.0.1', 'http://1127.0.0.1', 'http://127.0.0.2', 'http://127x0.0.1',
        'http://[::ffff:127.0.0.1]', 'http://localhost',
    ]],
    ['http://[::1]', ['http://[::1]'], [
        'http://[::1]:8080', 'http://[::1]:80', 'http://[::1', 'http://::1', 'http://[::1].', 'http://[::1].evil.net', 'http://[::11]',
        'http://[0:0:0:0:0:0:0:1]', 'http://[::01]', 'http://[::1]]', 'http://[[::1]]', 'http://[::1]@evil.net', 'http://[::1%25lo]',
        'https://[::1]', 'http://[::2]', 'http://[]', 'http://[::1]/',
    ]],
    ['http://[2001:db8::7]:*', ['http://[2001:db8::7]', 'http://[2001:db8::7]:8080'], [
        'http://[2001:DB8::7]', 'http://[2001:db8::7]:', 'http://[2001:db8::7]:0', 'http://[2001:db8::7]:65536', 'http://2001:db8::7:8080',
        'http://[2001:db8::77]:8080', 'http://[2001:db8::7:8080', 'http://[2001:db8::7:8080]', 'http://[2001:db8::7].evil.net:8080',
        'http://[2001:db8::7]evil.net:8080', 'http://[2001:0db8::7]:8080', 'http://[2001:db8:0::7]:8080',
    ]],

    # other schemes, and an international name in the form that browsers send
    ['chrome-extension://abcdefghijklmnopabcdefghijklmnop', ['chrome-extension://abcdefghijklmnopabcdefghijklmnop'], [
        'moz-extension://abcdefghijklmnopabcdefghijklmnop', 'chrome-extension://abcdefghijklmnopabcdefghijklmno',
        'chrome-extension://abcdefghijklmnopabcdefghijklmnopa', 'https://abcdefghijklmnopabcdefghijklmnop',
        'chrome-extension:abcdefghijklmnopabcdefghijklmnop', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop/page.html',
    ]],
    ['capacitor://localhost', ['capacitor://localhost'], ['capacitor://localhost:80', 'ionic://localhost', 'http://localhost']],
    ['https://xn--bcher-kva.example', ['https://xn--bcher-kva.example'], [
        "https://b\xC3\xBCcher.example", "https://b\xFCcher.example", 'https://XN--BCHER-KVA.example', 'https://b%C3%BCcher.example',
        'https://xn--bcher-kvb.example', 'https://bucher.example', 'https://bcher.example', 'https://xn--bcher-kva.example.evil.net',
    ]],
);

# Leading and trailing spaces and tabs aren't part of a header's value.
my @trimmed = (' https://app.example.com', 'https://app.example.com ', "\thttps://app.example.com\t ");

my $count = 0;
$count += @{ $_->[1] } + @{ $_->[2] } + 1 for @cases;
plan tests => $count + @trimmed + 1;

for my $case (@cases) {
    my ($configured, $same, $lookalikes) = @$case;
    my $folder = folder(conditions => "ExposeHeaders X-Hit origin=$configured\n");
    is exposed($folder, $_), 'X-Hit', "$configured is " . printable($_) for @$same;
    is exposed($folder, $_), undef, "$configured isn't " . (printable($_) || 'an empty Origin') for @$lookalikes;
    is request("${folder}page.html")->aceh, undef, "$configured isn't a request without Origin";
}

my $folder = folder(conditions => "ExposeHeaders X-Hit origin=https://app.example.com\n");
is exposed($folder, $_), 'X-Hit', 'https://app.example.com is ' . printable("'$_'") for @trimmed;

# Two lines of Origin are joined, as httpd joins lines.
is request("${folder}page.html", headers => [(Origin => origin()) x 2])->aceh, undef, 'two lines of Origin are no origin';

sub exposed {
    my ($folder, $origin) = @_;
    my $response = request("${folder}page.html", headers => [Origin => $origin]);
    return $response->status == 200 ? $response->aceh : 'status ' . $response->status;
}

sub printable {
    my ($text) = @_;
    $text =~ s/([^\x20-\x7E])/sprintf '\\x%02x', ord $1/ge;
    return length $text > 80 ? substr($text, 0, 77) . '...' : $text;
}
