# Every refusal: in httpd.conf the server doesn't start, and its message has the line and the word at fault; in a .htaccess file
# the answer is 500, and the log has the same message. A message reads: <Directive>: <what is wrong> '<word>' (<what is accepted>).
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

my $token   = q{a header's name has letters, digits and !#$%&'*+-.^_`|~};
my $comment = 'httpd knows none; put it on a line of its own';
my $edits   = 'name at least one header: Name, +Name, -Name, a pattern or None';
my $sign    = '+Name or -Name';
my $secret  = 'browsers show it to no script; ExposeHeadersNever accepts it';
my $form    = 'scheme://host or scheme://host:port, as browsers send it';
my $ends    = 'an origin ends with its host or port';
my $star    = '* stands for whole leading labels, as in https://*.example.com, for the port, or for the host of an extension: moz-extension://*';
my $ports   = '1 to 65535, or * for any';
my $default = "browsers leave the scheme's default port out";
my $xn      = 'an international name in its xn-- form';
my $colon   = 'leave it out: the name alone';
my $after   = 'conditions end the line; an expression with spaces is quoted whole: "expr=..."';
my $all     = 'name the headers, or * for all of them';
my $off     = 'ExposeHeadersWhen Off leaves responses alone, ExposeHeaders None forgets what was exposed';
my $no_off  = 'name the headers; nothing takes this directive back';
my $var     = 'the name of a variable alone: env=VAR or env=!VAR';
my $one     = 'one origin= for each, and one of them suffices';
my $hyphen  = 'the plain hyphen -';
my $straight = q{the straight quotes ' and "};
my $quotes  = 'quote all of it: "expr=..."';

# [directive, arguments, what is wrong, the word, what is accepted]
my @refusals = (
    # a word that is no token
    (map { ['ExposeHeaders', "X-One X${_}Y X-Two", "character '$_' in", "X${_}Y", $token] }
        '(', ')', '/', ':', ';', '<', '>', '?', '@', '[', ']', '{', '}'),
    ['ExposeHeaders', 'X-One "X\\\\Y"',         "character '\\' in",   'X\\Y',         $token],
    ['ExposeHeaders', '"X\\"Y"',                q{character '"' in},   'X"Y',          $token],
    ['ExposeHeaders', 'X-One:',                 'colon at the end of', 'X-One:',       $colon],
    ['ExposeHeaders', 'X-One -X-Two: X-Three',  'colon at the end of', 'X-Two:',       $colon],
    ['ExposeHeaders', '"X-One: X-Two"',         'colon at the end of', 'X-One:',       $colon],
    ['ExposeHeaders', '-X/Y',                   "character '/' in",    'X/Y',          $token],
    ['ExposeHeaders', '+X/Y',                   "character '/' in",    'X/Y',          $token],
    ['ExposeHeaders', 'X-*/Y',                  "character '/' in",    'X-*/Y',        $token],
    ['ExposeHeaders', 'X-One,X/Y,X-Two',        "character '/' in",    'X/Y',          $token],
    ['ExposeHeaders', '"X-One, X/Y"',           "character '/' in",    'X/Y',          $token],
    ['ExposeHeaders', '/',                      "character '/' in",    '/',            $token],
    ['ExposeHeaders', "X-\xC3\x9Cber",          'byte 0xC3 in',        "X-\xC3\x9Cber", $token],
    ['ExposeHeaders', "X-\xFF",                 'byte 0xFF in',        "X-\xFF",       $token],
    ['ExposeHeaders', "X-\x80",                 'byte 0x80 in',        "X-\x80",       $token],
    ['ExposeHeaders', "X-\x01",                 'byte 0x01 in',        "X-\x01",       $token],
    ['ExposeHeaders', "X-\x7F",                 'byte 0x7F in',        "X-\x7F",       $token],

    # a comment, nothing, a sign alone
    ['ExposeHeaders', 'X-One # the first',      'comment at the end of the line', '#',       $comment],
    ['ExposeHeaders', 'X-One #first',           'comment at the end of the line', '#first',  $comment],
    ['ExposeHeaders', '#X-One',                 'comment at the end of the line', '#X-One',  $comment],
    ['ExposeHeaders', 'X-One #env=FOO',         'comment at the end of the line', '#env=FOO', $comment],
    ['ExposeHeaders', 'X-One -#why',            'comment at the end of the line', '#why',    $comment],
    ['ExposeHeaders', 'X-One env=FOO # why',    'comment at the end of the line', '#',       $comment],
    ['ExposeHeaders', '',                       'no edit in',              '',       $edits],
    ['ExposeHeaders', '""',                     'no edit in',              '',       $edits],
    ['ExposeHeaders', ',',                      'no edit in',              '',       $edits],
    ['ExposeHeaders', '" , "',                  'no edit in',              '',       $edits],
    ['ExposeHeaders', 'env=FOO',                'no edit before',          'env=FOO', $edits],
    ['ExposeHeaders', '+',                      'no name after the sign', '+',      $sign],
    ['ExposeHeaders', 'X-One - X-Two',          'no name after the sign', '-',      $sign],
    ['ExposeHeaders', 'X-One,-,X-Two',          'no name after the sign', '-',      $sign],

    # what browsers show to nobody
    ['ExposeHeaders', 'Set-Cookie',             "can't expose or remove", 'Set-Cookie',   $secret],
    ['ExposeHeaders', 'X-One +set-cookie',      "can't expose or remove", '+set-cookie',  $secret],
    ['ExposeHeaders', '-SET-COOKIE',            "can't expose or remove", '-SET-COOKIE',  $secret],
    ['ExposeHeaders', 'Set-Cookie2',            "can't expose or remove", 'Set-Cookie2',  $secret],
    ['ExposeHeaders', '-Set-Cookie2',           "can't expose or remove", '-Set-Cookie2', $secret],

    # conditions: where they stand, which, how many
    ['ExposeHeaders', 'env=FOO X-One',          'condition before the last edit', 'env=FOO', "conditions end the line, 'X-One' follows"],
    ['ExposeHeaders', 'X-One env=FOO,X-Two',    'more than a variable in',        'env=FOO,X-Two', 'env=VAR or env=!VAR'],
    ['ExposeHeaders', 'X-One env=FOO None',     'condition before the last edit', 'env=FOO', "conditions end the line, 'None' follows"],
    ['ExposeHeaders', 'X-One env=FOO == 1',     'condition before the last edit', 'env=FOO', "conditions end the line, '==' follows"],
    ['ExposeHeaders', 'X-One origin=https://a.example https://b.example', 'condition before the last edit', 'origin=https://a.example',
        "conditions end the line, 'https://b.example' follows"],
    ['ExposeHeaders', 'X-One expr=true env=FOO -X-Two', 'a word after expr=...', '-X-Two', $after],
    ['ExposeHeaders', 'X-One expr=true X-Two',  'a word after expr=...',          'X-Two', $after],
    ['ExposeHeaders', 'X-One expr=%{REQUEST_STATUS} == 404', 'a word after expr=...', '==', $after],
    ['ExposeHeaders', 'X-One == 404',           'part of an expression',          '==',   $quotes],
    ['ExposeHeaders', 'X-One %{REQUEST_STATUS}', 'part of an expression',         '%{REQUEST_STATUS}', $quotes],
    ['ExposeHeaders', 'X-One foo=bar',          'unknown condition', 'foo=bar',        'origin=, env= or expr='],
    ['ExposeHeaders', 'X-One origins=https://a.example', 'unknown condition', 'origins=https://a.example', 'origin=, env= or expr='],
    ['ExposeHeaders', 'X-One -env=FOO',         'unknown condition', '-env=FOO',       'origin=, env= or expr='],
    ['ExposeHeaders', 'X-One foo=',             'unknown condition', 'foo=',           'origin=, env= or expr='],
    ['ExposeHeaders', 'X-One env=',             'no variable in',    'env=',           'env=VAR or env=!VAR'],
    ['ExposeHeaders', 'X-One env=!',            'no variable in',    'env=!',          'env=VAR or env=!VAR'],
    (map { ['ExposeHeaders', "X-One $_->[0]", "character '$_->[1]' in", $_->[0], $var] }
        ['env=%{FOO}e', '%'], ['env=%{FOO}', '%'], ['env=$FOO', '$'], ['env={FOO', '{'], ['env=FOO}', '}'], ['env=FOO=1', '='], ['env=!!FOO', '!'],
        ['env=FOO!', '!'], ['env=!FOO!', '!']),
    ['ExposeHeaders', 'X-One env=A env=B',      'second env=',       'env=B',          'one for a line'],
    ['ExposeHeaders', 'X-One env=A env=!B',     'second env=',       'env=!B',         'one for a line'],
    ['ExposeHeaders', 'X-One env=A env=A',      'second env=',       'env=A',          'one for a line'],
    ['ExposeHeaders', 'X-One expr=true expr=true', 'second expr=',   'expr=true',      'one for a line'],
    ['ExposeHeaders', 'X-One expr="%{REQUEST_STATUS} == 404"', 'quotes inside the word', 'expr="%{REQUEST_STATUS}', $quotes],
    ['ExposeHeaders', q{X-One expr='true'},     'quotes inside the word', q{expr='true'}, $quotes],
    ['ExposeHeaders', 'X-One expr="true"',      'quotes inside the word', 'expr="true"',  $quotes],
    ['ExposeHeaders', 'X-One expr=',            'no expression in',  'expr=',          '"expr=EXPRESSION"'],
    ['ExposeHeaders', 'X-One "expr= "',         'no expression in',  'expr= ',         '"expr=EXPRESSION"'],

    # origins
    (map { ['ExposeHeaders', "X-One $_", 'more than one origin in', s/"//gr, $one] }
        'origin=https://a.example,https://b.example', '"origin=https://a.example https://b.example"', '"origin=https://a.example, https://b.example"'),
    (map { ['ExposeHeaders', "X-One $_", 'quotes inside the word', $_, 'quote all of it, "origin=...", or nothing'] }
        'origin="https://a.example"', q{origin='https://a.example'}),
    (map { my ($wrong, $origin, $accepted) = @$_; ['ExposeHeaders', "X-One origin=$origin", "$wrong in", "origin=$origin", $accepted] }
        ['a path',                    'https://app.example.com/path',       $ends],
        ['a path',                    'https://app.example.com:8443/path',  $ends],
        ['a path',                    'https://app.example.com//',          $ends],
        ['a trailing slash',          'https://app.example.com/',           $ends],
        ['a trailing slash',          'https://app.example.com:8443/',      $ends],
        ['a trailing slash',          'https://*.example.com/',             $ends],
        ['a trailing slash',          'http://[::1]/',                      $ends],
        ['a trailing slash',          'http://localhost:*/',                $ends],
        ['a user',                    'https://user@app.example.com',       $form],
        ['a user',                    'https://user:secret@app.example.com', $form],
        ['a user',                    'https://@app.example.com',           $form],
        ['default port',              'https://app.example.com:443',        $default],
        ['default port',              'http://app.example.com:80',          $default],
        ['default port',              'https://*.example.com:443',          $default],
        ['default port',              'http://[::1]:80',                    $default],
        ['bad port',                  'https://app.example.com:0',          $ports],
        ['bad port',                  'https://app.example.com:00',         $ports],
        ['bad port',                  'https://app.example.com:65536',      $ports],
        ['bad port',                  'https://app.example.com:99999',      $ports],
        ['bad port',                  'https://app.example.com:4294967739', $ports],
        ['bad port',                  'https://app.example.com:08443',      $ports],
        ['bad port',                  'https://app.example.com:',           $ports],
        ['bad port',                  'https://app.example.com:x',          $ports],
        ['bad port',                  'https://app.example.com:-1',         $ports],
        ['bad port',                  'https://app.example.com:8443x',      $ports],
        ['bad port',                  'https://app.example.com:8443:8443',  $ports],
        ["'*' inside a port",         'https://app.example.com:8*',         $ports],
        ["'*' inside a port",         'https://app.example.com:**',         $ports],
        ['upper case',                'https://App.example.com',            $form],
        ['upper case',                'https://app.example.COM:8443',       $form],
        ['upper case',                'HTTPS://app.example.com',            $form],
        ['upper case',                'http://[2001:DB8::7]',               $form],
        ["'*' in the wrong place",    'https://*app.example.com',           $star],
        ["'*' in the wrong place",    'https://app*.example.com',           $star],
        ["'*' in the wrong place",    'https://app.*.com',                  $star],
        ["'*' in the wrong place",    'https://app.example.*',              $star],
        ["'*' in the wrong place",    'https://**.example.com',             $star],
        ["'*' in the wrong place",    'https://*.*.com',                    $star],
        ["'*' in the wrong place",    'https://*',                          $star],
        ["'*' in the wrong place",    'https://*:8443',                     $star],
        ["'*' in the wrong place",    'https://[*]:8443',                   $star],
        ["'*' in the wrong place",    '*://app.example.com',                $star],
        ["'*' alone",                 '*',                                  'leave the condition out for every origin'],
        ['the origin null',           'null',                               'sandboxed pages and local files of anybody send it'],
        ['the origin null',           'NULL',                               'sandboxed pages and local files of anybody send it'],
        ['no scheme',                 '',                                   $form],
        ['no scheme',                 'app.example.com',                    $form],
        ['no scheme',                 'app.example.com:8443',               $form],
        ['no scheme',                 '//app.example.com',                  $form],
        ['no scheme',                 '://app.example.com',                 $form],
        ['no scheme',                 'https:app.example.com',              $form],
        ['no scheme',                 '1https://app.example.com',           $form],
        ['no host',                   'https://',                           $form],
        ['no host',                   'https://:8443',                      $form],
        ["character '?'",             'https://app.example.com?x',          $form],
        ["character '#'",             'https://app.example.com#x',          $form],
        ["character '%'",             'https://app%2eexample.com',          $form],
        ["character ';'",             'https://app.example.com;https://b.example', $form],
        ["'*' in the wrong place",    'http://*',                           $star],
        ["'*' in the wrong place",    'ws://*',                             $star],
        ["'*' in the wrong place",    'wss://*',                            $star],
        ["'*' in the wrong place",    'ftp://*',                            $star],
        ["'*' in the wrong place",    'moz-extension://*:*',                $star],
        ["'*' in the wrong place",    'moz-extension://*/',                 $star],
        ['upper case',                'MOZ-Extension://*',                  $form],
        ['a trailing slash',          'file:///',                           $ends],
        ['no host',                   'moz-extension://',                   $form],
        ["byte 0xC3",                 "https://b\xC3\xBCcher.example",      $xn],
        ["an IPv6 address without its ']'", 'http://[::1',                  $form],
    ),
    ['ExposeHeaders', 'X-One origin=http://localhost origin=null', 'the origin null in', 'origin=null',
        'sandboxed pages and local files of anybody send it'],

    # words of other directives
    (map { ['ExposeHeaders', $_, 'no header is called', $_, $all] } qw(On ON All all True)),
    (map { ['ExposeHeaders', "X-One $_", 'no header is called', $_, $off] } qw(Off oFF False)),
    ['ExposeHeaders', 'X-One,On,X-Two',         'no header is called', 'On',     $all],
    (map { ['ExposeHeaders', "X-One $_", "'!' at the start of", $_, 'a removal is -' . s/^!//r] } '!X-Two', '!x-two', '!1', '!*', '!X-*'),
    (map { ['ExposeHeaders', "X-One $_", 'sign before', $_, 'None, without a sign, forgets what was exposed; -* removes everything'] } '-None', '-none'),

    # what word processors make of hyphens and quotes
    (map { my ($character, $word, $accepted) = @$_; [$_->[3] // 'ExposeHeaders', "X-One $word", "$character in", $word, $accepted] }
        ['curly quote U+201C',          "\xE2\x80\x9CX-Two\xE2\x80\x9D", $straight],
        ['curly quote U+2018',          "\xE2\x80\x98X-Two\xE2\x80\x99", $straight],
        ['curly quote U+201E',          "\xE2\x80\x9EX-Two\xE2\x80\x9C", $straight],
        ['en dash U+2013',              "X\xE2\x80\x93Two",               $hyphen],
        ['en dash U+2013',              "\xE2\x80\x93X-Two",              $hyphen],
        ['em dash U+2014',              "X\xE2\x80\x94Two",               $hyphen],
        ['non-breaking hyphen U+2011',  "X\xE2\x80\x91Two",               $hyphen],
        ['minus sign U+2212',           "\xE2\x88\x92X-Two",              $hyphen],
        ['no-break space U+00A0',       "X-Two\xC2\xA0X-Three",            'the plain space'],
        ['en dash U+2013',              "X\xE2\x80\x93Two",               $hyphen, 'ExposeHeadersNever']),

    # more than an honest container holds
    ['ExposeHeaders', join(' ', map({ "X-$_-*" } 1 .. 101)),       'too many patterns, the first that is too much is', 'X-101-*', '100 in one container at most'],
    ['ExposeHeaders', join(' ', map({ "-X-$_-*" } 1 .. 101)),      'too many patterns, the first that is too much is', 'X-101-*', '100 in one container at most'],

    ['ExposeHeaders', 'X-One ' . 'X' x 64 . '*', 'long pattern', 'X' x 64 . '*', '64 characters at most'],

    # ExposeHeadersNever has no signs and no conditions
    ['ExposeHeadersNever', '-X-One',            'sign before', '-X-One', 'names and patterns, without a sign'],
    ['ExposeHeadersNever', 'X-One, +X-Two',     'sign before', '+X-Two', 'names and patterns, without a sign'],
    ['ExposeHeadersNever', '-',                 'sign before', '-',      'names and patterns, without a sign'],
    ['ExposeHeadersNever', 'X-One X/Y',         "character '/' in", 'X/Y',    $token],
    ['ExposeHeadersNever', "X-\xC3\x9C",        'byte 0xC3 in',     "X-\xC3\x9C", $token],
    ['ExposeHeadersNever', 'X-One env=FOO',     "character '=' in", 'env=FOO', $token],
    ['ExposeHeadersNever', 'X-One # a secret',  'comment at the end of the line', '#', $comment],
    (map { ['ExposeHeadersNever', "X-One $_",   'no header is called', $_,    $no_off] } qw(None none On Off)),
    ['ExposeHeadersNever', 'X-One: X-Two',      'colon at the end of', 'X-One:', $colon],
    ['ExposeHeadersNever', '',                  'no name in',       '',       'name at least one header, or a pattern'],
    ['ExposeHeadersNever', ',',                 'no name in',       '',       'name at least one header, or a pattern'],

    # the keywords
    ['ExposeHeadersBackend',  'Add',            'unknown keyword',  'Add',    'Merge, Replace or Keep'],
    ['ExposeHeadersBackend',  'Merged',         'unknown keyword',  'Merged', 'Merge, Replace or Keep'],
    ['ExposeHeadersWildcard', 'On',             'unknown keyword',  'On',     'Auto or Expand'],
    ['ExposeHeadersWildcard', '*',              'unknown keyword',  '*',      'Auto or Expand'],
    ['ExposeHeadersWhen',     'Never',          'unknown keyword',  'Never',  'CORS, Allowed, Always or Off'],
    ['ExposeHeadersWhen',     'ExposeHeadersWhen', 'unknown keyword', 'ExposeHeadersWhen', 'CORS, Allowed, Always or Off'],
    ['ExposeHeadersWhen',     'CORS,Always',    'unknown keyword',  'CORS,Always', 'CORS, Allowed, Always or Off'],
    ['ExposeHeadersDetail',   'On',             'unknown keyword',  'On',     'Off, Note or Header'],
);

my %takes = (ExposeHeadersBackend => 'Merge', ExposeHeadersWildcard => 'Auto', ExposeHeadersWhen => 'CORS', ExposeHeadersDetail => 'Off');

# ExposeHeadersNever isn't allowed in a .htaccess file at all (t/suite/syntax/context.t).
my $in_htaccess = grep { $_->[0] ne 'ExposeHeadersNever' } @refusals;

plan tests => 3 * @refusals + 3 * $in_htaccess + 4 + 4 * keys %takes;

for (@refusals) {
    my ($directive, $arguments, $wrong, $word, $accepted) = @$_;
    my $title   = printable("$directive $arguments");
    my $message = "$directive: $wrong '$word' ($accepted)";
    my ($code, $output) = httpd_t("# a comment\n\n$directive $arguments\nExposeHeaders X-Three\n");
    is $code, 1, "httpd.conf refuses $title";
    like $output, qr/^AH00526: Syntax error on line 3 of \S+:\n/m, "httpd names the line of $title";
    is +($output =~ /:\n(.*)/)[0], logged($message), "httpd says what is wrong with $title";
    next if $directive eq 'ExposeHeadersNever';
    log_mark();
    my $response = request(folder(syntax => "$directive $arguments\n") . 'page.html', headers => [Origin => origin()]);
    is $response->status, 500, "a .htaccess file with $title is answered with 500";
    is $response->aceh, undef, "the 500 for $title exposes nothing";
    my ($line) = log_lines(qr{/\.htaccess: });
    like $line, qr{/\.htaccess: \Q${\ logged($message)}\E$}, "the log says what is wrong with $title";
}

# An expression's error is in the words of httpd, whatever they are.
my $unparsed = qr/ExposeHeaders: can't parse the expression '%\{REQUEST_STATUS\} ==' \(.+\)$/m;
my $line     = 'ExposeHeaders X-One "expr=%{REQUEST_STATUS} ==" env=FOO';
my ($code, $output) = httpd_t($line);
is $code, 1, 'httpd.conf refuses an expression that does not parse';
like $output, $unparsed, 'httpd says which expression it is';
log_mark();
is request(folder(syntax => "$line\n") . 'page.html')->status, 500, 'a .htaccess file with it is answered with 500';
is scalar(log_lines($unparsed)), 1, 'and the log has the error';

# No argument, and too many, are refused by httpd, which knows what the directive takes.
for my $directive (sort keys %takes) {
    for my $arguments ('', "$takes{$directive} $takes{$directive}") {
        my ($code, $output) = httpd_t("$directive $arguments");
        is $code, 1, "httpd.conf refuses '$directive $arguments'";
        like $output, qr/^\Q$directive\E takes one argument, /m, "httpd says that $directive takes one argument";
    }
}

sub printable {
    my ($text) = @_;
    $text =~ s/([^\x20-\x7E])/sprintf '\\x%02x', ord $1/ge;
    return $text;
}

# As httpd writes it, to the log and to the terminal.
sub logged {
    my ($text) = @_;
    $text =~ s/\\/\\\\/g;
    return printable($text);
}
