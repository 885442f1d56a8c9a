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

__END__
# mod_headers: /neighbours/headers/<how the list of its own is made>/

AliasMatch "^/neighbours/headers/\w+/(.+)" "@DocumentRoot@/neighbours/files/$1"
<Location "/neighbours/headers/">
    ExposeHeaders X-Ours *
    Header set X-Plain 1
    Header always set X-Always 1
    Header set Set-Cookie a=b
</Location>
<Location "/neighbours/headers/set/">
    Header set Access-Control-Expose-Headers X-Own
</Location>
<Location "/neighbours/headers/always/">
    Header always set Access-Control-Expose-Headers X-Own
</Location>
<Location "/neighbours/headers/both/">
    Header set Access-Control-Expose-Headers X-Own
    Header always set Access-Control-Expose-Headers X-Too
</Location>
<Location "/neighbours/headers/add/">
    Header add Access-Control-Expose-Headers X-Own
    Header add Access-Control-Expose-Headers X-Too
</Location>
<Location "/neighbours/headers/unset/">
    Header set Access-Control-Expose-Headers X-Own
    Header unset Access-Control-Expose-Headers
    Header unset X-Plain
</Location>
<Location "/neighbours/headers/edit/">
    Header set Access-Control-Expose-Headers X-Own
    Header edit Access-Control-Expose-Headers Own Edited
</Location>
<Location "/neighbours/headers/echo/">
    Header echo ^X-Sent
</Location>
# "early" comes before the containers are walked
<VirtualHost neighbours_early>
    Header set Access-Control-Expose-Headers X-Own early
    Header set X-Early 1 early
    <Location "/neighbours/files/">
        ExposeHeaders X-Ours *
    </Location>
</VirtualHost>
