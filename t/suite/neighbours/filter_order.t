# Where the filter stands: behind those that make headers, whatever their type, and in front of the one that stores the
# response in mod_cache.
use strict;
use warnings;
use Apache::Test ();
use Test::More;
use CorsExpose::Cases qw(serve);
use CorsExpose::Neighbours;
use CorsExpose::Test;

my $documents = Apache::Test::vars('documentroot') . '/neighbours';
my $port = serve(<<"END", 'store/x' => '');
LuaOutputFilter FROM_LUA "$documents/filter.lua" add_header
<VirtualHost 127.0.0.1:\@PORT\@>
    CacheRoot "\@ROOT\@/store"
    CacheEnable disk "/order/cached/"
    CacheHeader On
    CacheIgnoreNoLastMod On
    AliasMatch "^/order/(?:cached/)?(.+)" "$documents/files/\$1"
    <Location "/order/">
        ExposeHeaders *
        SetOutputFilter FROM_LUA;DEFLATE
        Header set X-Filter-Of-Our-Type 1
    </Location>
</VirtualHost>
END
my @ask = (port => $port, headers => [@{ cookie() }, 'Accept-Encoding' => 'gzip']);
my $response = request('/order/long.txt', @ask);
my %listed = map { $_ => 1 } @{ $response->names };
my @behind = (
    ['x-from-lua-filter',      'a filter for the resource (AP_FTYPE_RESOURCE)'],
    ['x-filter-of-our-type',   "mod_headers, of our filter's type and put in late"],
    ['content-encoding',       "mod_deflate, of our filter's type"],
    ['accept-ranges',          'the handler'],
    ['date',                   'what comes behind: the header filter'],
);

plan tests => 1 + @behind + 6;
check($response, ['PRESENT'], 'all headers are listed');
ok($listed{ $_->[0] }, "$_->[0] is listed, from $_->[1]") for @behind;

my $first  = request('/order/cached/long.txt', port => $port, headers => anonymous());
my $second = request('/order/cached/long.txt', port => $port, headers => anonymous());
like($first->header('X-Cache'), qr/^MISS/, 'a first answer is stored');
check($first, '*', 'with its list');
like($second->header('X-Cache'), qr/^HIT/, 'a second one comes from the store, at once');
check($second, '*', 'with the list that was stored, though no container was walked');
is_deeply($second->vary, [qw(accept-encoding origin)], 'and with Vary');
is($second->body, $first->body, 'and the body');
