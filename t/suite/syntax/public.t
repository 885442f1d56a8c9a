# A hundred configurations of the kind that public projects have, beside those of t/suite/syntax/quiet: what people write for
# CORS, with what this module is used for there. None has a false alarm. Those with a mistake of that kind have it named, and
# as its cure says, nothing is left to say.
use strict;
use warnings FATAL => 'all';
use Test::More;
use CorsExpose::Test;

my @modules = qw(actions alias auth_basic authn_core authn_file authz_host authz_user cache cache_disk cgid dav dav_fs deflate dir env expires
    filter headers macro mime negotiation proxy proxy_balancer proxy_fcgi proxy_http rewrite setenvif slotmem_shm);

my $acao = 'Access-Control-Allow-Origin';
my $acac = 'Access-Control-Allow-Credentials';
my $acah = 'Access-Control-Allow-Headers';
my $acam = 'Access-Control-Allow-Methods';
my $aceh = 'Access-Control-Expose-Headers';

sub in { my ($container, @lines) = @_; my ($name) = $container =~ /(\w+)/; return join "\n", "<$container>", @lines, "</$name>" }
sub host { return in('VirtualHost *:80', 'ServerName www.example.com', @_) }
sub site { return host('DocumentRoot /srv/www', in('Directory /srv/www', 'Require all granted', @_)) }
sub htaccess { return in('Directory /srv/www', 'AllowOverride None', @_) }
sub lines { return join "\n", @_ }
sub headers { return in('IfModule mod_headers.c', @_) }

my $any     = qq(Header always set $acao "*");
my @allowed = (qq(Header always set $acam "GET, POST, PUT, DELETE, OPTIONS"), qq(Header always set $acah "Origin, X-Requested-With, Content-Type, Accept, Authorization"));
my @no_preflight = ('RewriteEngine On', 'RewriteCond %{REQUEST_METHOD} OPTIONS', 'RewriteRule ^(.*)$ $1 [R=204,L]');
my @front   = ('RewriteEngine On', 'RewriteCond %{REQUEST_FILENAME} !-f', 'RewriteCond %{REQUEST_FILENAME} !-d', 'RewriteRule ^ index.php [QSA,L]');
my @noted   = (qq(SetEnvIf Origin "^https?://(.+\\.)?example\\.(com|org)(:\\d{1,5})?\$" ORIGIN=\$0), qq(Header always set $acao "%{ORIGIN}e" env=ORIGIN), 'Header always merge Vary Origin');
my $backend = "ProxyPreserveHost On\nProxyPass / http://127.0.0.1:8080/\nProxyPassReverse / http://127.0.0.1:8080/";
my $ours    = "Header onsuccess unset $acao";

