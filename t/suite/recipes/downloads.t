# conf-examples/recipes/downloads.conf, with an application that offers files
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use Recipe;
use Test::More;

my @file = ('Content-Disposition' => q{attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf}, ETag => '"1"',
    'Accept-Ranges' => 'bytes',
    'Repr-Digest' => 'sha-256=:YQ==:', 'X-Accel-Redirect' => '/secret/1.pdf');
my $backend = stand_in(
    'GET /downloads/17'      => [200, [@file], 'content'],
    'HEAD /downloads/17'     => [200, [@file]],
    # the application has an opinion of its own about who may read, and exposes what is for the proxy
    'GET /downloads/own'     => [200, [@file, 'Access-Control-Allow-Origin' => '*',
        'Access-Control-Expose-Headers' => 'Content-Disposition'], 'content'],
    'GET /downloads/rest'    => [206, [@file, 'Content-Range' => 'bytes 3-6/7'], 'tent'],
    'GET /downloads/beyond'  => [416, ['Content-Range' => 'bytes */7'], ''],
    'GET /downloads/changed' => [412, [ETag => '"2"'], ''],
    'GET /downloads/busy'    => [429, ['Retry-After' => 60], ''],
    'GET /downloads/secret'  => [401, [], ''],
);
my $port = serve_recipe('downloads', { DOWNLOADS_BACKEND => $backend });
my @cookie = (headers => [Cookie => 'session=1'], mode => 'include');

try_cases($port,
    (map { ["a file, $_->[0]", 'GET /downloads/17', reads => 'Content-Disposition ETag Accept-Ranges Repr-Digest',
        hides => 'X-Accel-Redirect', @{$_}[1 .. $#$_]] }
        ['with a cookie', @cookie], ['without']),
    ['a HEAD', 'HEAD /downloads/17', reads => 'Content-Disposition', hides => 'X-Accel-Redirect', @cookie],
    ['an application with CORS of its own', 'GET /downloads/own', reads => 'Content-Disposition ETag', @cookie],
    ['the rest of a file', 'GET /downloads/rest', status => 206, reads => 'Content-Range Content-Disposition ETag', @cookie],
    ['beyond its end', 'GET /downloads/beyond', status => 416, reads => 'Content-Range', @cookie],
    ['a file that has changed', 'GET /downloads/changed', status => 412, reads => 'ETag', @cookie],
    ['too many', 'GET /downloads/busy', status => 429, reads => 'Retry-After', @cookie],
    ['another origin', 'GET /downloads/17', origin => 'https://example.org', hides => 'Content-Disposition ETag', @cookie],
);
try_preflights($port, map { ['the rest of a file', "$_ /downloads/17", [qw(Range If-Range If-Match If-None-Match)],
    mode => 'include'] } qw(GET HEAD));
tried_all('downloads');
done_testing;
