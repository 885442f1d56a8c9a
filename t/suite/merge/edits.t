# What edits in nested containers come to: removals and new additions, None, conditions, patterns, Never, the response's own list,
# and the spelling that comes out.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Nest;
use CorsExpose::Test;

# The response has these, spelled so, and httpd's own.
my @present = qw(X-A X-B X-Rate-Limit X-rate-RESET X-Internal-Id);
my @httpd   = qw(Date Server Vary);
my @all     = (@present, @httpd);

# [the containers' lines, outermost first ("ExposeHeaders" left out; undef: nothing there); the value that comes out, undef for
#  none, or a reference to the names in any order; the response's own list]
my @cases = (
    # containers add up; in the order of the edits
    [['X-A'],                                         'X-A'],
    [['X-A', 'X-B', 'X-C', 'X-D', 'X-E'],             'X-A, X-B, X-C, X-D, X-E'],
    [['X-A X-B', 'X-B X-A'],                          'X-A, X-B'],
    [["X-A\nExposeHeaders X-B", "X-C\nExposeHeaders X-D"], 'X-A, X-B, X-C, X-D'],
    [['X-A', undef, undef, 'X-B'],                    'X-A, X-B'],
    [[undef, undef, undef, undef, 'X-B'],             'X-B'],

    # the last edit that matches decides
    [['X-A', '-X-A'],                                 undef],
    [['X-A', '-x-a'],                                 undef],
    [['X-A', '-X-A', 'X-A'],                          'X-A'],
    [['X-A', '-X-A', 'X-A', '-X-A'],                  undef],
    [['X-A', '-X-A', 'X-A', '-X-A', '+X-A'],          'X-A'],
    [['-X-A', 'X-A'],                                 'X-A'],
    [['-X-A'],                                        undef],
    [['X-A X-B', '-X-A', 'X-A'],                      'X-B, X-A'],
    [['X-A -X-A', 'X-B'],                             'X-B'],
    [['X-A', undef, '-X-A'],                          undef],

    # None forgets all edits so far, in its own line, too
    [['X-A', 'None'],                                 undef],
    [['X-A', 'None X-B'],                             'X-B'],
    [['X-A', 'X-B None X-C'],                         'X-C'],
    [['X-A', 'None', 'X-A'],                          'X-A'],
    [['X-A', "X-B\nExposeHeaders None\nExposeHeaders X-C"], 'X-C'],
    [['*', 'None'],                                   undef],
    [['X-*', 'None'],                                 undef],
    [['* -X-A', 'None *'],                            '*'],
    [['-X-A', 'None X-A'],                            'X-A'],
    [['None', 'X-A'],                                 'X-A'],
    [['X-A', '+None'],                                'X-A, None'],

    # an edit whose condition fails is as if it weren't there, None too
    [['X-A env=UNSET', 'X-B'],                        'X-B'],
    [['X-A', '-X-A env=UNSET'],                       'X-A'],
    [['X-A', '-X-A env=!UNSET'],                      undef],
    [['X-A', 'None env=UNSET', 'X-B'],                'X-A, X-B'],
    [['X-A', 'None env=!UNSET', 'X-B'],               'X-B'],
    [['X-A', 'X-B None X-C env=UNSET', 'X-D'],        'X-A, X-D'],
    [['X-A', 'X-B None X-C env=!UNSET', 'X-D'],       'X-C, X-D'],
    [['*', '-X-A env=UNSET'],                         '*'],
    [['* env=UNSET'],                                 undef],
    [['* env=!UNSET'],                                '*'],
    [['x-a env=UNSET', 'X-A'],                        'X-A'],
    [['x-a env=!UNSET', 'X-A'],                       'x-a'],

    # patterns
    [['X-Rate-*'],                                    [qw(X-Rate-Limit X-rate-RESET)]],
    [['X-Rate-*', '-X-Rate-Limit'],                   'X-rate-RESET'],
    [['X-Rate-*', '-x-rate-*'],                       undef],
    [['X-Rate-*', '-X-*'],                            undef],
    [['X-Rate-*', '-*'],                              undef],
    [['X-Rate-*', '-*-Limit', '-*-Reset'],            undef],
    [['X-Rate-*', '-X-*', 'X-*-Limit'],               'X-Rate-Limit'],
    [['X-*', '-X-Rate-*'],                            [qw(X-A X-B X-Internal-Id)]],
    [['X-*', '-X-Rate-*', 'X-Rate-Limit'],            [qw(X-A X-B X-Internal-Id X-Rate-Limit)]],
    [['-X-Rate-Limit', 'X-Rate-*'],                   [qw(X-Rate-Limit X-rate-RESET)]],
    [['X-*', '-X-*', 'X-Rate-*'],                     [qw(X-Rate-Limit X-rate-RESET)]],
    [['X-Absent X-Rate-*'],                           [qw(X-Absent X-Rate-Limit X-rate-RESET)]],
    [['X-Absent', '-X-*'],                            undef],
    [['X-Absent', '-X-*', 'X-Rate-*'],                [qw(X-Rate-Limit X-rate-RESET)]],
    [['X-Absent', '-X-*', 'X-*'],                     \@present],
    [['X-Absent', '-X-*', 'X-Absent'],                'X-Absent'],
    [['X-Absent', '-X-*', '*'],                       '*'],

    # everything, and everything but
    [['*'],                                           '*'],
    [['X-A', '*'],                                    '*, X-A'],
    [['*', 'X-A'],                                    '*, X-A'],
    [['Authorization', '*'],                          '*, Authorization'],
    [['*', 'Authorization', '*'],                     '*, Authorization'],
    [['Authorization', '-A*', '*'],                   '*'],
    [['*', '-X-Internal-*'],                          [grep { !/Internal/ } @all]],
    [['*', '-X-Absent'],                              \@all],
    [['*', '-X-Absent', '*'],                         '*'],
    [['*', '-X-Internal-*', 'X-Internal-Id'],         \@all],
    [['*', '-X-A -X-B', 'X-B'],                       [grep { $_ ne 'X-A' } @all]],
    [['*', '-*'],                                     undef],
    [['*', '-*', 'X-A'],                              'X-A'],
    [['* Authorization', '-X-Absent'],                ['Authorization', @all]],
    [['* Authorization', '-Authorization'],           \@all],

    # Never: merging only adds, and nothing overrides it
    [['ExposeHeadersNever X-A', 'X-A X-B'],           'X-B'],
    [['X-A X-B', 'ExposeHeadersNever x-a'],           'X-B'],
    [['ExposeHeadersNever X-A', 'None X-A'],          undef],
    [['ExposeHeadersNever X-A', 'None', 'X-A X-B'],   'X-B'],
    [['ExposeHeadersNever X-A', 'ExposeHeadersNever X-B', 'X-A X-B X-C'], 'X-C'],
    [['ExposeHeadersNever X-A', 'ExposeHeadersNever X-B', undef, 'X-A X-B X-C'], 'X-C'],
    [['ExposeHeadersNever X-A', undef, undef, 'ExposeHeadersNever Set-Cookie', 'X-A X-C'], 'X-C'],
    [["ExposeHeadersNever X-A\nExposeHeadersNever X-B", 'X-A X-B X-C'], 'X-C'],
    [['ExposeHeadersNever X-I*', 'X-A X-Internal-Id'], 'X-A'],
    [['ExposeHeadersNever X-I*', 'X-*'],              [grep { !/Internal/ } @present]],
    [['ExposeHeadersNever X-Internal-Id', '*'],       [grep { !/Internal/ } @all]],
    [['*', undef, undef, 'ExposeHeadersNever X-Absent'], \@all],
    [['*', 'ExposeHeadersNever Set-Cookie'],          '*'],
    [['*', 'ExposeHeadersNever Set-*'],               \@all],
    [['ExposeHeadersNever *', '*', 'X-A'],            undef],
    [['ExposeHeadersNever Authorization', '* Authorization'], \@all],
    [['ExposeHeadersNever N*', 'X-A', '+None'],       'X-A'],
    [['ExposeHeadersNever X-A', '-X-A', 'X-A'],       undef],

    # the response's own list comes before all edits
    [['X-B'],                                         [qw(x-own X-Other X-B)], 'x-own, X-Other'],
    [['-X-Own'],                                      'X-Other', 'x-own, X-Other'],
    [['-X-O*'],                                       undef,     'x-own, X-Other'],
    [['-*'],                                          undef,     'x-own, X-Other'],
    [['None'],                                        undef,     'x-own, X-Other'],
    [['None env=UNSET'],                              'x-own, X-Other', 'x-own, X-Other'],
    [['X-A', 'None X-B'],                             'X-B',     'x-own, X-Other'],
    [['-X-Own', 'X-Own'],                             [qw(X-Other X-Own)], 'x-own, X-Other'],
    [['ExposeHeadersNever X-Own'],                    'X-Other', 'x-own, X-Other'],
    [['ExposeHeadersNever X-O*', 'X-A'],              'X-A',     'x-own, X-Other'],
    [['ExposeHeadersNever X-Own', 'ExposeHeadersBackend Keep', 'X-A'], 'X-Other', 'x-own, X-Other'],
    [['ExposeHeadersNever X-Internal-*'],             [grep { !/Internal/ } @all], '*'],
    [['-X-Internal-*'],                               [grep { !/Internal/ } @all], '*'],
    [['X-A'],                                         '*, X-A',  '*'],
    [['None'],                                        undef,     '*'],
    [['ExposeHeadersBackend Replace', 'X-A'],         'X-A',     '*'],

    # the spelling: the configuration's first that is still in force, else the response's own list's; for a pattern the header's
    [['x-a', 'X-A'],                                  'x-a'],
    [['x-A', 'X-a', 'X-A'],                           'x-A'],
    [['x-a X-A'],                                     'x-a'],
    [['x-a', '-X-A', 'X-A'],                          'X-A'],
    [['x-a', '-X-A x-A', 'X-A'],                      'x-A'],
    [['x-a', 'None', 'X-A'],                          'X-A'],
    [['x-a', '-x-*', 'X-A'],                          'X-A'],
    [['x-a', '-*', 'X-A'],                            'X-A'],
    [['X-OWN'],                                       'X-OWN',   'x-own'],
    [['X-A', 'X-OWN', 'x-oWn'],                       [qw(X-A X-OWN)], 'x-own'],
    [['X-A'],                                         [qw(x-own X-A)], 'x-own, X-OWN'],
    [['X-RATE-*'],                                    [qw(X-Rate-Limit X-rate-RESET)]],
    [['X-RATE-LIMIT X-Rate-*'],                       [qw(X-RATE-LIMIT X-rate-RESET)]],
    [['X-Rate-*', 'X-RATE-LIMIT'],                    [qw(X-RATE-LIMIT X-rate-RESET)]],
    [['X-RATE-LIMIT', '-X-Rate-Limit', 'X-Rate-*'],   [qw(X-Rate-Limit X-rate-RESET)]],
);

