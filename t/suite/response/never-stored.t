# What mod_cache stored before ExposeHeadersNever was said: the server's own Never holds for hits of the quick handler, which sees no
# container, and all of it for the others.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More tests => 2 * 3;

# Two virtual hosts share a store; the second one forbids.
my $root = Apache::Test::vars('t_state') . '/never_cache';
for my $quick ('on', 'off') {
    mkdir "$root-$quick" or die "$root-$quick: $!";
    my $host = sub {
        my ($name, $more) = @_;
        return <<"END";
<VirtualHost *:\@PORT\@>
    ServerName $name
    CacheRoot "$root-$quick"
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
    my $cache = serve($host->('before.test', '') . $host->('after.test', "ExposeHeadersNever X-Secret\n<Location />\nExposeHeadersNever X-Local\n</Location>\n"),
        'page.html' => 'stored');
    my @ask   = (port => $cache, headers => [Origin => origin()]);
    my $first = request('/page.html', @ask, host => 'before.test');
    is $first->aceh, 'X-Secret, X-Local, X-Public', "quick handler $quick: what is stored";
    my $again = request('/page.html', @ask, host => 'after.test');
    like $again->header('X-Cache') // '', qr/^HIT/, "quick handler $quick: it comes from the store";
    is $again->aceh, $quick eq 'on' ? 'X-Local, X-Public' : 'X-Public',
        "quick handler $quick: " . ($quick eq 'on' ? "the server's own Never holds" : 'every Never holds');
}
