# conf-examples/recipes/s3.conf, with a store that lists wrong things
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

# MinIO's list and CORS headers, with what Ceph and AWS send
my @minio = ('Access-Control-Allow-Origin' => 'https://app.example.com', 'Access-Control-Allow-Credentials' => 'true',
    Vary => 'Origin',
    'Access-Control-Expose-Headers' => 'Date, Etag, Server, Connection, Accept-Ranges, Content-Range, Content-Encoding, Content-Length, Content-Type, '
        . 'Content-Disposition, Last-Modified, Content-Language, Cache-Control, Retry-After, X-Amz-Bucket-Region, Expires, X-Amz*, X-Amz*, *',
    'X-Amz-Request-Id' => '17C', 'X-Amz-Id-2' => 'dd9', 'X-Xss-Protection' => '1; mode=block', 'X-Minio-Deployment' => 'secret');
my $ids = 'x-amz-request-id x-amz-id-2';
my @object = (ETag => '"5d41402abc4b2a76b9719d911017c592"', 'Accept-Ranges' => 'bytes', 'x-amz-meta-title' => 'hello',
    'x-amz-meta-Author' => 'me',
    'x-amz-checksum-crc32' => 'NhCmhg==', 'x-amz-version-id' => '3', 'x-amz-server-side-encryption' => 'AES256',
        'Content-Disposition' => 'attachment',
    'Content-Encoding' => 'aws-chunked');
my $read = "$ids ETag Accept-Ranges x-amz-meta-title x-amz-meta-author x-amz-checksum-crc32 x-amz-version-id x-amz-server-side-encryption "
    . 'Content-Disposition Content-Encoding Date';
my $backend = stand_in(
    'GET /bucket/key'             => [200, [@minio, @object], 'hello'],
    'HEAD /bucket/key'            => [200, [@minio, @object]],
    'GET /bucket/part'            => [206, [@minio, @object, 'Content-Range' => 'bytes 0-1/5'], 'he'],
    'GET /bucket/beyond'          => [416, [@minio, 'Content-Range' => 'bytes */5'], '<Error/>'],
    'GET /bucket/a%2Fb%20c'       => [200, [@minio, @object], 'hello'],
    'POST /bucket/big'            => [200, [@minio], '<InitiateMultipartUploadResult/>'],
    'PUT /bucket/big?partNumber=1&uploadId=x' => [200, [@minio, ETag => '"1"', 'x-amz-checksum-crc32' => 'NhCmhg=='], ''],
    'POST /bucket'                => [204, [@minio, Location => 'http://localhost/bucket/key', ETag => '"1"'], ''],
    'DELETE /bucket/key'          => [204, [@minio, 'x-amz-version-id' => '4', 'x-amz-delete-marker' => 'true']],
    'GET /bucket/none'            => [404, [@minio], '<Error/>'],
    'GET /bucket/closed'          => [403, [@minio], '<Error/>'],
    'GET /bucket/old'             => [412, [@minio], '<Error/>'],
    'HEAD /elsewhere'             => [301, [@minio, 'x-amz-bucket-region' => 'eu-west-1',
        'x-amz-error-code' => 'PermanentRedirect']],
    'PUT /bucket/slow'            => [503, [@minio, 'Retry-After' => 1], '<Error/>'],
    # Garage: no list at all
    'GET /garage/key'             => [200, [ETag => '"1"', 'x-amz-meta-title' => 'hello'], 'hello'],
);
my $port = serve_recipe('s3', { S3_BACKEND => $backend }, 'AllowEncodedSlashes NoDecode');
my @signed = (hides => 'X-Minio-Deployment X-Xss-Protection', headers => [Authorization => 'AWS4-HMAC-SHA256 Credential=x',
    'x-amz-date' => '20261125T180000Z']);

try_cases($port,
    ['an object', 'GET /bucket/key', @signed, reads => $read],
    ['an object, unsigned', 'GET /bucket/key', reads => $read, hides => 'X-Minio-Deployment X-Xss-Protection'],
    ['its metadata', 'HEAD /bucket/key', @signed, reads => $read],
    ['a part of it', 'GET /bucket/part', @signed, status => 206, reads => "$read Content-Range"],
    ['beyond its end', 'GET /bucket/beyond', @signed, status => 416, reads => "$ids Content-Range"],
    ['a key that has to be escaped', 'GET /bucket/a%2Fb%20c', @signed, reads => $read],
    ['an upload in parts', 'POST /bucket/big?uploads', @signed, reads => $ids],
    ['its parts', 'PUT /bucket/big?partNumber=1&uploadId=x', @signed, body => 'x', reads => "$ids ETag x-amz-checksum-crc32"],
    ['a form', 'POST /bucket', status => 204, hides => 'X-Minio-Deployment', body => 'x', reads => "$ids Location ETag"],
    ['an object goes', 'DELETE /bucket/key', @signed, status => 204, reads => "$ids x-amz-version-id x-amz-delete-marker"],
    ['a key that is not there', 'GET /bucket/none', @signed, status => 404, reads => $ids],
    ['a wrong signature', 'GET /bucket/closed', @signed, status => 403, reads => $ids],
    ['an object that has changed', 'GET /bucket/old', @signed, status => 412, reads => $ids],
    ['a bucket elsewhere', 'HEAD /elsewhere', @signed, status => 301, reads => "$ids x-amz-bucket-region x-amz-error-code"],
    ['a store that wants to be asked less', 'PUT /bucket/slow', @signed, status => 503, body => 'x', reads => "$ids Retry-After"],
    ['a store without a list', 'GET /garage/key', reads => 'ETag x-amz-meta-title'],
);
try_preflights($port,
    ['a signed upload', 'PUT /bucket/key',
        [qw(Authorization x-amz-date x-amz-content-sha256 x-amz-meta-title x-amz-user-agent content-type amz-sdk-request)]],
    (map { ["a signed $_", "$_ /bucket/key", [qw(Authorization x-amz-date)]] } qw(GET HEAD POST DELETE)),
);
is request('/bucket/a%2Fb%20c?x=%2F', port => $port)->header('X-Internal-Asked'), "GET /bucket/a%2Fb%20c?x=%2F 127.0.0.1:$port",
    'host and path reach the store as they were signed';
is_deeply [grep { /\*/ } @{ request('/bucket/key', port => $port, headers => [Origin => 'https://app.example.com'])->names }], [],
    "nothing of the store's wildcards is left";
tried_all('s3');
done_testing;