plan tests => 2 * @cases;

# The containers that the lines are put in. A .htaccess file may not say Never: its <Directory> says it then.
my @chain  = chain('files');
my %place  = map { $chain[$_] => $_ } 0 .. $#chain;
my @levels = ('the virtual host', '<Directory> of the root', '.htaccess two below', '<Location> deep', '<If>');

my ($vhosts, %files) = ('');
for my $i (0 .. $#cases) {
    my ($lines, undef, $own) = @{ $cases[$i] };
    my @lines;
    for my $level (0 .. $#$lines) {
        my $line = $lines->[$level] // next;
        my $level = $line =~ /Never/ ? $levels[$level] =~ s/\.htaccess/<Directory>/r : $levels[$level];
        $lines[$place{$level}] = $line =~ /^ExposeHeaders/ ? $line : "ExposeHeaders $line";
    }
    my ($vhost, undef, $files) = vhost('files', "case$i.test", \@lines,
        defined $own ? "Header set Access-Control-Expose-Headers \"$own\"" : undef);
    $vhosts .= $vhost;
    @files{ keys %$files } = values %$files;
}
my $headers = join '', map { "Header set $_ 1\n" } @present;
my $port = serve(<<"END", %files);
$headers
Header unset Accept-Ranges
FileETag None
<Directory "\@ROOT\@">
    AllowOverride FileInfo
</Directory>
$vhosts
END

for my $i (0 .. $#cases) {
    my ($lines, $expected, $own) = @{ $cases[$i] };
    my $title    = join(' | ', map { defined ? s/\n/; /r : '' } @$lines) . (defined $own ? " over a response's own '$own'" : '');
    my $response = request('/a/b/page.html', port => $port, host => "case$i.test", headers => [Origin => origin()]);
    my $aceh     = $response->aceh;
    is $response->status, 200, "$title: there is a page";
    if (ref $expected) {
        is_deeply [sort split /, /, $aceh // ''], [sort @$expected], $title;
    }
    else {
        is $aceh, $expected, $title;
    }
}
