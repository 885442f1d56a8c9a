# What a pattern or a wildcard lists when it is written out: what this response carries, and scripts may want.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
# Without what is safelisted, Access-Control-*, Authorization, Set-Cookie and hop-by-hop.
# Content-Range: a range may be cut out of a whole answer by whoever stores it.
my @listed = qw(Accept-Ranges Content-Range Date ETag Server Vary X-Access-Control X-Mixed-Case X-One X-Two x-lower);

# path, how it is asked for, what is sent (sorted), what it shows
my @table = (
    ['file.txt',          [], [@listed], 'everything that is listed'],
    ['file.txt',          [method => 'HEAD'], [@listed], 'the same for HEAD'],
    ['explicit/file.txt', [],
        [qw(Authorization Content-Length Upgrade X-LOWER access-control-max-age x-HOP), grep { $_ ne 'x-lower' } @listed],
        'what is left out is in, if it is explicit'],
    ['no-etag/file.txt',  [], [grep { $_ ne 'ETag' } @listed], 'an ETag that httpd takes off'],
    ['file.txt',          [headers => [@origin, Range => 'bytes=1-2']], [@listed], 'a range'],
    ['file.txt',          [headers => [@origin, Range => 'bytes=999-']], [qw(Content-Range Date Server Vary X-Access-Control X-One X-Two x-lower)], 'a range that is not there'],
    ['cut/file.txt',      [], [@listed], 'a file that is cut, as a line of always says'],
    ['whole/file.txt',    [], [grep { $_ ne 'Content-Range' } @listed], 'a file that is not cut'],
    ['absent.txt',        [headers => [@origin, Range => 'bytes=1-2']], [qw(Date Server Vary X-Access-Control X-One X-Two x-lower)], 'an error'],
    ['encoded.gz',        [], [@listed, 'Content-Encoding'], 'a compressed file'],
    ['deflated/big.txt',  [headers => [@origin, 'Accept-Encoding' => 'gzip']], [@listed, 'Content-Encoding'], 'a compressed body'],
    ['patterns/file.txt', [], [qw(Accept-Ranges X-Access-Control X-Mixed-Case X-One x-lower)],
        'patterns, minus a name'],
    ['no-match/file.txt', [], [], 'patterns that match nothing'],
);

plan tests => 2 * @table + 5;

for my $case (@table) {
    my ($path, $ask, $expected, $title) = @$case;
    my $r = request("/response/written/$path", headers => [@origin], @$ask);
    my @names = split /, /, $r->aceh // '';
    s/\Ax-lower\z/x-lower/i for grep { !/LOWER/ } @names;    # which of its spellings is a matter of the tables' order
    is_deeply([sort @names], [sort @$expected], "$title ($path): what is sent");
    my %carried = map { lc $_->[0] => 1 } $r->fields;
    is_deeply([grep { !$carried{ lc $_ } && $_ ne 'Content-Range' } @names], [], "$title ($path): the response carries all of it");
}

my $one = request('/response/written/file.txt', headers => [@origin])->aceh;
is(request('/response/written/file.txt', headers => [@origin])->aceh, $one, 'the order is the same for the same response');
is((split /, /, request('/response/written/explicit/file.txt', headers => [@origin])->aceh)[0], 'Authorization',
    'explicit names come first');
is(request('/response/written/no-match/file.txt', headers => [@origin])->aceh, undef, 'an empty list is no list');
is(request('/response/written/no-match/file.txt')->aceh, undef, 'nor without Origin');

my $unsafe = serve("HttpProtocolOptions Unsafe\nFileETag None\nHeader unset Last-Modified\nHeader unset Accept-Ranges\nExposeHeaders *\nExposeHeadersWildcard Expand\n");
is(request('/page.html', port => $unsafe, headers => [@origin])->aceh, 'Vary, Date, Server', 'where httpd checks no names, the list is of what is sent, too');

__END__
<Location "/response/written">
    ExposeHeaders *
    ExposeHeadersWildcard Expand
    Header always unset Access-Control-Allow-Origin
    # safelisted
    Header set Cache-Control no-cache
    Header set Content-Language en
    Header set Expires "Thu, 01 Jan 1970 00:00:00 GMT"
    Header set Pragma no-cache
    # never listed
    Header set Access-Control-Allow-Origin "https://app.example.com"
    Header always set access-control-max-age 5
    Header set Authorization x
    Header set Set-Cookie a=b
    Header always add Set-Cookie2 a=b
    # hop-by-hop
    Header set Connection "X-Hop, x-second-hop"
    Header set X-Hop 1
    Header set X-Second-Hop 1
    Header set Keep-Alive x
    Header set Proxy-Connection x
    Header set Proxy-Authenticate x
    Header set Proxy-Authorization x
    Header set TE x
    Header set Trailer x
    Header set Upgrade x
    # listed, each once
    Header add x-lower 1
    Header add x-lower 2
    Header always set X-Lower 3
    Header set X-Mixed-Case 1
    Header always set X-Access-Control 1
</Location>
<Location "/response/written/explicit">
    ExposeHeaders Authorization Content-Length x-HOP access-control-max-age X-LOWER Upgrade
</Location>
<Location "/response/written/no-etag">
    FileETag None
</Location>
<Location "/response/written/deflated">
    SetOutputFilter DEFLATE
</Location>
<Location "/response/written/whole">
    Header set Accept-Ranges none
</Location>
<Location "/response/written/cut">
    Header unset Accept-Ranges
    Header always set Accept-Ranges bytes
</Location>
<Location "/response/written/patterns">
    ExposeHeaders None x-* *a*e*s -X-TWO
</Location>
<Location "/response/written/no-match">
    ExposeHeaders None Y-* Set-* Content-T*
</Location>
