# Origin is merged into Vary, once, with and without Origin, and what stands there is kept.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

# path, Vary's members, what it shows
my @table = (
    ['none/file.txt',             'origin',                        'nothing there'],
    ['something/file.txt',        'accept-encoding origin',        'something there'],
    ['something-always/file.txt', 'accept-encoding origin',        'something in the other table'],
    ['origin/file.txt',           'origin',                        'Origin there'],
    ['origin-always/file.txt',    'origin',                        'Origin in the other table'],
    ['other-case/file.txt',       'accept-encoding origin',        'Origin in another case'],
    ['no-spaces/file.txt',        'accept-encoding cookie origin', 'Origin without spaces around'],
    ['star/file.txt',             '*',                             '* stays as it is'],
    ['star-always/file.txt',      '*',                             '* in the other table'],
    ['star-among/file.txt',       '* accept-encoding',             '* among others'],
    ['star-on-the-second/file.txt', '* accept-encoding',           '* on the second line'],
    ['two-lines/file.txt',        'accept-encoding cookie origin', 'two lines'],
    ['origin-on-the-second/file.txt', 'accept-encoding origin',    'Origin on the second line'],
    ['both-tables/file.txt',      'accept-encoding cookie origin', 'lines in both tables'],
    ['origin-in-the-second-table/file.txt', 'accept-encoding origin', 'Origin in the other of both tables'],
    ['lookalikes/file.txt',       'origin origin-agent-cluster x-origin', 'names that look like Origin'],
    ['empty/file.txt',            'origin',                        'an empty line'],
    ['none/vary.cgi',             'accept-encoding cookie origin', "a script's"],
    ['something/vary.cgi',        'accept-encoding cookie origin', "a script's, and something there"],
    ['proxied/one/file.txt',      'accept-language origin',        "a backend's"],
    ['proxied/two/file.txt',      'accept-language origin user-agent', "a backend's two lines"],
    ['something-always/missing',  'accept-encoding origin',        'an error'],
    ['always/file.txt',           'accept-encoding',               'When Always'],
    ['always-condition/file.txt', 'accept-encoding origin',        'When Always with an origin='],
    ['always-forgotten/file.txt', 'accept-encoding',               'When Always with an origin= that None forgets'],
    ['always-keep/file.txt',      'accept-encoding origin',        'When Always with an origin= that Keep leaves out: it may count for another answer'],
    ['allowed/file.txt',          'accept-encoding origin',        'When Allowed'],
    ['off/file.txt',              'accept-encoding',               'When Off'],
    ['never-alone/file.txt',      '',                              'a policy that forbids alone'],
    ['removal/file.txt',          'accept-encoding',               'a policy that removes alone'],
    ['settings/file.txt',         'accept-encoding',               'settings alone'],
    ['none-alone/file.txt',       '',                              'None alone'],
    ['taken-back/file.txt',       'origin',                        'an edit that the next one takes back'],
    ['unheld/file.txt',           'origin',                        'an edit whose condition does not hold'],
    ['removal-origin/file.txt',   'origin',                        'a removal with an origin='],
    ['never-allowed/file.txt',    'origin',                        'a policy that forbids, When Allowed'],
    ['never-star/file.txt',       'origin',                        "a policy that forbids, and a wildcard of the response's own"],
    ['never-star-always/file.txt', '',                             'the same When Always'],
    ['never-star-off/file.txt',   '',                              'the same When Off: it is written out for everybody'],
    ['never-list/file.txt',       '',                              "a policy that forbids, and a list of the response's own"],
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

plan tests => 2 * @table * @ways + 8;

for my $case (@table) {
    my ($path, $expected, $title) = @$case;
    for my $way (@ways) {
        my ($how, %ask) = @$way;
        my $r = request("/vary/$path", %ask);
        is($r->status, $path =~ /missing/ ? 404 : $how =~ /304/ ? 304 : 200, "$title ($path), $how: the status");
        is("@{ $r->vary }", $expected, "$title ($path), $how: Vary");
    }
}

my @preflight = (Origin => origin(), 'Access-Control-Request-Method' => 'PUT');
is("@{ request('/vary/something/file.txt', method => 'OPTIONS', headers => [@preflight])->vary }", 'accept-encoding',
    'a preflight is left alone');
is("@{ request('/vary/none/file.txt', method => 'OPTIONS', headers => [@preflight])->vary }", '', 'and so without a Vary');

# The list may name Vary: it comes after it.
for my $case (
    ['everything/file.txt',        [Origin => origin()], 1, 'with the Vary that the module adds'],
    ['everything/file.txt',        [],                   1, 'the same without Origin'],
    ['everything-always/file.txt', [Origin => origin()], 0, 'no Vary, none in the list'],
    ['everything-always/file.txt', [],                   0, 'the same without Origin'],
) {
    my ($path, $headers, $expected, $title) = @$case;
    my $r = request("/vary/$path", headers => $headers);
    is(scalar(grep { $_ eq 'vary' } @{ $r->names }), $expected, "a written-out list: $title ($path)");
}
is_deeply([grep { /vary/ } @{ request('/vary/everything/vary.cgi', headers => [Origin => origin()])->names }], ['vary'],
    'a Vary on several lines is named once');
is_deeply([grep { /vary/ } @{ request('/vary/everything-always/vary.cgi', headers => [Origin => origin()])->names }], ['vary'],
    "and so where it isn't the module's");
