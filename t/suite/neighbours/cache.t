# mod_cache: whoever asks gets the list that a server without it would have sent, or, where only an older copy can come, what
# docs/caches.md says. Each server is this test's own: what is tried is how mod_cache is set up.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

my @app    = (Origin => origin());
my @admin  = (Origin => 'https://admin.example.com');
my @fresh  = ('Cache-Control' => 'max-age=0');    # mod_cache asks anew for what it has
my @preflight = (@app, 'Access-Control-Request-Method' => 'GET');

# What is behind the proxies of this test. A 304 has no list.
my $backend = serve(<<'END', map { $_ => "$_\n" } qw(own star plain));
ExposeHeadersWhen Off
FileETag All
Header set Cache-Control "max-age=600, public"
Header always set Access-Control-Allow-Origin "*"
Header set X-A 1
Header set X-Secret 1
Header set X-Request-Id 1
<Location "/own">
    Header set Access-Control-Expose-Headers "X-A, X-Secret" "expr=%{REQUEST_STATUS} == 200"
</Location>
<Location "/star">
    Header set Access-Control-Expose-Headers "*"
</Location>
RewriteEngine On
RewriteCond %{HTTP:X-Fail} (.+)
RewriteRule ^ - [R=503]
END

# site('on disk', $lines, { files }, sub { tests }): a virtual host with mod_cache so set up (its quick handler, its store), in which the
# tests ask. @BACKEND@ is the backend's port, @STORE@ the store. All are in one server, which starts when all are known.
my (@sites, $port);

sub site {
    my ($how, $lines, $files, $tests) = @_;
    my ($quick, $store) = split / /, $how;
    my $name = 'site' . @sites . ':@PORT@';
    my $enable = $lines =~ /CacheEnable/ ? '' : "CacheEnable $store /\n";
    my $root = '@ROOT@/' . @sites;
    $lines =~ s/\@BACKEND\@/$backend/g;
    $lines =~ s/\@STORE\@/$store/g;
    $lines =~ s/\@ROOT\@/$root/g;
    my $shm = $store eq 'socache' ? "CacheSocache \"shmcb:\@ROOT\@/shmcb" . @sites . "(1048576)\"\n" : '';
    push @sites, { files => { '.htaccess' => '', %$files }, tests => $tests, text => <<"END" };
<VirtualHost 127.0.0.1:\@PORT\@>
# a subrequest has no port of its own for the key
ServerName $name
UseCanonicalName On
DocumentRoot "$root"
CacheQuickHandler $quick
CacheRoot "\@ROOT\@/store"
CacheHeader on
$shm$enable$lines
</VirtualHost>
END
    return;
}

sub start {
    my %files = ('store/x' => '');
    for my $i (0 .. $#sites) {
        $files{"$i/$_"} = $sites[$i]{files}{$_} for keys %{ $sites[$i]{files} };
    }
    $port = serve(join('', map { $_->{text} } @sites), %files);
    chmod 0755, glob Apache::Test::vars('t_state') . '/*/root/*/script/*';
    $sites[$_]{tests}->("site$_:$port") for 0 .. $#sites;
    return;
}

sub ask {
    my ($site, $path, @headers) = @_;
    return request($path, port => $port, host => $site, headers => \@headers);
}

