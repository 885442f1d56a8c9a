# HTTP/1.1 on a connection that stays open, one request after the other and all at once: no response knows of another.
use strict;
use warnings;
use IO::Socket::INET;
use Test::More;
use CorsExpose::Protocols;
use CorsExpose::Test;

# every case follows every other: each once forwards and once backwards
my @cases = (cases(), reverse cases());
plan tests => 3 * tests_of(@cases);

for my $case (@cases) {
    my $response = request($case->{path}, method => $case->{method}, headers => $case->{headers});
    try_response($response, $case, 'a connection of its own');
}

my $open = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die "connect: $!\n";
for my $case (@cases) {
    print {$open} ask($case, '1.1');
    try_response(answer($open, $case), $case, 'kept open');
}

my $pipelined = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die "connect: $!\n";
print {$pipelined} map { ask($_, '1.1') } @cases;
try_response(answer($pipelined, $_), $_, 'pipelined') for @cases;
