# Origin is merged into Vary, once, with and without Origin, and what stands there is kept.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

# [the configuration's lines; Vary's members; what it shows; the document, file.txt if none is named]
my @beside_a_name = (
    ['',                                                  'origin',                        'nothing there'],
    ['Header set Vary "Accept-Encoding"',                 'accept-encoding origin',        'something there'],
    ['Header always set Vary "Accept-Encoding"',          'accept-encoding origin',        'something in the other table'],
    ['Header set Vary "Origin"',                          'origin',                        'Origin there'],
    ['Header always set Vary "Origin"',                   'origin',                        'Origin in the other table'],
    ['Header set Vary "Accept-Encoding, ORIGIN"',         'accept-encoding origin',        'Origin in another case'],
    ['Header set Vary "Accept-Encoding,origin,Cookie"',   'accept-encoding cookie origin', 'Origin without spaces around'],
    ['Header set Vary "*"',                               '*',                             '* stays as it is'],
    ['Header always set Vary "*"',                        '*',                             '* in the other table'],
    ['Header set Vary "Accept-Encoding, *"',              '* accept-encoding',             '* among others'],
    ['Header add Vary "Accept-Encoding"; Header add Vary "*"',             '* accept-encoding', '* on the second line'],
    ['Header add Vary "Accept-Encoding"; Header add Vary "Cookie"',        'accept-encoding cookie origin', 'two lines'],
    ['Header add Vary "Accept-Encoding"; Header add Vary "Origin"',        'accept-encoding origin', 'Origin on the second line'],
    ['Header set Vary "Accept-Encoding"; Header always set Vary "Cookie"', 'accept-encoding cookie origin', 'lines in both tables'],
    ['Header set Vary "Accept-Encoding"; Header always set Vary "origin"', 'accept-encoding origin', 'Origin in the other of both tables'],
    ['Header set Vary "X-Origin, Origin-Agent-Cluster"',  'origin origin-agent-cluster x-origin', 'names that look like Origin'],
    ['Header set Vary ""',                                'origin',                        'an empty line'],
    ['',                                                  'accept-encoding cookie origin', "a script's",                     'vary.cgi'],
    ['Header set Vary "Accept-Encoding"',                 'accept-encoding cookie origin', "a script's, and something there", 'vary.cgi'],
    ['Header always set Vary "Accept-Encoding"',          'accept-encoding origin',        'an error',                       'missing'],
    ['backend: Header set Vary "Accept-Language"',        'accept-language origin',        "a backend's"],
    ['backend: Header add Vary "Accept-Language"; Header add Vary "User-Agent"', 'accept-language origin user-agent', "a backend's two lines"],

    ['Header set Vary "Accept-Encoding"; ExposeHeadersWhen Always',  'accept-encoding',        'When Always'],
    ['Header set Vary "Accept-Encoding"; ExposeHeadersWhen Always; ExposeHeaders X-Two origin=https://other.example.com',
                                                                     'accept-encoding origin', 'When Always with an origin='],
    ['Header set Vary "Accept-Encoding"; ExposeHeadersWhen Always; ExposeHeaders X-Two origin=https://other.example.com; ExposeHeaders None X-One',
                                                                     'accept-encoding',        'When Always with an origin= that None forgets'],
    ['Header set Vary "Accept-Encoding"; ExposeHeadersWhen Always; ExposeHeaders X-Two origin=https://other.example.com; ExposeHeadersBackend Keep; '
        . 'Header set ACEH X-Own',
        'accept-encoding origin', 'When Always with an origin= that Keep leaves out: it may count for another answer'],
    ['Header set Vary "Accept-Encoding"; ExposeHeadersWhen Allowed', 'accept-encoding origin', 'When Allowed'],
    ['Header set Vary "Accept-Encoding"; ExposeHeadersWhen Off',     'accept-encoding',        'When Off'],
    ['ExposeHeaders -X-Two origin=https://other.example.com',        'origin',                 'a removal with an origin='],
);
my @alone = (
    ['ExposeHeadersNever X-Two',                                     '',                       'a policy that forbids alone'],
    ['ExposeHeaders -X-Two -X-*; Header set Vary "Accept-Encoding"', 'accept-encoding',        'a policy that removes alone'],
    ['ExposeHeadersWildcard Expand; ExposeHeadersBackend Keep; Header set Vary "Accept-Encoding"',
                                                                     'accept-encoding',        'settings alone'],
    ['ExposeHeaders None',                                           '',                       'None alone'],
    ['ExposeHeaders X-Two -X-Two',                                   'origin',                 'an edit that the next one takes back'],
    ['ExposeHeaders X-Two env=UNSET',                                'origin',                 'an edit whose condition does not hold'],
    ['ExposeHeadersNever X-Two; ExposeHeadersWhen Allowed',          'origin',                 'a policy that forbids, When Allowed'],
    ['ExposeHeadersNever X-Two; Header set ACEH "*"',
                                                                     'origin',  "a policy that forbids, and a wildcard of the response's own"],
    ['ExposeHeadersNever X-Two; Header set ACEH "*"; ExposeHeadersWhen Always',
                                                                     '',                       'the same When Always'],
    ['ExposeHeadersNever X-Two; Header set ACEH "*"; ExposeHeadersWhen Off',
                                                                     '',                       'the same When Off: it is written out for everybody'],
    ['ExposeHeadersNever X-Two; Header set ACEH "X-One, X-Two"',
                                                                     '',        "a policy that forbids, and a list of the response's own"],
);
my @table = (map({ [$_->[0] =~ s/\A/ExposeHeaders X-One; /r, @$_[1 .. $#$_]] } @beside_a_name), @alone);

# [lines; the document; how often the list that is written out names Vary with Origin and without; what it shows]
my @written_out = (
    ['ExposeHeaders * -Date',                           'file.txt', 1, 1, 'the Vary that the module adds'],
    ['ExposeHeaders * -Date; ExposeHeadersWhen Always', 'file.txt', 0, 0, 'no Vary, none in the list'],
    ['ExposeHeaders * -Date',                           'vary.cgi', 1, 1, 'a Vary on several lines'],
    ['ExposeHeaders * -Date; ExposeHeadersWhen Always', 'vary.cgi', 1, 1, "and so where it isn't the module's"],
);

# how else it is asked for
my @ways = (
    ['with Origin',    headers => [Origin => origin()]],
    ['another origin', headers => [Origin => 'https://other.example.com']],
    ['without Origin', headers => []],
    ['304',            headers => [Origin => origin(), 'If-None-Match' => '*']],
    ['304, without Origin', headers => ['If-None-Match' => '*']],
    ['HEAD',           headers => [Origin => origin()], method => 'HEAD'],
);

plan tests => 2 * @table * @ways + 2 * @written_out + 2;

my $places = containers(map { $_->[0] } @table, @written_out);
my $port = serve(<<"END", 'file.txt' => "text\n", 'vary.cgi' => <<'SCRIPT');
<Directory "\@ROOT\@">
    Options +ExecCGI
    AddHandler cgi-script .cgi
    FileETag MTime Size
</Directory>
Header always set Access-Control-Allow-Origin "https://app.example.com"
$places
END
#!/bin/sh
echo 'Content-Type: text/plain'
echo 'Vary: Accept-Encoding'
echo 'Vary: Cookie'
echo
SCRIPT

my $number = 0;
for my $case (@table) {
    my ($lines, $expected, $title, $document) = @$case;
    for my $way (@ways) {
        my ($how, %ask) = @$way;
        my $r = request("/$number/" . ($document // 'file.txt'), port => $port, %ask);
        is($r->status, ($document // '') eq 'missing' ? 404 : $how =~ /304/ ? 304 : 200, "$title ($lines), $how: the status");
        is("@{ $r->vary }", $expected, "$title ($lines), $how: Vary");
    }
    $number++;
}

# The list may name Vary: it comes after it.
for my $case (@written_out) {
    my ($lines, $document, $with, $without, $title) = @$case;
    for (['with Origin', $with, Origin => origin()], ['without Origin', $without]) {
        my ($how, $count, @headers) = @$_;
        my $r = request("/$number/$document", port => $port, headers => \@headers);
        is(scalar(grep { $_ eq 'vary' } @{ $r->names }), $count, "a written-out list: $title ($lines), $how");
    }
    $number++;
}

my @preflight = (Origin => origin(), 'Access-Control-Request-Method' => 'PUT');
is("@{ request('/1/file.txt', port => $port, method => 'OPTIONS', headers => [@preflight])->vary }", 'accept-encoding',
    'a preflight is left alone');
is("@{ request('/0/file.txt', port => $port, method => 'OPTIONS', headers => [@preflight])->vary }", '', 'and so without a Vary');
