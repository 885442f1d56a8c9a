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
