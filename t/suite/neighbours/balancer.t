# mod_proxy_balancer over two backends with lists of their own, and a third one that is dead: a response's list is about the
# member that made it.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my $rounds = 6;
plan tests => 3 * 2 * $rounds + 1 + 2;
my %answers;
for my $variant (qw(plain own)) {
    for my $round (1 .. $rounds) {
        my $response = request("/neighbours/balancer/$variant", headers => anonymous());
        is($response->status, 200, "$variant, request $round: a living member answers");
        my @members = map { /^(X-Member-\d):/m } split /\r\n/, $response->all;
        is(@members, 1, "$variant, request $round: one of them");
        check($response, ['X-RateLimit-Limit', 'X-From-Proxy-Container', @members, $variant eq 'own' ? qw(X-Own X-Internal-Key) : ()],
            "$variant, request $round: its list");
        $answers{"@members"}++;
    }
}
is_deeply([sort keys %answers], [qw(X-Member-1 X-Member-2)], 'both had their turn');

my $dead = request('/neighbours/dead/plain', headers => anonymous());
is($dead->status, 503, 'no member is alive');
check($dead, ['X-From-Proxy-Container'], 'the list of the error');

__END__
<VirtualHost neighbours_member1>
    AliasMatch "^/(\w+)$" "@DocumentRoot@/neighbours/variants/$1.asis"
    Header set X-Member-1 here
    Header merge Access-Control-Expose-Headers X-Member-1
</VirtualHost>
<VirtualHost neighbours_member2>
    AliasMatch "^/(\w+)$" "@DocumentRoot@/neighbours/variants/$1.asis"
    Header set X-Member-2 here
    Header merge Access-Control-Expose-Headers X-Member-2
</VirtualHost>

# Nobody listens on port 1: a request that is first sent there is then sent to one of the others.
<Proxy "balancer://neighbours">
    BalancerMember "http://127.0.0.1:@neighbours_member1_port@"
    BalancerMember "http://127.0.0.1:@neighbours_member2_port@"
    BalancerMember "http://127.0.0.1:1" retry=1ms
    ExposeHeaders X-From-Proxy-Container
    Header set X-From-Proxy-Container 1
</Proxy>
<Proxy "balancer://neighbours-dead">
    BalancerMember "http://127.0.0.1:1" retry=1ms
    ExposeHeaders X-From-Proxy-Container
</Proxy>
ProxyPass "/neighbours/balancer/" "balancer://neighbours/"
ProxyPass "/neighbours/dead/" "balancer://neighbours-dead/"
<LocationMatch "^/neighbours/(balancer|dead)/">
    ExposeHeaders X-RateLimit-*
</LocationMatch>
