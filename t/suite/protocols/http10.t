# HTTP/1.0, on connections that close and on one that stays open.
use strict;
use warnings;
use IO::Socket::INET;
use Test::More;
use CorsExpose::Protocols;
use CorsExpose::Test;

my @cases = cases();
plan tests => 2 * tests_of(@cases);
for my $case (@cases) {
    my $response = request($case->{path}, version => '1.0', method => $case->{method}, headers => $case->{headers});
    try_response($response, $case, 'HTTP/1.0');
}

my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => port()) or die "connect: $!\n";
for my $case (@cases) {
    print {$socket} ask($case, '1.0', Connection => 'keep-alive');
    try_response(answer($socket, $case), $case, 'HTTP/1.0, kept open');
}
