# Every form that the directives accept, and what it comes to. Each line is read in httpd.conf, and
# in a .htaccess file, where it decides a response that has X-One, X-Two, X-RateLimit-Limit, X-RateLimit-Remaining,
# X-Internal-Id and None.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

my $ratelimit = 'x-ratelimit-limit x-ratelimit-remaining';

# the line, the names that come out
my @lines = (
    # names and separators
    ['ExposeHeaders X-One',                        'x-one'],
    ['ExposeHeaders +X-One',                       'x-one'],
    ['ExposeHeaders X-One X-Two',                  'x-one x-two'],
    ['ExposeHeaders X-One,X-Two',                  'x-one x-two'],
    ['ExposeHeaders X-One, X-Two',                 'x-one x-two'],
    ['ExposeHeaders X-One ,X-Two',                 'x-one x-two'],
    ['ExposeHeaders X-One , X-Two',                'x-one x-two'],
    ["ExposeHeaders\tX-One\tX-Two",                'x-one x-two'],
    ['ExposeHeaders X-One,,X-Two,',                'x-one x-two'],
    ['ExposeHeaders , X-One',                      'x-one'],
    ['ExposeHeaders "X-One, X-Two"',               'x-one x-two'],
    ['ExposeHeaders "X-One X-Two" X-Absent',       'x-absent x-one x-two'],
    ["ExposeHeaders 'X-One' \"X-Two\"",            'x-one x-two'],
    ["ExposeHeaders X-One \\\n    X-Two",          'x-one x-two'],
    ["exposeheaders X-One",                        'x-one'],
    ['ExposeHeaders +X-One,+X-Two',                'x-one x-two'],
    ['ExposeHeaders X-Absent',                     'x-absent'],
    ['ExposeHeaders X',                            'x'],
    ['ExposeHeaders 1',                            '1'],
    ["ExposeHeaders !\$%&'+-.^_`|~09azAZ",         "!\$%&'+-.^_`|~09azaz"],
    ["ExposeHeaders X-#",                          'x-#'],
    ['ExposeHeaders ++X',                          '+x'],
    ['ExposeHeaders +-X',                          '-x'],
    ['ExposeHeaders ' . 'X' x 4000,                'x' x 4000],

    # removals
    ['ExposeHeaders X-One X-Two -X-Two',           'x-one'],
    ['ExposeHeaders X-One,X-Two,-X-Two',           'x-one'],
    ['ExposeHeaders X-One X-Two -x-TWO',           'x-one'],
    ['ExposeHeaders X-One -X-One +X-One',          'x-one'],
    ['ExposeHeaders X-One X-Two -*',               ''],
    ['ExposeHeaders X-One X-Two -X-T*',            'x-one'],

    # patterns
    ['ExposeHeaders X-RateLimit-*',                $ratelimit],
    ['ExposeHeaders +X-RateLimit-*',               $ratelimit],
    ['ExposeHeaders x-ratelimit-*',                $ratelimit],
    ['ExposeHeaders X-RateLimit-* -X-*-Limit',     'x-ratelimit-remaining'],
    ['ExposeHeaders *-limit',                      'x-ratelimit-limit'],
    ['ExposeHeaders X-*-L*t',                      'x-ratelimit-limit'],
    ['ExposeHeaders X-One*',                       'x-one'],
    ['ExposeHeaders *X-One',                       'x-one'],
    ['ExposeHeaders X-RateLimit-Limit*Limit',      ''],
    ['ExposeHeaders X-**-Limit',                   'x-ratelimit-limit'],
    ['ExposeHeaders X-Absent-*',                   ''],
    ['ExposeHeaders *',                            '*'],
    ['ExposeHeaders +*',                           '*'],
    ['ExposeHeaders **',                           '*'],
    ['ExposeHeaders * Authorization',              '* authorization'],
    ['ExposeHeaders Set-*',                        ''],
    ['ExposeHeaders X-One -Set-*',                 'x-one'],

    # None is a keyword when bare, and a header's name behind a sign
    ['ExposeHeaders None',                         ''],
    ['ExposeHeaders none',                         ''],
    ['ExposeHeaders X-One NONE X-Two',             'x-two'],
    ['ExposeHeaders X-One,None,X-Two',             'x-two'],
    ['ExposeHeaders X-One +None',                  'none x-one'],
    ['ExposeHeaders X-One +None -N*',              'x-one'],
    ['ExposeHeaders X-One None-Such',              'none-such x-one'],
    ['ExposeHeaders X-One None*',                  'none x-one'],
    ['ExposeHeaders +On +off +ALL +true +False',   'all false off on true'],
    ['ExposeHeaders X-One +Off -Off',              'x-one'],
    ['ExposeHeaders +!X !$x -!X',                  '!$x'],
    ['ExposeHeaders Office Allow Once X-On',       'allow office once x-on'],

    # conditions; the Origin that the request sends is https://app.example.com
    ['ExposeHeaders X-One origin=https://app.example.com',                                'x-one'],
    ['ExposeHeaders X-One ORIGIN=https://app.example.com',                                'x-one'],
    ['ExposeHeaders X-One,X-Two origin=https://app.example.com',                          'x-one x-two'],
    ['ExposeHeaders X-One, origin=https://app.example.com',                               'x-one'],
    ['ExposeHeaders X-One "origin=https://app.example.com"',                              'x-one'],
    ['ExposeHeaders X-One origin=http://localhost origin=https://app.example.com',        'x-one'],
    ['ExposeHeaders X-One origin=https://*.example.com',                                  'x-one'],
    ['ExposeHeaders X-One origin=https://app.example.com:*',                              'x-one'],
    ['ExposeHeaders X-One origin=https://*.example.com:*',                                'x-one'],
    ['ExposeHeaders X-One origin=https://*.co.uk',                                        ''],
    ['ExposeHeaders X-One origin=http://localhost:*',                                     ''],
    ['ExposeHeaders X-One origin=http://localhost',                                       ''],
    ['ExposeHeaders X-One origin=https://app.example.com:8443',                           ''],
    ['ExposeHeaders X-One origin=https://app.example.com:80',                             ''],
    ['ExposeHeaders X-One origin=http://app.example.com:443',                             ''],
    ['ExposeHeaders X-One origin=http://app.example.com:1 origin=http://app.example.com:65535', ''],
    ['ExposeHeaders X-One origin=http://127.0.0.1:8080',                                  ''],
    ['ExposeHeaders X-One origin=http://127.0.0.1:*',                                     ''],
    ['ExposeHeaders X-One origin=http://[::1]',                                           ''],
    ['ExposeHeaders X-One origin=http://[::1]:8080',                                      ''],
    ['ExposeHeaders X-One origin=http://[2001:db8::7]:*',                                 ''],
    ['ExposeHeaders X-One origin=https://xn--bcher-kva.example',                          ''],
    ['ExposeHeaders X-One origin=https://a-b_c.example.com',                              ''],
    ['ExposeHeaders X-One origin=chrome-extension://abcdefghijklmnopabcdefghijklmnop',    ''],
    ['ExposeHeaders X-One origin=moz-extension://1c9a5a7e-3a0b-4a53-8a43-1b8bb1a5e8f0',   ''],
    ['ExposeHeaders X-One origin=capacitor://localhost',                                  ''],
    ['ExposeHeaders X-One origin=moz-extension://*',                                      ''],
    ['ExposeHeaders X-One origin=chrome-extension://* origin=safari-web-extension://* origin=https://app.example.com', 'x-one'],
    ['ExposeHeaders X-One origin=file://',                                                ''],
    ['ExposeHeaders X-One env=SYNTAX_UNSET',                                              ''],
    ['ExposeHeaders X-One env=!SYNTAX_UNSET',                                             'x-one'],
    ['ExposeHeaders X-One Env=!SYNTAX_UNSET',                                             'x-one'],
    ['ExposeHeaders X-One "env=!SYNTAX_UNSET"',                                           'x-one'],
    ['ExposeHeaders X-One,env=!SYNTAX_UNSET',                                             'x-one'],
    ['ExposeHeaders X-One expr=true',                                                     'x-one'],
    ['ExposeHeaders X-One EXPR=false',                                                    ''],
    ['ExposeHeaders X-One "expr=%{REQUEST_STATUS} == 200"',                               'x-one'],
    ["ExposeHeaders X-One 'expr=%{REQUEST_STATUS} -in {\"404\", \"200\"}'",               'x-one'],
    ['ExposeHeaders X-One "expr=%{REQUEST_URI} =~ m#^/a,b$#"',                            ''],
    ['ExposeHeaders X-One expr=%{REQUEST_STATUS}==200',                                   'x-one'],
    ['ExposeHeaders X-One env=!SYNTAX_UNSET expr=true origin=https://app.example.com',    'x-one'],
    ['ExposeHeaders X-One X-Two -X-Two env=!SYNTAX_UNSET',                                'x-one'],
    ["ExposeHeaders X-One\nExposeHeaders None env=!SYNTAX_UNSET",                         ''],

    # the others, whose keywords ignore case
    ["ExposeHeaders X-One\nExposeHeadersBackend Merge",       'x-one'],
    ["ExposeHeaders X-One\nExposeHeadersBackend rEPLACE",     'x-one'],
    ["ExposeHeaders X-One\nExposeHeadersBackend keep",        'x-one'],
    ["ExposeHeaders *\nExposeHeadersWildcard Auto",           '*'],
    ["ExposeHeaders *\nExposeHeadersWildcard AUTO",           '*'],
    ["ExposeHeaders X-RateLimit-*\nExposeHeadersWildcard expand", $ratelimit],
    ["ExposeHeaders X-One\nExposeHeadersWhen CORS",           'x-one'],
    ["ExposeHeaders X-One\nExposeHeadersWhen allowed",        ''],
    ["ExposeHeaders X-One\nExposeHeadersWhen ALWAYS",         'x-one'],
    ["ExposeHeaders X-One\nExposeHeadersWhen off",            ''],
    ["ExposeHeaders X-One\nExposeHeadersDetail OFF",          'x-one'],
    ["ExposeHeaders X-One\nExposeHeadersDetail note",         'x-one'],
    ["ExposeHeaders X-One\nExposeHeadersDetail Header",       'x-one'],
    ["ExposeHeadersBackend Merge",                            ''],
);

