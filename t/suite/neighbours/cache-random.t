# mod_cache, by lot: whoever asks gets the list that the same server without mod_cache sends. Where a copy or a 304 comes, it is the
# list of the copy's own URL, or none on a 304; and what is forbidden comes never.
#
#   CACHE_STEPS=20000 CACHE_SEED=4711 make test TESTS=t/suite/neighbours/cache-random.t
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Server ();
use CorsExpose::Test;
use Test::More;

my $steps = $ENV{CACHE_STEPS} || 2000;
my $seed  = $ENV{CACHE_SEED} || $ENV{SEED} || int rand 1_000_000;
srand $seed;
diag "CACHE_SEED=$seed" if $ENV{CACHE_STEPS};

sub pick { return $_[rand @_] }

my ($app, $admin) = (origin(), 'https://admin.example.com');

# The backend: each answer has an ETag; a 304 has no list. X-Fail makes it fail.
my $backend = serve(<<'END', map { $_ => "$_\n" } qw(own star plain));
FileETag All
Header set Cache-Control "max-age=600, public"
Header always set Access-Control-Allow-Origin "*"
Header always set X-A 1
Header always set X-Secret 1
Header set X-Request-Id 1
<Location "/own">
    Header set Access-Control-Expose-Headers "X-A, X-Secret, X-Own" "expr=%{REQUEST_STATUS} == 200"
</Location>
<Location "/star">
    Header set Access-Control-Expose-Headers "*" "expr=%{REQUEST_STATUS} == 200"
</Location>
RewriteEngine On
RewriteCond %{HTTP:X-Fail} .
RewriteRule ^ - [R=503]
END

my @policies = (
    'ExposeHeaders X-A X-Config',
    'ExposeHeaders X-A X-Request-*',
    'ExposeHeaders *',
    'ExposeHeaders * -X-A',
    "ExposeHeaders X-A\nExposeHeaders X-Admin origin=$admin",
    "ExposeHeaders X-*\nExposeHeaders -X-A origin=$app",
    "ExposeHeaders X-Config\nExposeHeadersBackend Replace",
    "ExposeHeaders X-Config\nExposeHeadersBackend Keep",
    "ExposeHeaders X-A X-R*\nExposeHeadersWhen Always",
    "ExposeHeaders X-A\nExposeHeadersWhen Allowed",
    "ExposeHeaders X-A X-R*\nExposeHeadersWhen Allowed",
    "ExposeHeaders *\nExposeHeadersWildcard Expand",
    'ExposeHeadersWhen CORS',
);
my @changes = (('') x 5, 'RequestHeader unset Origin', "RequestHeader set Origin $admin", 'RequestHeader edit Origin app admin');

# path, that of its copy where it is another one, whether its policy is the copy's own
my @paths = (
    ['/file'], ['/api/own'], ['/api/star'], ['/api/plain'], ['/tgt/own'], ['/tgt/file'],
    ['/one/x/own', '/tgt/own'], ['/two/x/own', '/tgt/own'], ['/one/x/file', '/tgt/file'], ['/two/x/star', '/tgt/star'],
    ['/fb/a', '/fallback.html'], ['/fb/b', '/fallback.html'], ['/fallback.html'], ['/pt', '/tgt/star'], ['/tgt/star'],
    ['/missing', '/error.html'], ['/error.html'], ['/page.shtml'], ['/pages/two.shtml'],
);
my $htaccess = "RewriteEngine On\nRewriteRule ^x/(.*)\$ /tgt/\$1 [L]\n";
my %files = ('file' => "file\n", 'tgt/file' => "file\n", 'one/.htaccess' => $htaccess, 'two/.htaccess' => $htaccess, 'fb/x' => '', 'fallback.html' => "fallback\n",
    'error.html' => "error\n", 'page.shtml' => 'a <!--#include virtual="/api/own" --> <!--#include virtual="/one/x/own" -->',
    'pages/two.shtml' => 'b <!--#include virtual="/tgt/star" --> <!--#include virtual="/fb/b" --> <!--#include virtual="/pt" -->', 'store/x' => '');