my @quiet = (
    # files
    ['video in pieces', site(in('FilesMatch "\.(m3u8|ts|mp4)$"', $any, qq(Header always set $acah "Range"), 'ExposeHeaders Content-Range Accept-Ranges Content-Length'))],
    ['a player\'s own server', host($any, qq(Header always set $acah "origin, range"), 'ExposeHeaders Server Range')],
    ['map tiles', site(qq(Header always set $acao "*"), 'ExposeHeaders ETag Content-Range', 'AddType application/vnd.pmtiles .pmtiles')],
    ['a physicists\' format', htaccess(headers(in('FilesMatch "\.root$"', $any, 'ExposeHeaders content-range,content-length,accept-ranges')))],
    ['fonts', htaccess(in('FilesMatch "\.(ttf|otf|eot|woff2?)$"', headers($any)), 'ExposeHeaders ETag')],
    ['images, only where a script asks', htaccess(in('IfModule mod_setenvif.c', headers(in('FilesMatch "\.(avifs?|bmp|cur|gif|ico|jpe?g|png|svgz?|webp)$"',
        'SetEnvIf Origin ":" IS_CORS', qq(Header always set $acao "*" env=IS_CORS)))), 'ExposeHeaders Content-DPR Link')],
    ['downloads', site($any, in('Files "*.zip"', 'Header set Content-Disposition attachment', 'ExposeHeaders Content-Disposition'))],
    ['a page with service worker', site($any, 'ExposeHeaders ETag Service-Worker-Allowed', 'ExpiresActive On', 'ExpiresDefault "access plus 1 week"')],
    ['a catalogue of data', site($any, 'Options +Indexes', 'ExposeHeaders Link Content-Location Vary TCN', 'Options +MultiViews')],
    ['signed files', site($any, 'ExposeHeaders Digest Content-Digest Repr-Digest Signature Signature-Input')],
    # applications in PHP
    ['a front controller', htaccess(@front, headers(qq(Header always set $acao "https://app.example.com"), qq(Header always set $acac "true"), @allowed), 'ExposeHeaders Content-Range X-Total-Count')],
    ['without preflights', htaccess(headers($any, @allowed), @no_preflight, 'ExposeHeaders X-Total-Count X-Page')],
    ['tokens', htaccess(headers($any, @allowed), 'RewriteEngine On', 'RewriteCond %{HTTP:Authorization} ^(.*)', 'RewriteRule .* - [e=HTTP_AUTHORIZATION:%1]', 'ExposeHeaders Authorization')],
    ['a header of the token', htaccess('SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1', @front, $any, 'ExposeHeaders Authorization X-Refresh-Token')],
    ['several origins', htaccess(headers(@noted, qq(Header always set $acac "true" env=ORIGIN)), 'ExposeHeaders X-WP-Total X-WP-TotalPages Link')],
    ['several origins, credentials always', htaccess(headers(@noted, qq(Header always set $acac "true")), 'ExposeHeaders X-WP-Nonce')],
    ['an origin noted by mod_rewrite', htaccess('RewriteEngine On', 'RewriteCond %{HTTP:Origin} ^(https?://(example\.com|example\.org))$', 'RewriteRule .* - [E=ORIGIN:%{HTTP:Origin}]',
        qq(Header always set $acao %{ORIGIN}e env=ORIGIN), qq(Header always set $acac "true"), 'ExposeHeaders X-Version')],
    ['one or the other', htaccess(qq(SetEnvIf Origin "^https://app\\.example\\.com\$" IS_APP), qq(Header always set $acao https://app.example.com env=IS_APP), qq(Header always set $acao "*" env=!IS_APP),
        'ExposeHeaders X-Version ETag')],
    ['an e-mail form', htaccess(in('Files "send.php"', qq(Header always set $acao "https://www.example.com"), 'ExposeHeaders Retry-After'))],
    ['PHP-FPM', host('ProxyPassMatch ^/(.*\.php)$ fcgi://127.0.0.1:9000/srv/www/$1', qq(Header always set $acao "https://app.example.com"), 'ExposeHeaders X-Debug-Token X-Debug-Token-Link')],
    ['a handler for PHP-FPM', host(in('FilesMatch \.php$', 'SetHandler "proxy:fcgi://127.0.0.1:9000"'), $any, 'ExposeHeaders X-RateLimit-*')],
    ['a shop', htaccess('RewriteEngine on', 'RewriteRule ^api/rest api.php?type=rest [QSA,L]', $any, 'ExposeHeaders X-WC-Total X-WC-TotalPages')],
    ['a wiki\'s upload', site(in('Files "upload.php"', 'ExposeHeaders Location X-Upload-Id'), $any)],
    ['calendars and contacts', host('AddHandler cgi-script .cgi', in('Location /dav/', qq(Header always set $acao "https://cal.example.com"), qq(Header always set $acac "true"), 'ExposeHeaders ETag DAV Location Preference-Applied'))],
    # backends
    ['a backend with a CORS of its own', host($backend, 'ExposeHeaders X-Request-Id')],
    ['a backend without', host($backend, $ours, $any, 'ExposeHeaders X-Request-Id X-Response-Time')],
    ['a backend, its list replaced', host($backend, $ours, $any, 'ExposeHeadersBackend Replace', 'ExposeHeaders X-Total')],
    ['a backend, its list kept', host($backend, 'ExposeHeadersBackend Keep', 'ExposeHeaders X-Total')],
    ['a default for a backend', host($backend, qq(Header setifempty $aceh "X-Total"), 'ExposeHeaders X-Request-Id')],
    ['a backend\'s CORS taken away', host($backend, (map { "Header unset $_" } $acao, $aceh, $acah, $acam), $any, 'ExposeHeaders X-Total')],
    ['an old application beside', host('ProxyPass /old/ http://127.0.0.1:81/', in('Location /old/', qq(Header always set $aceh "X-Old")), in('Location /new/', 'ExposeHeaders X-New'), $any)],
    ['an identity server', host($backend, 'RequestHeader set X-Forwarded-Proto https', 'RequestHeader unset Proxy', in('Location /token', 'ExposeHeaders WWW-Authenticate DPoP-Nonce'))],
    ['web sockets', host('RewriteEngine on', 'RewriteCond %{HTTP:Upgrade} websocket [NC]', 'RewriteCond %{HTTP:Connection} upgrade [NC]', 'RewriteRule ^/?(.*) ws://127.0.0.1:3000/$1 [P,L]', $backend,
        'ExposeHeaders Sec-WebSocket-Protocol X-Connection-Id')],
    ['balanced', lines(in('Proxy balancer://app', 'BalancerMember http://10.0.0.1:80 route=1', 'ProxySet stickysession=ROUTE'), host('ProxyPass / balancer://app/',
        'Header add Set-Cookie "ROUTE=.%{BALANCER_WORKER_ROUTE}e; path=/" env=BALANCER_ROUTE_CHANGED', 'ExposeHeaders X-Served-By'))],
    ['logs of a query', host('ProxyPass /api/v1/ http://127.0.0.1:9090/api/v1/', in('Location /api/v1/', 'ExposeHeaders X-Prometheus-* Warning'))],
    ['a database', host('AllowEncodedSlashes NoDecode', 'ProxyPass /db http://127.0.0.1:5984 nocanon', in('Location /db', 'ExposeHeaders ETag Location X-Couch-Request-ID Server'))],
    ['objects', host($backend, 'ExposeHeaders ETag x-amz-* Content-Range', 'ExposeHeadersNever x-amz-security-*')],
    ['a notebook', host($backend, 'RequestHeader set Host "127.0.0.1:8888"', 'RequestHeader unset Accept-Encoding', 'ExposeHeaders X-Notebook-Version')],
    ['a model\'s answers', host($backend, 'SetEnv proxy-sendchunked 1', 'ExposeHeaders openai-* x-ratelimit-* x-request-id')],
    ['a registry of packages', host($backend, in('Location /v2/', 'ExposeHeaders Docker-Content-Digest Link Docker-Distribution-Api-Version WWW-Authenticate'))],
    ['a search', host('ProxyPass /solr http://127.0.0.1:8983/solr', in('Location /solr', $ours, $any, 'ExposeHeaders X-Total-Hits'))],
    ['GraphQL', host($backend, in('Location /graphql', 'ExposeHeaders X-Apollo-Operation-* apollographql-* Deprecation Sunset Link'))],
    ['a payments hook', host($backend, in('Location /hooks/', 'ExposeHeaders Idempotency-Key Request-Id Stripe-Version'))],
    ['telemetry', host($backend, 'ExposeHeaders traceparent tracestate Server-Timing X-B3-*')],
    ['a mail client', host($backend, 'ExposeHeaders X-JMAP-* Content-Location')],
    ['a broker', host('ProxyPass /mercure http://127.0.0.1:3000/.well-known/mercure', in('Location /mercure', @noted, 'ExposeHeaders Link Last-Event-ID'))],
    ['social', host($backend, 'ExposeHeaders Link X-RateLimit-Limit X-RateLimit-Remaining X-RateLimit-Reset X-Cached-Until')],
    ['geodata', host('ProxyPass /geoserver http://127.0.0.1:8080/geoserver', in('Location /geoserver', 'ExposeHeaders Content-Crs OGC-NumberReturned geowebcache-*'))],
    ['an archive\'s manifests', host($any, 'Header set Vary "Accept, Origin"', in('LocationMatch "^/iiif/[^/]+/manifest"', 'ExposeHeaders Link ETag'))],
    # origins, environments, folders
    ['by stage', host($backend, in('Location /', 'ExposeHeaders X-Build origin=https://*.staging.example.com', 'ExposeHeaders X-Debug origin=http://localhost:* origin=http://127.0.0.1:*'))],
    ['phones', host($backend, 'ExposeHeaders ETag origin=http://localhost origin=capacitor://localhost origin=ionic://localhost origin=https://localhost')],
    ['a desktop application', host($backend, 'ExposeHeaders X-Version origin=app://bundle origin=file:// origin=https://app.example.com')],
    ['an extension', host($any, 'ExposeHeaders X-Clip origin=moz-extension://*', 'ExposeHeaders X-Clip origin=chrome-extension://abcdefghijklmnopabcdefghijklmnop')],
    ['by file', site($any, in('Files "*.json"', 'ExposeHeaders ETag'), in('Files "*.csv"', 'ExposeHeaders Content-Disposition'), in('Files "secret.json"', 'ExposeHeaders None'))],
    ['by folder', lines(site($any, 'ExposeHeaders ETag'), in('Directory /srv/www/private', 'Require all denied', 'ExposeHeadersWhen Off'))],
    ['from the general to the special', host($any, 'ExposeHeaders X-Request-Id', in('Location /api/', 'ExposeHeaders X-RateLimit-*'), in('Location /api/v1/', 'ExposeHeaders -X-RateLimit-Policy'))],
    ['errors only', host($any, 'ExposeHeaders X-Error-Code "expr=%{REQUEST_STATUS} >= 400"', 'ExposeHeaders Retry-After "expr=%{REQUEST_STATUS} in { \'429\', \'503\' }"')],
    ['by a variable', host($any, 'SetEnvIf Request_URI "^/v2/" API_V2', 'ExposeHeaders X-Next-Cursor env=API_V2', 'ExposeHeaders X-Page env=!API_V2')],
    ['by address', host($any, in(q(If "-R '10.0.0.0/8'"), 'ExposeHeaders X-Internal-Node'), in('Else', 'ExposeHeaders X-Public'))],
    ['by method', host($any, in(q(If "%{REQUEST_METHOD} == 'POST'"), 'ExposeHeaders Location'))],
    ['preflights by <If>', host($any, in(q(If "%{REQUEST_METHOD} == 'OPTIONS' && -n %{HTTP:Access-Control-Request-Method}"), @allowed, qq(Header always set $aceh "X-Total"), 'Redirect 204 /'), 'ExposeHeaders X-Total')],
    ['preflights by mod_rewrite', host('RewriteEngine On', 'RewriteCond %{REQUEST_METHOD} =OPTIONS', 'RewriteCond %{HTTP:Access-Control-Request-Method} .', 'RewriteRule ^ - [R=204,L]', $any, @allowed, 'ExposeHeaders X-Total')],
    ['only where a script asks', host(in('If "-n %{HTTP:Origin}"', $any, in(q(If "%{REQUEST_METHOD} == 'OPTIONS'"), @allowed)), 'ExposeHeaders WWW-Authenticate')],
    ['a macro', lines(in('Macro Cors $origin', "Header always set $acao \$origin", 'Header always merge Vary Origin', 'ExposeHeaders X-Total'), host(in('Location /a/', 'Use Cors https://a.example'), in('Location /b/', 'Use Cors https://b.example')))],
    ['a cache in front', host('CacheEnable disk /', 'CacheRoot /var/cache/www', $backend, $ours, $any, 'ExposeHeadersWhen Always', 'ExposeHeaders ETag X-Cache Age')],
    ['a cache, and Vary', host('CacheEnable disk /', 'CacheRoot /var/cache/www', 'SetEnvIf Cookie admin ADMIN', 'Header merge Vary Cookie', $any, 'ExposeHeaders X-Node env=ADMIN')],
    ['everything but', host($any, 'ExposeHeaders * -X-Internal-* -Server -X-Powered-By')],
    ['everything, credentials too', host(qq(Header always set $acao "https://app.example.com"), qq(Header always set $acac "true"), 'ExposeHeaders * Authorization', 'ExposeHeadersNever X-Internal-*')],
    ['nothing new', host($any, @allowed, qq(Header always set Access-Control-Max-Age "86400"))],
    ['mod_headers alone', host($any, @allowed, qq(Header always set $aceh "Content-Length, X-Total"), "ExposeHeadersNever X-Internal-*")],
    ['security headers', host('Header always set Strict-Transport-Security "max-age=31536000"', 'Header always set X-Frame-Options SAMEORIGIN', 'Header always set Permissions-Policy "geolocation=()"', $any,
        'Header always set Cross-Origin-Resource-Policy cross-origin', 'ExposeHeaders X-Frame-Options Content-Security-Policy')],
    ['Timing-Allow-Origin', host($any, 'Header always set Timing-Allow-Origin "*"', 'ExposeHeaders Server-Timing')],
    ['an upload in pieces', host($backend, in('Location /files', 'ExposeHeaders Tus-* Upload-Offset Upload-Length Location Upload-Expires'))],
    ['a cache that separates', host('CacheEnable disk /', 'CacheRoot /var/cache/www', $any, 'ExposeHeaders ETag', 'ExposeHeaders X-Node origin=https://admin.example.com')],
    ['Private networks', host($any, 'Header always set Access-Control-Allow-Private-Network "true"', 'ExposeHeaders X-Device')],
);

# Mistakes that such configurations have: [title, configuration, what is warned of, the same as the cures say]
my @mistaken = (
    ['a list that is left', htaccess(headers($any, @allowed, qq(Header always set $aceh "Content-Range, X-Total-Count")), 'ExposeHeaders X-Total-Pages'), [qr/say ExposeHeaders Content-Range X-Total-Count\)/],
        htaccess(headers($any, @allowed), 'ExposeHeaders X-Total-Pages', 'ExposeHeaders Content-Range X-Total-Count')],
    ['a list that is left, where the names are', host($any, qq(Header always set $aceh "X-Total, X-Page"), 'ExposeHeaders X-Total X-Page'), [qr/\(leave it out\)/], host($any, 'ExposeHeaders X-Total X-Page')],
    ['a list of what browsers read', host($any, qq(Header always set $aceh "$acao,$acac"), 'ExposeHeaders X-Total'), [qr/leave it out; without $acao, $acac, which would be refused, or do nothing\)/],
        host($any, 'ExposeHeaders X-Total')],
    ['a list with a slip', in('Location /api', 'Header add ' . $acao . ' "*"', qq(Header add $aceh "content-type, content-range, accept-range"), 'ExposeHeaders X-Total'),
        [qr/say ExposeHeaders content-type content-range Accept-Ranges, which holds on errors, too\)/], in('Location /api', "Header add $acao \"*\"", 'ExposeHeaders X-Total', 'ExposeHeaders content-type content-range Accept-Ranges')],
    ['a list by origin', host(@noted, qq(Header always set $aceh "X-CSRF-Token" env=ORIGIN), 'ExposeHeaders X-Total'), [qr/say ExposeHeaders X-CSRF-Token with origin= in the place of env=ORIGIN\)/],
        host(@noted, 'ExposeHeaders X-Total', 'ExposeHeaders X-CSRF-Token origin=https://*.example.com')],
    ['a list where a script asks', host(in('If "-n %{HTTP:Origin}"', $any, qq(Header always set $aceh "WWW-Authenticate")), 'ExposeHeaders X-Total'), [qr/say ExposeHeaders WWW-Authenticate outside of the <If>, /],
        host(in('If "-n %{HTTP:Origin}"', $any), 'ExposeHeaders X-Total', 'ExposeHeaders WWW-Authenticate')],
    ['everything, by mod_headers', host($backend, $any, $ours, qq(Header set $aceh "*"), 'ExposeHeaders X-Total'), [qr/its \* exposes every header \(leave it out; if that is meant, say ExposeHeaders \*, /],
        host($backend, $any, $ours, 'ExposeHeaders X-Total', 'ExposeHeaders *')],
    ['* with credentials', htaccess(headers($any, qq(Header always set $acac "true"), @allowed), 'ExposeHeaders ETag'), [qr/leave $acac out/], htaccess(headers($any, @allowed), 'ExposeHeaders ETag')],
    ['* with credentials, set by add', htaccess("Header add $acao \"*\"", "Header add $acac true", 'ExposeHeaders ETag'), [qr/leave $acac out/], htaccess("Header add $acao \"*\"", 'ExposeHeaders ETag')],
    ['twice, to be sure', host("Header set $acao \"*\"", $any, 'ExposeHeaders ETag'), [qr/say Header onsuccess unset $acao\)/], host($ours, $any, 'ExposeHeaders ETag')],
    ['one more for each origin', host("Header add $acao https://a.example", "Header add $acao https://b.example", 'ExposeHeaders ETag'), [qr/is sent twice.*\(leave one out\)/], host("Header add $acao https://a.example", 'ExposeHeaders ETag')],
    ['appended for each origin', host(map({ "Header always append $acao \"https://$_.example\"" } 'a' .. 'c'), 'ExposeHeaders ETag'), [qr/is sent twice/], host("Header always append $acao \"https://a.example\"", 'ExposeHeaders ETag')],
    ['no credentials', host($any, "Header always set $acac false", 'ExposeHeaders ETag'), [qr/'false' .*or leave it out\)/], host($any, 'ExposeHeaders ETag')],
    ['credentials, written large', host("Header always set $acao https://app.example.com", "Header always set $acac \"True\"", 'ExposeHeaders ETag'), [qr/'True' .*\(say true/],
        host("Header always set $acao https://app.example.com", "Header always set $acac \"true\"", 'ExposeHeaders ETag')],
    ['set on the request', host("RequestHeader set $aceh \"X-Records\"", "RequestHeader set $acao \"*\"", 'ProxyPass /api http://127.0.0.1:8081/', 'ExposeHeaders ETag'),
        [qr/'set $aceh' sets a header of the request, .*say ExposeHeaders X-Records\)/, qr/'set $acao' .*and say Header, /], host($ours, $any, 'ProxyPass /api http://127.0.0.1:8081/', 'ExposeHeaders ETag X-Records')],
    ['by origin, with mod_rewrite', htaccess('RewriteEngine On', 'RewriteCond %{HTTP:Origin} ^https://app\.example\.com$', 'RewriteRule ^ - [E=IS_APP:1]', $any, 'ExposeHeaders X-Node env=IS_APP'),
        [qr/'env=IS_APP' depends on the request's Origin: RewriteRule/], htaccess($any, 'ExposeHeaders X-Node origin=https://app.example.com')],
    ['by origin, with <If>', host(in(q(If "%{HTTP:Origin} =~ m#^https://app\.example\.com$#"), "Header always set $acao https://app.example.com", 'ExposeHeaders X-Node')), [qr/put it outside/],
        host(in(q(If "%{HTTP:Origin} =~ m#^https://app\.example\.com$#"), "Header always set $acao https://app.example.com"), 'ExposeHeaders X-Node origin=https://app.example.com')],
    ['in mod_headers\' words', host($any, 'ExposeHeaders always set X-Total'), [qr/'always' is a word/, qr/'set' is a word/], host($any, 'ExposeHeaders X-Total')],
    ['request headers', host($any, 'ExposeHeaders Content-Type, Authorization, X-Requested-With, X-Total'), [qr/'X-Requested-With' is a request header/], host($any, 'ExposeHeaders Content-Type, Authorization, X-Total')],
    ['a prefix', host($any, 'ExposeHeaders X-RateLimit-'), [qr/\(say X-RateLimit-\*\)/], host($any, 'ExposeHeaders X-RateLimit-*')],
    ['a regular expression', host($any, 'ExposeHeaders ^X-RateLimit-.*'), [qr/the only special character is \*/], host($any, 'ExposeHeaders X-RateLimit-*')],
    ['a slip', host($any, 'ExposeHeaders Content-Dispostion Links'), [qr/\(say Content-Disposition\)/, qr/\(say Link\)/], host($any, 'ExposeHeaders Content-Disposition Link')],
    ['unset, beside', host($any, 'ExposeHeaders ETag', in('Location /private/', "Header unset $aceh")), [qr/say ExposeHeaders None/], host($any, 'ExposeHeaders ETag', in('Location /private/', 'ExposeHeaders None'))],
    ['hidden first', host($any, 'ExposeHeaders -X-Internal-* *'), [qr/put it behind that/], host($any, 'ExposeHeaders * -X-Internal-*')],
    ['off, and on', host($any, 'ExposeHeadersWhen Off', in('Location /api/', 'ExposeHeaders ETag')), [qr/say ExposeHeadersWhen CORS here/], host($any, 'ExposeHeadersWhen Off', in('Location /api/', 'ExposeHeadersWhen CORS', 'ExposeHeaders ETag'))],
);

cmp_ok @quiet + @mistaken, '>=', 100, 'a hundred configurations';

sub warnings_on {
    my ($config) = @_;
    my ($code, $output) = httpd_t($config, modules => \@modules);
    return ($code, $output =~ /\[cors_expose:warn\] .*?case\.conf(?:" used on line \d+ of "\S+)?:\d+: (.*)/g);
}

for (@quiet) {
    my ($title, $config) = @$_;
    is_deeply [warnings_on($config)], [0], "$title: no warning";
}

for (@mistaken) {
    my ($title, $config, $says, $cured) = @$_;
    my ($code, @warnings) = warnings_on($config);
    is "$code @{[scalar @warnings]}", '0 ' . @$says, "$title: as many warnings" or diag("@warnings");
    like join("\n", @warnings), $_, "$title: what is said" for @$says;
    is_deeply [warnings_on($cured)], [0], "$title: and nothing once it is cured";
}

done_testing;
