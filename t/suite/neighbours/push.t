# HTTP/2 push (H2PushResource, Link: rel=preload): what is pushed is a request of its own, without Origin and without the cookies of the
# one that led to it. So it gets what any request without Origin gets, also from mod_cache and for mod_cache: never what holds for
# the script that asked for the page.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Protocols qw(pushed);
use CorsExpose::Test;
use Test::More;

# What is pushed, its policy, its list
my %cases = (
    'names'    => ['ExposeHeaders X-A X-Secret', undef],
    'star'     => ['ExposeHeaders * -Date -Server -Vary', 'X-A'],
    'patterns' => ["ExposeHeaders X-*\nExposeHeaders Date origin=@{[origin()]}", 'X-A'],
    'always'   => ["ExposeHeadersWhen Always\nExposeHeaders X-A X-Secret\nExposeHeaders X-B origin=@{[origin()]}", 'X-A'],
    'own'      => ["Header set Access-Control-Expose-Headers \"X-A, X-Secret\"\nExposeHeaders X-B", 'X-B, X-A'],
    'own-off'  => ["Header set Access-Control-Expose-Headers \"X-A, X-Secret\"\nExposeHeadersWhen Off", 'X-A'],
);

# The same for each store: none, mod_cache with its quick handler and without
my @stores = ('none', 'on', 'off');
my ($text, %files) = (<<'END', 'page.html' => 'page', 'store/x' => '');
Protocols h2c http/1.1
CacheRoot "@ROOT@/store"
CacheHeader on
FileETag None
Header unset Last-Modified
Header unset Accept-Ranges
Header set Cache-Control "max-age=600, public"
Header always set Access-Control-Allow-Origin "*"
Header set X-A 1
Header set X-Secret 1
ExposeHeadersNever X-Secret
END
for my $store (@stores) {
    $text .= "<VirtualHost *>\nServerName $store.test\nCacheQuickHandler " . ($store eq 'on' ? 'on' : 'off') . "\n";
    $text .= "CacheEnable disk /pushed/\n" if $store ne 'none';
    $text .= "<Location \"/page.html\">\nExposeHeaders X-A Link\n";
    for my $name (sort keys %cases) {
        $text .= $name =~ /^own/ ? "Header add Link \"</pushed/$name>; rel=preload\"\n" : "H2PushResource add /pushed/$name\n";
        $files{"pushed/$name"} = $name;
    }
    $text .= "</Location>\n" . join('', map { "<Location \"/pushed/$_\">\n$cases{$_}[0]\n</Location>\n" } sort keys %cases) . "</VirtualHost>\n";
}
my $port = serve($text, %files);
my @script = map { ('--header', $_) } 'origin: ' . origin(), 'cookie: a=b', 'authorization: Basic YTpi';

for my $store (@stores) {
    for my $round ($store eq 'none' ? '' : (', which is stored', ', from the store')) {
        my ($page, $pushed) = pushed("http://127.0.0.1:$port", '/page.html', '--header', ":authority: $store.test", @script);
        is $page->aceh, 'X-A, Link', "mod_cache $store: the page's list" or diag $page->all;
        is_deeply [sort keys %$pushed], [map { "/pushed/$_" } sort keys %cases], 'all is pushed';
        for my $name (sort keys %cases) {
            my ($path, $title) = ("/pushed/$name", "mod_cache $store, $name$round");
            my $got = $pushed->{$path} or next;
            is $got->status, 200, $title;
            is $got->aceh, $cases{$name}[1], "$title: its list" or diag $got->all;
            is_deeply $got->vary, $name eq 'own-off' ? [] : ['origin'], "$title: its Vary" or diag $got->all;
            $round and like $got->header('X-Cache'), $round =~ /from/ ? qr/^HIT/ : qr/^MISS/, "$title: $round";
        }
    }
    # A script that asks for one of them gets what holds for it, whatever was stored by a push.
    for my $name (qw(names always patterns)) {
        my $r = request("/pushed/$name", port => $port, host => "$store.test", headers => [Origin => origin()]);
        is $r->aceh, { names => 'X-A', always => 'X-A, X-B', patterns => 'Date, X-A' }->{$name}, "mod_cache $store, $name: a script's own request after it";
    }
}

done_testing;