my @sites;
for my $i (0 .. 31) {
    my ($quick, $store, $where, $marks) = (pick('on', 'off'), pick('disk', 'socache'), pick('server', 'server', 'container'), rand() < 0.15);
    $quick = 'off' if $marks || $where eq 'container';
    my $stale = pick('', '', 'CacheStaleOnError off');
    my $policy = pick(@policies);
    my $change = pick(@changes);
    my $common = <<"END";
ServerName site$i:\@PORT\@
UseCanonicalName On
Header set Cache-Control "max-age=600"
Header always set Access-Control-Allow-Origin "*" @{[ $marks ? '' : q("expr=-z reqenv('cache-hit')") ]}
Header onsuccess unset Access-Control-Allow-Origin
Header set X-A 1
Header always set X-Secret 1
Header set X-Request-Id 1
$policy
@{[ rand() < 0.5 ? 'ExposeHeadersNever X-Secret' : "<Location />\nExposeHeadersNever X-Secret\n</Location>" ]}
<Directory "\@ROOT\@">
    AllowOverride FileInfo
    Options +Includes
    AddOutputFilter INCLUDES .shtml
</Directory>
<Directory "\@ROOT\@/fb">
    FallbackResource /fallback.html
</Directory>
ErrorDocument 404 /error.html
ProxyPass "/api/" "http://127.0.0.1:$backend/"
ProxyPass "/tgt/file" "!"
ProxyPass "/tgt/" "http://127.0.0.1:$backend/"
RewriteEngine On
RewriteRule ^/pt\$ /tgt/star [PT]
<Location "/pt">
    ExposeHeaders X-Pt
</Location>
<Location "/api">
    @{[ pick('ExposeHeaders X-Api', 'ExposeHeaders -X-A X-Api', 'ExposeHeadersWhen Off', '') ]}
</Location>
<Location "/one">
    @{[ pick('ExposeHeaders X-One', 'ExposeHeaders -X-A', 'ExposeHeadersNever X-Own', '') ]}
</Location>
<Location "/two">
    @{[ pick('ExposeHeaders X-Two', 'ExposeHeaders -X-A', "ExposeHeaders X-Two origin=$app", '') ]}
</Location>
<Location "/fb">
    @{[ pick('ExposeHeaders X-Fb', 'ExposeHeaders -X-A', '') ]}
</Location>
<Location "/tgt">
    @{[ pick('ExposeHeaders X-Tgt', 'ExposeHeaders -X-R*', '') ]}
</Location>
$change
END
    my $enable = $where eq 'server' ? "CacheEnable $store /" : "<Location />\nCacheEnable $store\n</Location>";
    my $cache = <<"END";
CacheQuickHandler $quick
CacheRoot "\@ROOT\@/store"
@{[ $store eq 'socache' ? "CacheSocache \"shmcb:\@ROOT\@/shmcb$i(1048576)\"" : '' ]}
CacheHeader on
$enable
$stale
@{[ $marks ? "<Location />\nSetOutputFilter CACHE\n</Location>" : '' ]}
END
    push @sites, { name => "site$i", quick => $quick eq 'on', changes => $change ne '', common => $common, cache => $cache, marks => $marks };
}

# The copies of a server without mod_cache have nothing of it, not even the module.
sub start {
    my ($with) = @_;
    return serve(join('', map { "<VirtualHost *:\@PORT\@>\n$_->{common}" . ($with ? $_->{cache} : '') . "</VirtualHost>\n" } @sites), %files);
}
my $cached = start(1);
my $plain = do { local $CorsExpose::Server::without = qr/cache\w*/; start(0) };

sub ask {
    my ($port, $site, $path, $method, @headers) = @_;
    return request("$path?$site->{round}", port => $port, host => "$site->{name}:$port", method => $method, headers => \@headers);
}

my %known;
# What the server without mod_cache sends; the copies' query is no part of it.
sub list_of {
    my ($site, $path, @headers) = @_;
    return $known{"$site->{name} $path @headers"} //= do {
        my $r = ask($plain, $site, $path, 'GET', @headers);
        { status => $r->status, aceh => $r->aceh // 'none', vary => join(',', @{ $r->vary }), etag => $r->header('ETag') };
    };
}

