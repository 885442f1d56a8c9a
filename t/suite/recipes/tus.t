# conf-examples/recipes/tus.conf, with what a tus server answers and what the IETF's draft says
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use Recipe;
use Test::More;

my @tus = ('Tus-Resumable' => '1.0.0');
my $backend = stand_in(
    # a server with a list of its own, and one that refuses everybody else's scripts
    'POST /files/'     => [201, [@tus, Location => '/files/1', 'Upload-Expires' => 'Wed, 25 Nov 2026 20:00:00 GMT',
        'Access-Control-Allow-Origin' => 'https://elsewhere.example',
            'Access-Control-Expose-Headers' => 'Location, Tus-Resumable, X-Of-Its-Own',
        'X-Of-Its-Own' => 1]],
    'HEAD /files/1'    => [200, [@tus, 'Upload-Offset' => 70, 'Upload-Length' => 100, 'Upload-Metadata' => 'name dA==',
        'Cache-Control' => 'no-store']],
    'HEAD /files/2'    => [200, [@tus, 'Upload-Offset' => 0, 'Upload-Defer-Length' => 1, 'Upload-Concat' => 'partial']],
    'PATCH /files/1'   => [204, [@tus, 'Upload-Offset' => 100]],
    'PATCH /files/2'   => [409, [@tus, 'Upload-Offset' => 7], 'conflict'],
    'PATCH /files/3'   => [460, [@tus], 'checksum mismatch'],
    'POST /files/old'  => [412, ['Tus-Version' => '1.0.0'], 'precondition failed'],
    'POST /files/big'  => [413, [@tus, 'Tus-Max-Size' => 1000, 'Upload-Limit' => 'max-size=1000'], 'too large'],
    'POST /files/many' => [429, ['Retry-After' => 3], 'later'],
    'OPTIONS /files/'  => [204, [@tus, 'Tus-Version' => '1.0.0', 'Tus-Extension' => 'creation,checksum', 'Tus-Max-Size' => 1000,
        'Tus-Checksum-Algorithm' => 'sha1', 'Upload-Limit' => 'max-size=1000']],
    'DELETE /files/1'  => [204, [@tus]],
    # the draft
    'POST /files/ietf' => [201, [Location => '/files/4', 'Upload-Complete' => '?0', 'Upload-Offset' => 10,
        'Upload-Limit' => 'max-age=60',
        'Upload-Draft-Interop-Version' => 6]],
    'HEAD /files/4'    => [204, ['Upload-Complete' => '?0', 'Upload-Offset' => 10, 'Upload-Length' => 100,
        'Repr-Digest' => 'sha-256=:YQ==:']],
    'PATCH /files/5'   => [200, ['Upload-Incomplete' => '?0', 'Upload-Offset' => 100], 'done'],
);
my $port = serve_recipe('tus', { TUS_BACKEND => $backend });

try_cases($port,
    ['an upload begins', 'POST /files/', status => 201, reads => 'Location Tus-Resumable Upload-Expires X-Of-Its-Own'],
    ['how far it is', 'HEAD /files/1', reads => 'Upload-Offset Upload-Length Upload-Metadata Tus-Resumable'],
    ['a part of an upload, of unknown length', 'HEAD /files/2', reads => 'Upload-Defer-Length Upload-Concat'],
    ['it goes on', 'PATCH /files/1', status => 204, reads => 'Upload-Offset', body => 'x' x 30,
        headers => ['Content-Type' => 'application/offset+octet-stream', 'Upload-Offset' => 70]],
    ['at the wrong place', 'PATCH /files/2', status => 409, reads => 'Upload-Offset Tus-Resumable'],
    ['with damage', 'PATCH /files/3', status => 460, reads => 'Tus-Resumable'],
    ['the wrong version', 'POST /files/old', status => 412, reads => 'Tus-Version'],
    ['too large', 'POST /files/big', status => 413, reads => 'Tus-Max-Size Upload-Limit'],
    ['what the server can do', 'OPTIONS /files/', status => 204,
        reads => 'Tus-Version Tus-Extension Tus-Max-Size Tus-Checksum-Algorithm Upload-Limit'],
    ['an upload is given up', 'DELETE /files/1', status => 204, reads => 'Tus-Resumable'],
    ['too many', 'POST /files/many', status => 429, reads => 'Retry-After'],
    ['an upload that is not there', 'HEAD /files/none', status => 404],
    ['the draft: an upload begins', 'POST /files/ietf', status => 201,
        reads => 'Location Upload-Complete Upload-Offset Upload-Limit Upload-Draft-Interop-Version'],
    ['the draft: how far it is', 'HEAD /files/4', status => 204,
        reads => 'Upload-Complete Upload-Offset Upload-Length Repr-Digest'],
    ['an older draft: done', 'PATCH /files/5', reads => 'Upload-Incomplete Upload-Offset'],
);
try_preflights($port,
    ['tus-js-client begins', 'POST /files/', [qw(Tus-Resumable Upload-Length Upload-Metadata Authorization X-Request-ID)]],
    ['it begins without knowing the length', 'POST /files/',
        [qw(Tus-Resumable Upload-Defer-Length Upload-Concat X-Requested-With)]],
    ['it works around a proxy', 'POST /files/1', [qw(Tus-Resumable X-HTTP-Method-Override Upload-Checksum)]],
    ['it reads the file', 'GET /files/1', ['Authorization']],
    ['tus-js-client goes on', 'PATCH /files/1', [qw(Tus-Resumable Upload-Offset Content-Type)]],
    ['it asks how far it is', 'HEAD /files/1', ['Tus-Resumable']],
    ['it asks what the server can do', 'OPTIONS /files/', ['Tus-Resumable']],
    ['it gives up', 'DELETE /files/1', ['Tus-Resumable']],
    ['the draft', 'PATCH /files/4', [qw(Upload-Complete Upload-Offset Upload-Draft-Interop-Version Content-Type
        Repr-Digest Content-Digest Prefer Upload-Incomplete)]],
);
tried_all('tus');
done_testing;
