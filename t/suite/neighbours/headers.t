# mod_headers, in each of its ways: what it sets counts as the response's, in either table; what it takes away is gone.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my @cases = (
    # what mod_headers is told, names in the response's own list, names in the response
    ['',                                                         [],                [qw(X-Plain X-Always)]],
    ['Header set ACEH X-Own',                                    ['X-Own'],         [qw(X-Plain X-Always)]],
    ['Header always set ACEH X-Own',                             ['X-Own'],         [qw(X-Plain X-Always)]],
    ['Header set ACEH X-Own; Header always set ACEH X-Too',      [qw(X-Own X-Too)], [qw(X-Plain X-Always)]],
    ['Header add ACEH X-Own; Header add ACEH X-Too',             [qw(X-Own X-Too)], [qw(X-Plain X-Always)]],
    ['Header set ACEH X-Own; Header unset ACEH; Header unset X-Plain', [],          ['X-Always']],
    ['Header set ACEH X-Own; Header edit ACEH Own Edited',       ['X-Edited'],      [qw(X-Plain X-Always)]],
    ['Header echo ^X-Sent',                                      [],                [qw(X-Plain X-Always X-Sent)]],
);

plan tests => 4 * @cases + 3;
my $port = serve(<<"END");
<Location "/">
    ExposeHeaders X-Ours *
    Header set X-Plain 1
    Header always set X-Always 1
    Header set Set-Cookie a=b
</Location>
@{[containers(map { $_->[0] } @cases)]}
END
for my $i (0 .. $#cases) {
    my ($lines, $own, $present) = @{ $cases[$i] };
    my @sent = ('X-Sent' => 1);
    my $written = request("/$i/page.html", port => $port, headers => [@{ cookie() }, @sent]);
    check($written, ['PRESENT', 'X-Ours', @$own], "$lines: written out");
    my %listed = map { $_ => 1 } @{ $written->names };
    is_deeply([grep { $listed{ lc $_ } } qw(X-Plain X-Always X-Sent)], $present, "$lines: what mod_headers set is among them");
    check(request("/$i/page.html", port => $port, headers => [@{ anonymous() }, @sent]), ['*', 'X-Ours', @$own], "$lines: a wildcard");
    my $error = request("/$i/not-there", port => $port, headers => [@{ cookie() }, @sent]);
    my @always = $lines =~ /always/ ? $own->[-1] : ();
    check($error, ['PRESENT', 'X-Ours', @always], "$lines: an error, which has but what was set always");
}

# "early" comes before the containers are walked
my %early = (port => serve(<<'END'));
Header set Access-Control-Expose-Headers X-Own early
Header set X-Early 1 early
<Location "/">
    ExposeHeaders X-Ours *
</Location>
END
my $response = request('/page.html', headers => cookie(), %early);
is($response->header('X-Early'), 1, 'early headers are there');
check($response, ['PRESENT', 'X-Ours', 'X-Own'], 'early: written out');
check(request('/page.html', headers => anonymous(), %early), '*, X-Ours, X-Own', 'early: a wildcard');