sub from_store { return ($_[0]->header('X-Cache') // 'none') =~ /^(HIT|REVALIDATE|MISS)/ ? $1 : 'none' }

my @hows = ('on disk', 'off disk', 'on socache', 'off socache');

# ---- E1, E18: what an SSI page includes is stored, and the next one who asks for the part gets that copy

my @pages = (['a page', 'GET', 'page'], ['a HEAD of a page', 'HEAD', 'page'], ['a preflight to a script', 'OPTIONS', 'script']);
for my $how (@hows) {
    my %files;
    for my $own (qw(own star)) {
        for my $i (0 .. $#pages) {
            $files{"page/$own-$i"} = "page <!--#include virtual=\"/api/$own?p$i\" -->";
            $files{"script/$own-$i"} = "#!/bin/sh\nprintf 'Content-Type: text/html\\r\\n\\r\\n<!--#include virtual=\"/api/$own?p$i\" -->'\n";
        }
    }
    site($how, <<'END', \%files, sub {
ExposeHeaders X-Request-Id X-A*
CacheEnable @STORE@ /api
<Location "/api">
    ProxyPass "http://127.0.0.1:@BACKEND@"
    ExposeHeadersNever X-Secret
    ExposeHeaders X-Api
</Location>
<Location "/page">
    ExposeHeaders X-Page
    SetOutputFilter INCLUDES
    Options +Includes
</Location>
<Location "/script">
    ExposeHeaders X-Page
    SetHandler cgi-script
    SetOutputFilter INCLUDES
    Options +Includes +ExecCGI
</Location>
END
    my ($site) = @_;
    for my $own (qw(own star)) {
        my $expected = ask($site, "/api/$own?alone", @app);
        for my $i (0 .. $#pages) {
            my ($title, $method, $name) = @{ $pages[$i] };
            my $r = request("/$name/$own-$i", port => $port, host => $site, method => $method, headers => $method eq 'OPTIONS' ? \@preflight : \@app);
            is $r->status, 200, "$how, $own, $title: the page";
            $r = ask($site, "/api/$own?p$i", @app);
            is from_store($r), 'HIT', "$how, $own, $title: the part is in the store";
            is $r->aceh, $expected->aceh, "$how, $own, $title: its list" or diag $r->all;
            is_deeply $r->vary, $expected->vary, "$how, $own, $title: its Vary";
        }
    }
    });
}

# ---- E5: one origin's list is for no other one, whatever RequestHeader does to Origin

my @changes = (
    ['unset',            'RequestHeader unset Origin'],
    ['set to an origin', 'RequestHeader set Origin https://admin.example.com'],
    ['edited',           'RequestHeader edit Origin app admin'],
    ['made the same',    'RequestHeader edit Origin ^https https'],
    ['early unset',      'RequestHeader unset Origin early'],
    ['untouched',        ''],
);
for my $how (@hows[0, 1]) {
    for my $change (@changes) {
        my ($title, $line) = @$change;
        site($how, <<"END", { map { $_ => "text\n" } qw(a b c) }, sub {
Header set Cache-Control "max-age=600"
Header set Access-Control-Allow-Origin "*"
ExposeHeaders X-A
ExposeHeaders X-Internal-Node origin=https://admin.example.com
ExposeHeaders -X-A X-App origin=https://app.example.com
$line
END
            my ($site) = @_;
        my %origin = (admin => \@admin, app => \@app, nobody => []);
        my $leaks = 0;
        log_mark();
        for my $round (['a', qw(admin app nobody admin app)], ['b', qw(nobody app admin app admin nobody)], ['c', qw(app admin nobody nobody admin app)]) {
            my ($path, @who) = @$round;
            for my $who (@who) {
                my $r = ask($site, "/$path", @{ $origin{$who} });
                my $list = $r->aceh // '';
                $leaks++ if $list =~ /Internal/ && $who ne 'admin' || $list =~ /X-A\b/ && $who eq 'app' && $title ne 'early unset' || $list =~ /X-App/ && $who ne 'app';
            }
        }
        is $leaks, 0, "quick handler $how, Origin $title: nobody gets another's list";
        # the quick handler's key has the client's Origin, as it has where "early" came first
        my $may = $how =~ /^off/ && $line && $line !~ /early|\^https/ ? 1 : 0;
        is log_lines(qr/; the copy may be another origin's: RequestHeader changed Origin/, $may) > 0 ? 1 : 0, $may, "quick handler $how, Origin $title: the log says so";
        });
    }
}

# ---- E8: fine control, where the copy is stored in front of our filter

for my $case (['CACHE', ''], ['CACHE;DEFLATE', ''], ['CACHE', 'RequestHeader edit Origin app admin']) {
    for my $store (qw(disk socache)) {
        my ($filter, $change) = @$case;
        my $what = "$filter, $store" . ($change && ", $change");
        site("off $store", <<"END", {}, sub {
<Location "/">
    ProxyPass "http://127.0.0.1:$backend/"
    CacheEnable $store
    SetOutputFilter $filter
    ExposeHeaders X-Request-Id X-A*
    ExposeHeadersNever X-Secret
    $change
</Location>
AddOutputFilterByType DEFLATE text/html
END
            my ($site) = @_;
        my $first = ask($site, '/own', @app, 'Accept-Encoding' => 'gzip');
        log_mark();
        my $second = ask($site, '/own', @app, 'Accept-Encoding' => 'gzip');
        is from_store($second), 'HIT', "$what: a hit";
        is $first->aceh, 'X-Request-Id, X-A', "$what: the first list";
        is $second->aceh, 'X-Request-Id, X-A', "$what: the list of a hit";
        is scalar(grep { $_ eq 'origin' } @{ $second->vary }), 1, "$what: Vary of a hit";
        is scalar(log_lines(qr/cors_expose:debug/)), 1, "$what: one line";
        my $third = ask($site, '/own', @app, @fresh, 'Accept-Encoding' => 'gzip');
        is $third->aceh, 'X-Request-Id, X-A', "$what: the list of a renewed copy";
        my $other = ask($site, '/own', 'Accept-Encoding' => 'gzip');
        is $other->aceh, 'X-Request-Id, X-A', "$what: the list for nobody";
        });
    }
}

# ---- a copy for each origin: mod_cache_disk and mod_cache_socache read the first line of Vary alone

for my $how (@hows) {
    site($how, <<'END', { page => "page\n" }, sub {
Header set Cache-Control "max-age=600"
Header set Vary "X-Language"
ExposeHeaders X-A
ExposeHeaders X-Admin origin=https://admin.example.com
END
        my ($site) = @_;
        my @asked = map { ask($site, '/page', @$_) } \@app, \@admin, \@app, \@admin;
        is join(' ', map { from_store($_) } @asked), 'MISS MISS HIT HIT', "$how: each origin's copy stays";
        is_deeply [map { $_->aceh } @asked], [('X-A', 'X-A, X-Admin') x 2], "$how: and has its list";
    });
}

# ---- what RequestHeader makes of the client's validators isn't mod_cache's

for my $how (@hows[0, 1]) {
    site($how, <<'END', { page => "page\n" }, sub {
Header set Cache-Control "max-age=600"
Header always set Access-Control-Allow-Origin "*"
RequestHeader edit If-None-Match -gzip ""
ExposeHeaders X-A
END
        my ($site) = @_;
        my $etag = ask($site, '/page?1', @app)->header('ETag');
        my $r = ask($site, '/page?2', @app, 'If-None-Match' => $etag =~ s/"$/-gzip"/r);
        is $r->status, 304, "$how, an edited If-None-Match: a 304";
        is $r->aceh, 'X-A', "$how, an edited If-None-Match: its list";
    });
}

# ---- E9, E9a, E9b: mod_cache's key isn't the client's URL

my $htaccess = "RewriteEngine On\nRewriteRule ^x/(.*)\$ /tgt/\$1 [L]\n";
my %redirect = ('one/.htaccess' => $htaccess, 'two/.htaccess' => $htaccess, 'none/.htaccess' => $htaccess, 'tgt/k' => 'k', 'tgt/l' => 'l', 'tgt/m' => 'm', 'tgt/n' => 'n', 'err/page.html' => 'err');
my $redirect = <<'END';
Header set Cache-Control "max-age=600"
<Directory "@ROOT@">
    AllowOverride FileInfo
</Directory>
<Location "/one">
    ExposeHeaders X-One
</Location>
<Location "/two">
    ExposeHeaders X-Two
</Location>
END
for my $how (@hows) {
    site($how, $redirect, \%redirect, sub {
        my ($site) = @_;
    is ask($site, '/one/x/k', @app)->aceh, 'X-One', "$how: the first URL";
    is ask($site, '/two/x/k', @app)->aceh, 'X-Two', "$how: the second one, answered by the same file";
    is ask($site, '/tgt/k', @app)->aceh, undef, "$how: the file itself";
    is from_store(ask($site, '/tgt/k', @app)), 'HIT', "$how: which is stored";
    log_mark();
    ask($site, '/one/x/l', @app);
    my ($line) = log_lines(qr/cors_expose:debug/);
    like $line, qr/; not stored by mod_cache: /, "$how: the log says why it isn't stored";
    });

    # A front controller whose policy is the same for all URLs is stored as it was before.
    site($how, $redirect . "<Location \"/\">\nExposeHeaders X-Site -X-One -X-Two\n</Location>\n", \%redirect, sub {
        my ($site) = @_;
    is ask($site, '/none/x/k', @app)->aceh, 'X-Site', "$how, one policy for all: the first URL";
    my $r = ask($site, '/tgt/k', @app);
    is from_store($r), 'HIT', "$how, one policy for all: the copy is stored";
    is $r->aceh, 'X-Site', "$how, one policy for all: its list";
    });

    for my $condition ('env=ONE', '"expr=%{THE_REQUEST} =~ m#/one/#"') {
        site($how, <<"END" . ($redirect =~ s/ExposeHeaders .*//gr), \%redirect, sub {
SetEnvIf Request_URI ^/one/ ONE
ExposeHeaders X-Internal-Node $condition
END
            my ($site) = @_;
        is ask($site, '/one/x/k', @app)->aceh, 'X-Internal-Node', "$how, $condition: behind a redirect";
        is ask($site, '/tgt/k', @app)->aceh, undef, "$how, $condition: the target itself";
        });
    }

    site($how, <<'END' . ($redirect =~ s/ExposeHeaders .*//gr), \%redirect, sub {
<If "%{THE_REQUEST} =~ m#/one/#">
    ExposeHeaders X-Internal-Node
</If>
END
        my ($site) = @_;
    is ask($site, '/one/x/k', @app)->aceh, 'X-Internal-Node', "$how, <If>: behind a redirect";
    is ask($site, '/tgt/k', @app)->aceh, undef, "$how, <If>: the target itself";
    });

    # The page of an error has the failed URL's policy, and not its own.
    site($how, <<'END', \%redirect, sub {
ErrorDocument 404 /err/page.html
Header always set Cache-Control "max-age=600"
ExposeHeaders X-Any
<Location "/err">
    ExposeHeaders X-Err
</Location>
END
        my ($site) = @_;
    is ask($site, '/missing', @app)->aceh, 'X-Any', "$how, ErrorDocument: the URL that failed";
    my $r = ask($site, '/err/page.html', @app);
    is $r->status, 200, "$how, ErrorDocument: the page itself";
    is $r->aceh, 'X-Any, X-Err', "$how, ErrorDocument: its list";
    });
}

# Swaps that aren't redirects: with the quick handler the key stays the client's.
my $wordpress = <<'END';
Header set Cache-Control "max-age=600"
<Location "/wp-json">
    ExposeHeaders X-WP-Total
</Location>
<Directory "@ROOT@">
    FallbackResource /index.html
</Directory>
RewriteEngine On
RewriteRule ^/st$ /tgt/t.html [PT]
<Location "/st">
    ExposeHeaders X-Internal-Node
</Location>
END
for my $how (@hows) {
    site($how, $wordpress, { 'index.html' => 'index', 'tgt/t.html' => 't' }, sub {
        my ($site) = @_;
    is ask($site, '/wp-json/a', @app)->aceh, 'X-WP-Total', "$how, FallbackResource: the list";
    my $r = ask($site, '/wp-json/a', @app);
    is from_store($r), $how =~ /on/ ? 'HIT' : 'MISS', "$how, FallbackResource: " . ($how =~ /on/ ? 'stored as before' : 'not stored');
    is $r->aceh, 'X-WP-Total', "$how, FallbackResource: the list again";
    is ask($site, '/index.html', @app)->aceh, undef, "$how, FallbackResource: the page itself";
    is ask($site, '/st', @app)->aceh, 'X-Internal-Node', "$how, [PT]: the list";
    is ask($site, '/tgt/t.html', @app)->aceh, undef, "$how, [PT]: the target itself";
    is ask($site, '/st', @app)->aceh, $how =~ /on/ ? 'X-Internal-Node' : undef,
        "$how, [PT]: " . ($how =~ /on/ ? 'the list again' : 'a hit has the list of the target itself');
    });
}

# ---- E10: mod_cache revalidates its own copy behind a redirect

for my $how (@hows) {
    site($how, <<'END', \%redirect, sub {
CacheEnable @STORE@ /tgt
ProxyPass "/tgt" "http://127.0.0.1:@BACKEND@"
<Directory "@ROOT@">
    AllowOverride FileInfo
</Directory>
ExposeHeaders X-Config
END
        my ($site) = @_;
    is ask($site, '/one/x/own', @app)->aceh, 'X-Config, X-A, X-Secret', "$how, renewal behind a redirect: the first";
    for my $round (1, 2) {
        my $r = ask($site, '/one/x/own', @app, @fresh);
        is from_store($r), 'REVALIDATE', "$how, renewal behind a redirect: is renewed";
        is $r->aceh, 'X-Config, X-A, X-Secret', "$how, renewal behind a redirect: the list stays ($round)";
    }
    is ask($site, '/tgt/own', @app)->aceh, 'X-Config, X-A, X-Secret', "$how, renewal behind a redirect: for the target itself";
    });
}

# ---- E20: mod_cache's quick handler answers the client's validators itself

for my $off ('', 'ExposeHeadersWhen Off') {
    for my $how (@hows) {
        site($how, <<"END", { page => "text\n" }, sub {
ExposeHeaders X-S
ExposeHeadersBackend Replace
<Location "/page">
    ExposeHeaders -X-S X-A
    $off
</Location>
Header set Cache-Control "max-age=600"
Header always set Access-Control-Allow-Origin "*"
END
            my ($site) = @_;
        my $expected = $off ? undef : 'X-A';
        my $r = ask($site, '/page', @app);
        is $r->aceh, $expected, "$how, $off: the first";
        $r = ask($site, '/page', @app, 'If-None-Match' => $r->header('ETag'));
        is $r->status, 304, "$how, $off: a 304 from the store";
        is $r->aceh, sends_on_304 ? $expected : undef, "$how, $off: its list" or diag $r->all;
        });
    }
}

# ---- E17: a stale copy in the place of an error

for my $how (@hows) {
    for my $stale ('', 'CacheStaleOnError off') {
        my $what = "$how, the backend fails" . ($stale ? ", $stale" : '');
        site($how, <<"END", {}, sub {
ProxyPass "/" "http://127.0.0.1:\@BACKEND\@/"
Header always set Access-Control-Allow-Origin "*"
Header onsuccess unset Access-Control-Allow-Origin
ExposeHeaders X-Config
ExposeHeadersNever X-Secret
$stale
END
            my ($site) = @_;
            is ask($site, '/own', @app)->aceh, 'X-Config, X-A', "$what: what is stored";
            log_mark();
            my $r = ask($site, '/own', @app, @fresh, 'X-Fail' => 503);
            is $r->status, $stale ? 503 : 200, "$what: " . ($stale ? 'the error comes' : 'the copy comes') or diag $r->all;
            is $r->aceh, $stale ? 'X-Config' : 'X-Config, X-A', "$what: its list";
            is scalar($r->lines('Access-Control-Allow-Origin')), $stale ? 1 : 2, "$what: lines of Access-Control-Allow-Origin" or diag $r->all;
            is scalar(grep { !/ off: / } log_lines(qr/cors_expose:debug/)), 1, "$what: one line in the log, beside the backend's";
        });
    }
}

# ---- E22: a range out of the copy of a whole answer

for my $how (@hows) {
    site($how, <<'END', { page => 'text' x 100 }, sub {
Header set Cache-Control "max-age=600"
Header always set X-Secret 1
ExposeHeaders * -X-Secret
END
        my ($site) = @_;
        my $r = ask($site, '/page', @app);
        like $r->aceh, qr/\bContent-Range\b/, "$how, a range: the whole answer lists what one will have";
        $r = ask($site, '/page', @app, Range => 'bytes=2-5');
        is $r->status, 206, "$how, a range: is cut";
        is from_store($r), 'HIT', "$how, a range: out of the copy";
        ok $r->header('Content-Range') && $r->aceh =~ /\bContent-Range\b/, "$how, a range: Content-Range is there, and listed";
    });
}

# ---- E24: what the copy can't know, and what docs/caches.md says to do

for my $how (@hows) {
    for my $cure ('', 'Header always merge Vary Cookie', "CacheDisable /page") {
        site($how, <<"END", { page => "text\n" }, sub {
Header set Cache-Control "max-age=600"
SetEnvIf Cookie admin ADMIN
ExposeHeaders X-Internal env=ADMIN
$cure
END
            my ($site) = @_;
            is ask($site, '/page', @app, Cookie => 'admin=1')->aceh, 'X-Internal', "$how, env=, $cure: who has the cookie";
            is ask($site, '/page', @app)->aceh, $cure ? undef : 'X-Internal', "$how, env=, $cure: who hasn't";
        });
    }
}

# ---- the front controller of docs/caches.md

for my $how (@hows[0, 2]) {
    for my $way ('RewriteRule', 'FallbackResource') {
        my $htaccess = $way eq 'RewriteRule' ? "RewriteEngine On\nRewriteBase /\nRewriteRule ^index\\.html\$ - [L]\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /index.html [L]\n" : '';
        my $lines = $way eq 'RewriteRule' ? '' : "<Directory \"\@ROOT\@\">\nFallbackResource /index.html\n</Directory>\n";
        site($how, <<"END", { 'index.html' => 'index', '.htaccess' => $htaccess }, sub {
Header set Cache-Control "max-age=600"
<Directory "\@ROOT\@">
    AllowOverride FileInfo
</Directory>
$lines<Location "/wp-json/">
    ExposeHeaders X-WP-Total
</Location>
<Location "/">
    ExposeHeaders X-Site
</Location>
END
            my ($site) = @_;
            my $what = "$how, WordPress by $way";
            # each URL twice: what is answered from the store the second time
            my %hits;
            for my $path (qw(/a /b /wp-json/a /wp-json/b)) {
                ask($site, "$path?$path", @app);
                my $r = ask($site, "$path?$path", @app);
                $hits{$path} = from_store($r);
                is $r->aceh, $path =~ /wp-json/ ? 'X-WP-Total, X-Site' : 'X-Site', "$what: the list of $path";
            }
            is scalar(grep { $_ eq 'HIT' } @hits{qw(/a /b)}), 2, "$what: pages are stored as before";
            is scalar(grep { $_ eq 'HIT' } @hits{qw(/wp-json/a /wp-json/b)}), $way eq 'RewriteRule' ? 0 : 2, "$what: the API is stored by FallbackResource alone";
        });
    }
}

# What a .htaccess file says of mod_cache's variables changes nothing.
site('off disk', <<'END', { 'page' => '', '.htaccess' => "SetEnv cache-hit 1\nSetEnv cache-revalidate 1\nHeader set Access-Control-Expose-Headers X-Own\n" }, sub {
<Directory "@ROOT@">
    AllowOverride FileInfo
</Directory>
ExposeHeaders X-A -X-Own
END
    my ($site) = @_;
is ask($site, '/page', @app)->aceh, 'X-A', 'a .htaccess file that sets cache-hit';
});

start();

# Nor where mod_cache isn't there at all, and RequestHeader changes Origin
{
    local $CorsExpose::Server::without = qr/cache\w*/;
    my $own = serve(<<'END', 'page' => '', '.htaccess' => "SetEnv cache-hit 1\nRequestHeader unset Origin\n");
<Directory "@ROOT@">
    AllowOverride FileInfo
</Directory>
Header always set Access-Control-Allow-Origin "*"
ExposeHeaders X-A
ExposeHeaders X-Admin origin=https://admin.example.com
END
    my $etag = request('/page', port => $own)->header('ETag');
    my $r = request('/page', port => $own, headers => [@app, 'If-None-Match' => $etag]);
    is $r->status, 304, 'without mod_cache: a 304';
    is $r->aceh, 'X-A', 'without mod_cache: its list, whatever a .htaccess file sets';
}
done_testing;
