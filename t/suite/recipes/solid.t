# conf-examples/recipes/solid.conf, with what a Solid server answers
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

my @ldp = (Link => '<http://www.w3.org/ns/ldp#Resource>; rel="type"', 'WAC-Allow' => 'user="read write",public="read"',
    ETag => '"1"', 'Accept-Patch' => 'text/n3',
    'Accept-Post' => '*/*', 'Accept-Put' => '*/*', Allow => 'GET, PUT', 'MS-Author-Via' => 'SPARQL',
        'Updates-Via' => 'wss://pod.example.com/',
    Vary => 'Accept, Authorization', 'X-Of-The-Server' => 1, 'X-Powered-By' => 'Solid', 'Access-Control-Allow-Origin' => '*',
        'Access-Control-Allow-Credentials' => 'true');
my $all = 'Link WAC-Allow ETag Accept-Patch Accept-Post Accept-Put Allow MS-Author-Via Updates-Via Vary X-Of-The-Server Date';
my $backend = stand_in(
    'GET /card'     => [200, [@ldp, 'Access-Control-Expose-Headers' => '*'], 'turtle'],
    'HEAD /card'    => [200, [@ldp]],
    'OPTIONS /card' => [204, [@ldp]],
    'GET /part'     => [206, [@ldp, 'Content-Range' => 'bytes 0-1/6'], 'tu'],
    'POST /inbox/'  => [201, [@ldp, Location => '/inbox/1'], ''],
    'PATCH /card'   => [412, [@ldp], ''],
    'GET /private'  => [401, [@ldp, 'WWW-Authenticate' => 'DPoP algs="ES256"', 'DPoP-Nonce' => 'n'], ''],
    'GET /none'     => [404, [@ldp], ''],
    'GET /same'     => [304, [ETag => '"1"', Vary => 'Accept']],
);
my $port = serve_recipe('solid', { SOLID_BACKEND => $backend });
my @dpop = (headers => [Authorization => 'DPoP x']);

try_cases($port,
    (map { my ($how, @how) = @$_; map { ["$_->[0], $how", $_->[1], @how, hides => 'X-Powered-By Server', @{$_}[2 .. $#$_]] }
        ['a document', 'GET /card', reads => $all],
        ['a HEAD', 'HEAD /card', reads => $all],
        ['what it can do', 'OPTIONS /card', status => 204, reads => $all],
        ['a part of it', 'GET /part', status => 206, reads => "$all Content-Range"],
        ['a new message', 'POST /inbox/', status => 201, body => 'x', reads => "$all Location"],
        ['a document that has changed', 'PATCH /card', status => 412, body => 'x', reads => $all],
        ['a login is asked for', 'GET /private', status => 401, reads => "$all WWW-Authenticate DPoP-Nonce"],
        ['what is not there', 'GET /none', status => 404, reads => $all] }
        ['anonymous'], ['with a token', @dpop], ['with cookies', mode => 'include', headers => [Cookie => 'a=b']]),
);
# A 304 has few of the headers: a list of those would take the place of the better one that the browser has stored.
my $same = request('/same', port => $port, headers => [Origin => origin(), 'If-None-Match' => '"1"']);
is $same->status, 304, 'nothing new: the status';
is $same->aceh, undef, "nothing new: the list that the browser has stored stands";

for my $headers ([], $dpop[1]) {
    my $names = request('/card', port => $port, headers => [Origin => origin(), @$headers])->names;
    is join(' ', grep { /\*/ } @$names), '', 'no "*" is sent: the specification wants names' . (@$headers ? ', with a token' : '');
}
my $open = serve_recipe('solid', { SOLID_BACKEND => $backend }, <<'END');
<Location "/card">
    Header always unset Access-Control-Allow-Credentials
    ExposeHeaders None *
</Location>
END
my $list = request('/card', port => $open, headers => [Origin => origin()])->names;
ok scalar @$list, 'without the removals, and without credentials';
is join(' ', grep { /\*/ } @$list), '', 'no "*" is sent either';
my @with = (mode => 'include', list => 'Accept-Patch, Accept-Post, Accept-Put, Allow, ETag, Link, WAC-Allow');
try_preflights($port,
    (map { ["a $_", "$_ /card", [qw(Accept Authorization DPoP Content-Type Range If-Match If-None-Match If-Unmodified-Since)], @with] }
        qw(GET HEAD OPTIONS PUT PATCH)),
    ['a new message', 'POST /inbox/', [qw(Slug Link Content-Type)], @with],
    ['a header that nobody has heard of', 'POST /inbox/', ['X-Custom'], @with],
    ['a request without any header', 'GET /card', [], @with],
    ['another application', 'DELETE /card', [qw(Authorization DPoP)], @with, origin => 'https://other.example.org'],
);
is request('/card', port => $port)->header('X-Internal-Asked'), "GET /card 127.0.0.1:$port http",
    'the server learns what the client calls it';
tried_all('solid');
done_testing;