my (%how, @wrong);
for my $step (1 .. $steps) {
    my $site = pick(@sites);
    $site->{round} //= 0;
    $site->{round}++ if rand() < 0.02;    # an empty store: a query that nobody had
    my ($path, $copy) = @{ pick(@paths) };
    my $origin = pick(undef, $app, $app, $admin);
    my $method = rand() < 0.1 ? 'HEAD' : 'GET';
    my @origin = defined $origin ? (Origin => $origin) : ();
    my @more;
    push @more, 'Cache-Control' => pick('max-age=0', 'max-age=0', 'no-cache') if rand() < 0.25;
    push @more, 'X-Fail' => 1 if rand() < 0.1;
    my $whole = list_of($site, $path, @origin);
    push @more, 'If-None-Match' => rand() < 0.7 ? $whole->{etag} // '*' : '"none"' if rand() < 0.2;
    my $r = ask($cached, $site, $path, $method, @origin, @more);
    my ($got, $status) = ($r->aceh // 'none', $r->status);
    # with SetOutputFilter CACHE, and on a 304 of mod_cache's handler, these are there when the list is made
    if ($site->{marks} || $status == 304) {
        $got =~ s/\b(?:X-Cache|Age|Warning), |, (?:X-Cache|Age|Warning)\b//g;
        $got = 'none' if $got =~ /\A(?:X-Cache|Age|Warning)\z/ && $status >= 500;
        $got = $whole->{aceh} if $got =~ /\A(?:X-Cache|Age|Warning)\z/ && $whole->{aceh} =~ /\A(?:none|Cache-Control)\z/;
    }
    my $from = ($r->header('X-Cache') // 'none') =~ /^(HIT|REVALIDATE|MISS)/ ? $1 : 'none';
    $how{"$from $status"}++;
    push @{ $site->{history} }, "step $step: $method $path?$site->{round} for " . ($origin // 'nobody') . " @more: $from $status: $got, Vary @{ $r->vary }";

    # What may come; behind a redirect, and with the quick handler off behind any swap, also the list of the copy of the URL that answers.
    my %may = ($whole->{aceh} => 1);
    my $is_copy = $from eq 'HIT' || $from eq 'REVALIDATE';
    my @copy = $copy && ($is_copy || $status == 304) ? list_of($site, $copy, @origin) : ();
    for my $aceh (map { $_->{aceh} } @copy) {
        $may{$aceh} = 1;
        # less what one of the URLs on the way forbids
        $may{ join(', ', grep { $_ ne 'X-Own' } split /, /, $aceh) || 'none' } = 1 if $site->{common} =~ /Never X-Own/;
    }
    if ($status == 304) {
        # none, or what can be computed from the headers that a 304 has
        my %names = map { $_ => 1 } 'none', 'Cache-Control', map { split /, / } $whole->{aceh}, map({ $_->{aceh} } @copy),
            list_of($site, $path, @origin, @more)->{aceh};
        $may{$got} = 1 if !grep { !$names{$_} } split /, /, $got;
    }
    elsif ($status >= 500) {
        %may = map { list_of($site, $_, @origin, 'X-Fail' => 1)->{aceh} => 1 } $path, $is_copy && $copy ? $copy : ();
    }
    # with the quick handler httpd finds no file for FallbackResource where the cache has one: a 404, with any list of that URL
    $may{$got} = 1 if $status == 404 && $path =~ m{^/fb/};
    # a copy that may be another origin's
    $may{none} = 1 if $is_copy && $site->{changes};
    # a 304 without most headers leaves those of a renewed copy in another order
    if (!sends_on_304) {
        ($got, my @may) = map { join ', ', sort split /, / } $got, keys %may;
        %may = map { $_ => 1 } @may;
    }
    my $sentence = "step $step: $site->{name} $method $path for " . ($origin // 'nobody') . " @more: $from $status";
    push @wrong, "$sentence: '$got', not '" . join("' or '", sort keys %may) . "'" if !$may{$got};
    push @wrong, "$sentence: '$got' has what is forbidden" if $got =~ /X-Secret|\*/i;
    push @wrong, "$sentence: Vary is '@{ $r->vary }'" if $status == 200 && $whole->{vary} =~ /\borigin\b/ && !grep({ $_ eq 'origin' } @{ $r->vary }) && !grep { $_->{vary} !~ /\borigin\b/ } @copy;
    last if @wrong > 20;
}
diag join "\n", map { "$_: $how{$_}" } sort keys %how if $ENV{CACHE_STEPS};
if (@wrong) {
    diag "CACHE_SEED=$seed";
    diag $_ for @wrong;
    my ($name) = $wrong[0] =~ /(site\d+)/;
    for my $site (grep { $_->{name} eq $name } @sites) {
        diag $site->{common} . $site->{cache};
        diag $_ for @{ $site->{history} };
    }
}
is scalar(@wrong), 0, "$steps steps: nobody gets another's list, or what is forbidden";
cmp_ok $how{'HIT 200'} // 0, '>=', $steps / 20, 'there were hits';
cmp_ok $how{'REVALIDATE 200'} // 0, '>=', $steps / 100, 'copies were renewed';
done_testing;
