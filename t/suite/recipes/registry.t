# conf-examples/recipes/registry.conf, with what a registry answers
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

my @v2 = ('Docker-Distribution-Api-Version' => 'registry/2.0');
my $digest = 'sha256:' . '0' x 64;
my $backend = stand_in(
    'GET /v2/'                      => [401, [@v2,
        'WWW-Authenticate' => 'Bearer realm="https://auth.example.com/token",service="registry"'], '{}'],
    'GET /v2/app/tags/list?n=2'     => [200, [@v2, Link => '</v2/app/tags/list?last=b&n=2>; rel="next"'], '{}'],
    # a registry whose own configuration sets headers
    'HEAD /v2/app/manifests/latest' => [200, [@v2, 'Docker-Content-Digest' => $digest, ETag => qq("$digest"),
        'Access-Control-Allow-Origin' => '*',
        'Access-Control-Expose-Headers' => 'Docker-Content-Digest']],
    'GET /v2/app/manifests/latest'  => [200, [@v2, 'Docker-Content-Digest' => $digest, Warning => '299 - "deprecated"'], '{}'],
    'PUT /v2/app/manifests/1'       => [201, [@v2, Location => '/v2/app/manifests/1', 'Docker-Content-Digest' => $digest,
        'OCI-Subject' => $digest,
        'OCI-Tag' => '1'], ''],
    'POST /v2/app/blobs/uploads/'   => [202, [@v2, Location => '/v2/app/blobs/uploads/u1', Range => '0-0',
        'Docker-Upload-UUID' => 'u1',
        'OCI-Chunk-Min-Length' => 5], ''],
    'PATCH /v2/app/blobs/uploads/u1' => [202, [@v2, Location => '/v2/app/blobs/uploads/u1', Range => '0-9',
        'Docker-Upload-UUID' => 'u1'], ''],
    'PATCH /v2/app/blobs/uploads/u2' => [416, [@v2, Location => '/v2/app/blobs/uploads/u2', Range => '0-4'], ''],
    'GET /v2/app/blobs/uploads/u1'  => [204, [@v2, Location => '/v2/app/blobs/uploads/u1', Range => '0-9']],
    'GET /v2/app/blobs/b'           => [206, [@v2, 'Content-Range' => 'bytes 0-1/9', 'Accept-Ranges' => 'bytes',
        'Docker-Content-Digest' => $digest], 'ab'],
    'DELETE /v2/app/manifests/x'    => [202, [@v2, 'Docker-Content-Digest' => $digest], ''],
    'GET /v2/app/referrers/x'       => [200, ['OCI-Filters-Applied' => 'artifactType', Link => '<x>; rel="next"',
        'OCI-Namespace' => 'docker.io'], '{}'],
    'GET /v2/app/manifests/none'    => [404, [@v2], '{}'],
    'GET /v2/app/manifests/many'    => [429, ['Retry-After' => 60], '{}'],
);
my $port = serve_recipe('registry', { REGISTRY_BACKEND => $backend });
my @from = (origin => 'https://ui.example.com', mode => 'include');
my @login = (@from, headers => [Authorization => 'Basic bWU6MQ==']);

try_cases($port,
    ['a login is asked for', 'GET /v2/', @from, status => 401, reads => 'WWW-Authenticate Docker-Distribution-Api-Version'],
    ['the first tags', 'GET /v2/app/tags/list?n=2', @login, reads => 'Link'],
    ["a tag's digest", 'HEAD /v2/app/manifests/latest', @login, reads => 'Docker-Content-Digest ETag'],
    ['a manifest', 'GET /v2/app/manifests/latest', @login, reads => 'Docker-Content-Digest Warning'],
    ['a new manifest', 'PUT /v2/app/manifests/1', @login, body => '{}', status => 201,
        reads => 'Location Docker-Content-Digest OCI-Subject OCI-Tag'],
    ['an upload begins', 'POST /v2/app/blobs/uploads/', @login, status => 202,
        reads => 'Location Range Docker-Upload-UUID OCI-Chunk-Min-Length'],
    ['it goes on', 'PATCH /v2/app/blobs/uploads/u1', @login, body => 'x' x 10, status => 202,
        reads => 'Location Range Docker-Upload-UUID'],
    ['at the wrong place', 'PATCH /v2/app/blobs/uploads/u2', @login, body => 'x', status => 416, reads => 'Location Range'],
    ['how far it is', 'GET /v2/app/blobs/uploads/u1', @login, status => 204, reads => 'Location Range'],
    ['a part of a blob', 'GET /v2/app/blobs/b', @login, status => 206,
        reads => 'Content-Range Accept-Ranges Docker-Content-Digest'],
    ['an image goes', 'DELETE /v2/app/manifests/x', @login, status => 202, reads => 'Docker-Content-Digest'],
    ['what refers to it', 'GET /v2/app/referrers/x', @login, reads => 'OCI-Filters-Applied Link OCI-Namespace'],
    ['a manifest that is not there', 'GET /v2/app/manifests/none', @login, status => 404,
        reads => 'Docker-Distribution-Api-Version'],
    ['too many', 'GET /v2/app/manifests/many', @login, status => 429, reads => 'Retry-After'],
    ['another origin', 'GET /v2/app/manifests/latest', origin => 'https://example.org', hides => 'Docker-Content-Digest'],
);
try_preflights($port,
    ["a tag's digest", 'HEAD /v2/app/manifests/latest', [qw(Authorization Accept Cache-Control If-None-Match)], @from],
    ['a part of a blob', 'GET /v2/app/blobs/b', [qw(Authorization Range)], @from],
    ['an upload begins', 'POST /v2/app/blobs/uploads/', ['Authorization'], @from],
    ['a new manifest', 'PUT /v2/app/manifests/1', [qw(Authorization Content-Type)], @from],
['an upload', 'PATCH /v2/app/blobs/uploads/u1', [qw(Authorization Content-Type Content-Range)], @from],
    ['a deletion', 'DELETE /v2/app/manifests/x', ['Authorization'], @from],
);
is request('/v2/', port => $port)->header('X-Internal-Asked'), "GET /v2/ 127.0.0.1:$port http",
    'the registry learns what the client calls it';
tried_all('registry');
done_testing;