# ExposeHeadersNever, which .htaccess files may not use
my @never = (
    'Once Office Nones', 'X-Internal-Id', 'X-Internal-Id X-Other', 'X-Internal-Id,X-Other', 'X-Internal-*, *-Secret', '"X-Internal-Id, X-Other"',
    'Set-Cookie', 'set-cookie2', '*', 'X-*-Id', 'Set-*', 'None-Such', 'Content-Length', 'x-one X-ONE',
);

plan tests => 2 + 2 * @lines;

my $config = join "\n", map { "<Directory /$_>\n" . ($lines[$_][0] // '') . "\n</Directory>" } 0 .. $#lines;
my ($code, $output) = httpd_t($config);
# of some of them it warns (t/suite/syntax/warnings.t)
is "$code " . join("\n", grep { !/\[cors_expose:warn\]/ } split /\n/, $output), '0 Syntax OK', 'httpd.conf takes every line';
($code, $output) = httpd_t(join "\n", map { "ExposeHeadersNever $_" } @never);
is "$code $output", "0 Syntax OK\n", 'httpd.conf takes every Never list, without a word';

for (@lines) {
    my ($line, $names) = @$_;
    (my $title = length $line > 90 ? substr($line, 0, 90) . '...' : $line) =~ s/\n/ | /g;
    my $response = request(folder(syntax => "$line\n") . 'page.html', headers => [Origin => origin()]);
    is $response->status, 200, "a .htaccess file takes $title";
    is join(' ', @{ $response->names }), $names, "$title exposes " . (length $names > 60 ? 'it' : $names || 'nothing');
}
