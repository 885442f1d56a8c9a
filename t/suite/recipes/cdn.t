# conf-examples/recipes/cdn.conf, with a CDN that keeps one copy for all, and adds headers
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

use Browser qw(passes_cors_check reads);

my @added = (Age => 7, 'Cache-Status' => 'cdn; hit', 'X-Cache' => 'HIT', 'CF-Ray' => '8f', 'CF-Cache-Status' => 'HIT',
    'X-Served-By' => 'cache-1',
    'X-Cache-Hits' => 2, 'X-Timer' => 'S1', 'X-Amz-Cf-Id' => 'x', 'X-Amz-Cf-Pop' => 'FRA1', 'X-Cdn-Secret' => 1);
my @names = map { lc $added[ 2 * $_ ] } 0 .. 9;
my $port = serve_recipe('cdn', {}, <<'END', 'assets/app.json' => '{}', 'assets/app.json.gz' => 'packed');
AddEncoding x-gzip .gz
Header set X-Internal-Node db-7
Header set Set-Cookie session=1
END

# A stored copy is the answer to whoever came first; the reader is somebody else.
my %first = (
    'a script' => [Origin => 'https://first.example.com'],
    'an image' => [],
    'a crawler with a cookie' => [Cookie => 'a=b'],
    'a script with a token' => [Origin => 'https://first.example.com', Authorization => 'Bearer x'],
);
for my $who (sort keys %first) {
    for my $case (['a file', '/assets/app.json', 200, 'etag'],
        ['a part', '/assets/app.json', 206, 'content-range accept-ranges', Range => 'bytes=0-0'],
        ['a packed file', '/assets/app.json.gz', 200, 'content-encoding'], ['no file', '/assets/none', 404, 'date']) {
        my ($what, $path, $status, $own, @headers) = @$case;
        my $title = "$what, stored for $who";
        my $response = request($path, port => $port, headers => [@{ $first{$who} }, @headers]);
        is $response->status, $status, "$title: the status";
        is_deeply $response->vary, [], "$title: the copy is for everybody";
        my $copy = { headers => [$response->fields, map { [@added[ 2 * $_, 2 * $_ + 1 ]] } 0 .. @added / 2 - 1] };
        my $origin = 'https://second.example.org';
        my $script = passes_cors_check($copy, $origin, 'omit') ? reads($copy, 'omit') : {};
        my @reads = (@names, split / /, $own);
        was_read(@reads);
        is join(' ', grep { !$script->{$_} } @reads), '', "$title: another script reads what is there and what the CDN adds";
        is join(' ', grep { $script->{$_} } qw(x-internal-node set-cookie x-cdn-secret server)), '', "$title: and nothing else";
    }
}

# What a 304 says takes the place of what is stored: the same list.
my $stored = request('/assets/app.json', port => $port);
my $fresh = request('/assets/app.json', port => $port, headers => ['If-None-Match' => $stored->header('ETag')]);
is $fresh->status, 304, 'the CDN asks again: nothing new';
is_deeply $fresh->names, sends_on_304 ? $stored->names : [], 'and the same list';
is $fresh->header('Access-Control-Allow-Origin'), sends_on_304 ? '*' : undef, 'for everybody';

try_preflights($port, map { ['a part with a condition', "$_ /assets/app.json", [qw(Range If-Range If-None-Match)]] } qw(GET HEAD));
is $stored->header('Cache-Control'), 'public, max-age=3600', 'a CDN may keep it';
tried_all('cdn');
done_testing;
