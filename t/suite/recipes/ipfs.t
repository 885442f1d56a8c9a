# conf-examples/recipes/ipfs.conf, with what a gateway answers
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

my @own = ('Access-Control-Allow-Origin' => '*', 'Access-Control-Allow-Methods' => 'GET', 'Access-Control-Allow-Headers' => 'X-Own');
my @hello = (@own, 'X-Ipfs-Path' => '/ipfs/bafkqabtimvwgy3yk/', 'X-Ipfs-Roots' => 'bafkqabtimvwgy3yk', ETag => '"bafk"',
    'Access-Control-Expose-Headers' => 'X-Ipfs-Path, X-Ipfs-Roots');
my $backend = stand_in(
    'GET /ipfs/bafkqabtimvwgy3yk'     => [200, [@hello], 'hello'],
    'HEAD /ipfs/bafkqabtimvwgy3yk'    => [200, [@hello], ''],
    'OPTIONS /ipfs/bafkqabtimvwgy3yk' => [200, [@own], ''],
    'GET /ipfs/part'                  => [206, [@hello, 'Content-Range' => 'bytes 0-1/5'], 'he'],
    'GET /ipns/example.net'           => [200, [@hello, 'X-Chunked-Output' => 1, 'X-Stream-Output' => 1], 'hello'],
    'GET /ipfs/none'                  => [404, [@own, 'X-Ipfs-Path' => '/ipfs/none'], ''],
    'GET /api/v0/id'                  => [200, ['X-Ipfs-Path' => '/'], 'not for scripts'],
);
my $port = serve_recipe('ipfs', { IPFS_BACKEND => $backend });

try_cases($port,
    ['a file', 'GET /ipfs/bafkqabtimvwgy3yk', reads => 'X-Ipfs-Path X-Ipfs-Roots Content-Length', hides => 'ETag'],
    ['a HEAD', 'HEAD /ipfs/bafkqabtimvwgy3yk', reads => 'X-Ipfs-Path'],
    ['a part', 'GET /ipfs/part', status => 206, reads => 'Content-Range X-Ipfs-Path'],
    ['a name', 'GET /ipns/example.net', reads => 'X-Chunked-Output X-Stream-Output'],
    ['an address that nobody has', 'GET /ipfs/none', status => 404, reads => 'X-Ipfs-Path'],
);
try_preflights($port,
    (map { ["a $_", "$_ /ipfs/bafkqabtimvwgy3yk", [qw(Content-Type Range User-Agent X-Requested-With)]] } qw(GET HEAD OPTIONS)));

# Caches keep one copy for everybody.
my ($with, $without) = map { request('/ipfs/bafkqabtimvwgy3yk', port => $port, headers => $_) } [Origin => origin()], [];
for my $name (qw(Access-Control-Allow-Origin Access-Control-Allow-Methods Access-Control-Allow-Headers Access-Control-Expose-Headers)) {
    is_deeply [$without->lines($name)], [$with->lines($name)], "$name is the same without Origin";
    is scalar(my @lines = $with->lines($name)), 1, "$name comes once, whatever the gateway says of its own";
}
is $without->header('Vary'), undef, 'and there is no Vary';
is request('/api/v0/id', port => $port)->status, 404, "the gateway's other paths aren't there";
tried_all('ipfs');
done_testing;
