# mod_cache's quick handler answers from its store without a look at the containers: what is stored is served as it is.
use strict;
use warnings FATAL => 'all';
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

mkdir Apache::Test::vars('t_state') . '/response_cache' or die "t_state: $!";    # mod_cache doesn't make its root

for my $case (@table) {
    my ($path, $first, $expected, $later, $title) = @$case;
    my $r = request("/$path", port => 'response_cache', headers => $first);
    like($r->header('X-Cache') // '', qr/^MISS/, "$title: it is not in the store yet");
    my $stored = $r->aceh;
    ref $expected ? like($stored, $expected, "$title: the list that is stored")
        : is($stored, $expected, "$title: the list that is stored");

    log_mark();
    $r = request("/$path", port => 'response_cache', headers => $later);
    is($r->status, 200, "$title: the status of a hit");
    like($r->header('X-Cache') // '', qr/^HIT/, "$title: now it is in the store");
    is($r->aceh, $stored, "$title: the list of a hit");
    is_deeply($r->vary, ['origin'], "$title: Vary of a hit");
    like(join("\n", log_lines(qr/\[cors_expose:\w+\]/)), qr/\A[^\n]* stored: left alone [^\n]*\z/, "$title: the log says that it is from the store");

    $r = request("/$path", port => 'response_cache', headers => [@$later, 'If-None-Match' => $r->header('ETag') // 'none']);
    is($r->status, 304, "$title: a 304 from the store");
    like($r->header('X-Cache') // '', sends_on_304 ? qr/^HIT/ : qr/^$/, "$title: it is from the store");
    is($r->aceh, sends_on_304 ? $stored : undef, "$title: its list is the stored one");
    is_deeply($r->vary, ['origin'], "$title: and its Vary");
}

__END__
# mod_cache's quick handler, in a virtual host: its requests never come to the containers.
<VirtualHost response_cache>
    DocumentRoot "@DocumentRoot@/response"
    CacheRoot "@t_state@/response_cache"
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
    AliasMatch "^/[^/]+/([^/]+)$" "@DocumentRoot@/response/$1"
</VirtualHost>
