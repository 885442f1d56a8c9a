# mod_cache's quick handler answers from its store without a look at the containers: what is stored is served as it is.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my @other  = (Origin => 'https://other.example.com');
my @cookie = (Cookie => 'a=b');
my $written_out = qr/\A(?=X-Host, )(?=.*\bX-One\b)[^*]+\z/;

# path, headers of the request that is stored, what is sent, headers of the later one, what it shows
my @table = (
    ['names/file.txt',      [@origin],          'X-Host, X-One',        [@origin],          'explicit names of a <Location>'],
    ['pattern/file.txt',    [@origin],          'X-Host, X-One, X-Two', [@origin],          'a pattern'],
    ['pattern/other.txt',   [],                 'X-Host, X-One, X-Two', [],                 'a pattern, without Origin'],
    ['everything/file.txt', [@origin],          '*, X-Host',            [@origin, @cookie], 'the wildcard: the list is finished, a cookie changes nothing'],
    ['everything/file.txt', [@other, @cookie],  $written_out,           [@other],           'the wildcard, written out'],
);

plan tests => 11 * @table;

# in a virtual host; its requests never come to the containers
my $port = serve(<<'END', 'file.txt' => "file\n", 'other.txt' => "other\n", 'store/x' => '');
<VirtualHost 127.0.0.1:@PORT@>
    DocumentRoot "@ROOT@"
    CacheRoot "@ROOT@/store"
    CacheEnable disk /
    CacheQuickHandler on
    CacheHeader on
    CacheDirLevels 1
    CacheIgnoreCacheControl On
    Header set Cache-Control "max-age=3600"
    Header always set X-One 1
    Header always set X-Two 2
    Header always set Access-Control-Allow-Origin "https://app.example.com"
    ExposeHeaders X-Host
    <Location "/names">
        ExposeHeaders X-One
    </Location>
    <Location "/pattern">
        ExposeHeaders X-*
    </Location>
    <Location "/everything">
        ExposeHeaders *
    </Location>
    AliasMatch "^/[^/]+/([^/]+)$" "@ROOT@/$1"
</VirtualHost>
END

for my $case (@table) {
    my ($path, $first, $expected, $later, $title) = @$case;
    my $r = request("/$path", port => $port, headers => $first);
    like($r->header('X-Cache') // '', qr/^MISS/, "$title: it is not in the store yet");
    my $stored = $r->aceh;
    ref $expected ? like($stored, $expected, "$title: the list that is stored")
        : is($stored, $expected, "$title: the list that is stored");

    log_mark();
    $r = request("/$path", port => $port, headers => $later);
    is($r->status, 200, "$title: the status of a hit");
    like($r->header('X-Cache') // '', qr/^HIT/, "$title: now it is in the store");
    is($r->aceh, $stored, "$title: the list of a hit");
    is_deeply($r->vary, ['origin'], "$title: Vary of a hit");
    like(join("\n", log_lines(qr/\[cors_expose:\w+\]/)), qr/\A[^\n]* stored: left alone [^\n]*\z/, "$title: the log says that it is from the store");

    $r = request("/$path", port => $port, headers => [@$later, 'If-None-Match' => $r->header('ETag') // 'none']);
    is($r->status, 304, "$title: a 304 from the store");
    like($r->header('X-Cache') // '', sends_on_304 ? qr/^HIT/ : qr/^$/, "$title: it is from the store");
    is($r->aceh, sends_on_304 ? $stored : undef, "$title: its list is the stored one");
    is_deeply($r->vary, ['origin'], "$title: and its Vary");
}
