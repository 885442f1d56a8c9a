# What mod_cache stored before ExposeHeadersNever was said: the server's own Never holds for hits of the quick handler, which sees no
# container, and all of it for the others.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

# what is stored, of the response's own list (written out: *), and what comes of it where X-Secret is forbidden
my @lists = (
    ['X-Secret',           undef,              'a name that is forbidden'],
    ['X-Gone, X-Secret',   'X-Gone',           'among others'],
    ['X-Gone,X-Public',    'X-Gone,X-Public',  'a list that names nothing forbidden stays as it is'],
    ['X-Gone, bad name',   'X-Gone, bad name', 'and what is malformed'],
    ['*',                  qr/\A(?=.*ETag)(?!.*X-Secret)[^*]+\z/, 'a wildcard is written out'],
);
plan tests => 2 * (5 + 3 * @lists);

# Two virtual hosts share a store; the second one forbids.
for my $quick ('on', 'off') {
    my $host = sub {
        my ($name, $more) = @_;
        return <<"END";
<VirtualHost *:\@PORT\@>
    ServerName $name
    CacheRoot "\@ROOT\@/store"
    CacheEnable disk /
    CacheHeader on
    CacheQuickHandler $quick
    CacheKeyBaseURL http://one.example:80/
    Header set Cache-Control "max-age=3600"
    Header always set X-Secret 1
    Header set X-Local 1
    ExposeHeaders X-Secret X-Local X-Public
$more
</VirtualHost>
END
    };
    my $cache = serve($host->('before.test', '') . $host->('own.test', "ExposeHeadersWhen Off\n" . join '', map { "<Location /$_>\nHeader set Access-Control-Expose-Headers \"$lists[$_][0]\"\n</Location>\n" } 0 .. $#lists) . $host->('after.test', "ExposeHeadersNever X-Secret\n<Location />\nExposeHeadersNever X-Local\n</Location>\n")
            . $host->('renewed.test', "ExposeHeadersNever X-Secret\nExposeHeadersWhen Off\n"),
        map { $_ => 'stored' } 'page.html', 'store/x', 0 .. $#lists);
    my @ask   = (port => $cache, headers => [Origin => origin()]);
    my $first = request('/page.html', @ask, host => 'before.test');
    is $first->aceh, 'X-Secret, X-Local, X-Public', "quick handler $quick: what is stored";
    my $again = request('/page.html', @ask, host => 'after.test');
    like $again->header('X-Cache') // '', qr/^HIT/, "quick handler $quick: it comes from the store";
    is $again->aceh, $quick eq 'on' ? 'X-Local, X-Public' : 'X-Public',
        "quick handler $quick: " . ($quick eq 'on' ? "the server's own Never holds" : 'every Never holds');
    # the 304 that renews the copy says nothing of the list: the copy's own stands
    my $renewed = request('/page.html', port => $cache, headers => [Origin => origin(), 'Cache-Control' => 'max-age=0'], host => 'renewed.test');
    like $renewed->header('X-Cache') // '', qr/^REVALIDATE/, "quick handler $quick: the copy is renewed";
    is $renewed->aceh, 'X-Local, X-Public', "quick handler $quick: what is forbidden goes from a renewed copy, too";
    for my $i (0 .. $#lists) {
        my ($list, $expected, $title) = @{ $lists[$i] };
        is request("/$i", @ask, host => 'own.test')->aceh, $list, "quick handler $quick, $title: what is stored";
        my $r = request("/$i", @ask, host => 'after.test');
        like $r->header('X-Cache') // '', qr/^HIT/, "quick handler $quick, $title: it comes from the store";
        ref $expected ? like $r->aceh, $expected, "quick handler $quick, $title" : is $r->aceh, $expected, "quick handler $quick, $title";
    }
}
