# conf-examples/recipes/ranges.conf: files of httpd's own, compressed where that is on
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use Recipe;
use Test::More;

use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Test;
use File::Temp ();

# A file that changed in this very second has a weak ETag for a while, so these are old.
my $folder = File::Temp::tempdir(DIR => Apache::Test::vars('t_state'), CLEANUP => 1);
chmod 0755, $folder;
my @names = qw(a.pdf a.pmtiles a.tif live.m3u8 a.tar.gz);
write_files($folder, map { $_ => join "\n", 1 .. 2000 } @names);
utime 1e9, 1e9, map { "$folder/$_" } @names;

# httpd's own 416 has no Content-Range, other servers' have.
my $store = stand_in('GET /small.pmtiles' => [416, ['Content-Range' => 'bytes */127'], '']);
my $port = serve_recipe('ranges', {}, <<"END");
ProxyPass "/data/store/" "http://127.0.0.1:$store/"
Alias "/data/" "$folder/"
AddType text/plain .pmtiles .m3u8
AddType application/pdf .pdf
AddEncoding x-gzip .gz
SetOutputFilter BROTLI_COMPRESS;DEFLATE
<Location "/data/a.pdf">
    Header set Content-Disposition "inline; filename=map.pdf"
</Location>
<Location "/data/live.m3u8">
    Header set Age 3
    Header set CMSD-Static "ot=m"
    Header set CMSD-Dynamic "rtt=5"
    Header set X-Internal-Node db-7
</Location>
<Location "/data/busy">
    Redirect 503
    Header always set Retry-After 5
</Location>
END
my @gzip = ('Accept-Encoding' => 'gzip, br');

try_cases($port,
    ['PDF.js, the whole file', 'GET /data/a.pdf', httpds => 1, headers => [@gzip],
        reads => 'Accept-Ranges Content-Disposition ETag Date Content-Length'],
    ['PDF.js, a range', 'GET /data/a.pdf', httpds => 1, status => 206, headers => [@gzip, Range => 'bytes=0-99'],
        reads => 'Accept-Ranges Content-Range Content-Disposition ETag Content-Length'],
    ['a HEAD', 'HEAD /data/a.pdf', httpds => 1, headers => [@gzip], reads => 'Accept-Ranges ETag Content-Length'],
    ['PMTiles, a range', 'GET /data/a.pmtiles', httpds => 1, status => 206, headers => [@gzip, Range => 'bytes=0-16383'],
        reads => 'ETag Content-Range'],
    ['PMTiles, an archive that is smaller than what it asks for', 'GET /data/store/small.pmtiles', status => 416,
        headers => [@gzip, Range => 'bytes=0-16383'], reads => 'Content-Range'],
    ['a range beyond the end', 'GET /data/a.pmtiles', httpds => 1, status => 416, headers => [@gzip, Range => 'bytes=99999-'],
        reads => 'Date'],
    ['GeoTIFF, several ranges', 'GET /data/a.tif', httpds => 1, status => 206, headers => [@gzip, Range => 'bytes=0-9,100-199'],
        reads => 'ETag Accept-Ranges'],
    ['an ETag that has changed', 'GET /data/a.pmtiles', httpds => 1, status => 412, headers => ['If-Match' => '"other"'],
        reads => 'Date'],
    ['nothing new', 'GET /data/a.pmtiles', httpds => 1, status => 304, reads => sends_on_304 ? 'ETag' : '',
        headers => ['If-Modified-Since' => 'Sun, 09 Sep 2001 01:46:40 GMT']],
    ['HLS and DASH', 'GET /data/live.m3u8', httpds => 1, headers => [@gzip], reads => 'Age Date CMSD-Static CMSD-Dynamic',
        hides => 'X-Internal-Node'],
    ['a segment that is not there', 'GET /data/gone.ts', httpds => 1, status => 404, reads => 'Date'],
    ['a file that is packed already', 'GET /data/a.tar.gz', httpds => 1, reads => 'Content-Encoding Accept-Ranges'],
    ['a busy server', 'GET /data/busy', httpds => 1, status => 503, reads => 'Retry-After'],
);
try_preflights($port, map { ['a range with a condition', "$_ /data/a.tif",
    [qw(Range If-Range If-Match If-None-Match)]] } qw(GET HEAD));

# What these readers give up on: an answer in another encoding.
for my $file (qw(a.pdf a.pmtiles live.m3u8)) {
    my $response = request("/data/$file", port => $port, headers => [Origin => origin(), @gzip]);
    is $response->header('Content-Encoding'), undef, "$file comes as it is";
    unlike $response->header('ETag'), qr/\A\s*W\/|-(?:gzip|br)/, "$file keeps its ETag";
}
like request('/page.html', port => $port, headers => [@gzip])->header('Vary'), qr/Accept-Encoding/,
    'compression is on for the rest of the site';
tried_all('ranges');
done_testing;
