# mod_headers, in each of its ways: what it sets counts as the response's, in either table; what it takes away is gone.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my @cases = (
    # container, names in the response's own list, names in the response
    ['none',   [],                  [qw(X-Plain X-Always)]],
    ['set',    ['X-Own'],           [qw(X-Plain X-Always)]],
    ['always', ['X-Own'],           [qw(X-Plain X-Always)]],
    ['both',   [qw(X-Own X-Too)],   [qw(X-Plain X-Always)]],
    ['add',    [qw(X-Own X-Too)],   [qw(X-Plain X-Always)]],
    ['unset',  [],                  ['X-Always']],
    ['edit',   ['X-Edited'],        [qw(X-Plain X-Always)]],
    ['echo',   [],                  [qw(X-Plain X-Always X-Sent)]],
);

plan tests => 4 * @cases + 3;
for my $case (@cases) {
    my ($container, $own, $present) = @$case;
    my $path = "/neighbours/headers/$container/long.txt";
    my @sent = ('X-Sent' => 1);
    my $written = request($path, headers => [@{ cookie() }, @sent]);
    check($written, ['PRESENT', 'X-Ours', @$own], "$container: written out");
    my %listed = map { $_ => 1 } @{ $written->names };
    is_deeply([grep { $listed{ lc $_ } } qw(X-Plain X-Always X-Sent)], $present, "$container: what mod_headers set is among them");
    check(request($path, headers => [@{ anonymous() }, @sent]), ['*', 'X-Ours', @$own], "$container: a wildcard");
    my $error = request("/neighbours/headers/$container/not-there", headers => [@{ cookie() }, @sent]);
    my @always = $container =~ /^(?:always|both)$/ ? $own->[-1] : ();
    check($error, ['PRESENT', 'X-Ours', @always], "$container: an error, which has but what was set always");
}

my %early = (port => 'neighbours_early');
my $response = request('/neighbours/files/long.txt', headers => cookie(), %early);
is($response->header('X-Early'), 1, 'early headers are there');
check($response, ['PRESENT', 'X-Ours', 'X-Own'], 'early: written out');
check(request('/neighbours/files/long.txt', headers => anonymous(), %early), '*, X-Ours, X-Own', 'early: a wildcard');
