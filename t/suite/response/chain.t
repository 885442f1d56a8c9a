# Whose policy: that of the URL which the client asked for, and of what httpd serves for it. However httpd gets from the one to
# the other, the client's containers come first, and then those that are new, each once.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

# A front controller, as in WordPress, Laravel or Drupal, below a <Location> that has the policy; and the same for each way
# that httpd knows. Each is a folder, with a .htaccess file and a handler at its top.
my %htaccess = (
    rewrite  => "RewriteEngine On\nRewriteBase /rewrite/\nRewriteRule ^index\\.html\$ - [L]\n"
        . "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /rewrite/index.html [L]\n",
    fallback => "FallbackResource /fallback/index.html\n",
    action   => "Action front /action/index.html virtual\nSetHandler front\n<Files index.html>\nSetHandler none\nAcceptPathInfo On\n</Files>\n",
    error    => "ErrorDocument 404 /error/index.html\n",
    views    => "Options +MultiViews\nAddType text/html .html\n",
    index    => "DirectoryIndex /index/index.html\n",
);

# What is asked for, in each folder; 'api' has a policy in the server's configuration
my %asks = (map({ $_ => 'api/posts/1' } qw(rewrite fallback action error)), views => 'api/posts', index => 'api/');

# containers in the server's configuration, for a folder
my $containers = <<'END';
<Location "/WAY">
    ExposeHeaders X-Site X-Taken X-Back
    ExposeHeaders X-Cleared
</Location>
<Location "/WAY/api">
    ExposeHeaders X-Total -X-Taken -X-Back
    ExposeHeaders X-Once -X-Once
    ExposeHeadersWhen Always
</Location>
<Directory "@ROOT@/WAY">
    AllowOverride All
    ExposeHeaders X-Folder
</Directory>
<LocationMatch "^/WAY/(index\.html|api/posts\.html)">
    ExposeHeaders X-Front X-Back
    ExposeHeaders X-Seen env=CHAIN_SET
    ExposeHeaders X-Unset env=CHAIN_UNSET
    ExposeHeaders X-Late env=CHAIN_LATE
</LocationMatch>
SetEnvIf Request_URI "^/WAY/api/" CHAIN_SET
END

my @ways = sort keys %htaccess;
plan tests => 4 * @ways + 2 * 8 + 10 + 3;

my %files = map { my $way = $_; (
    "$way/.htaccess" => $htaccess{$way}, "$way/index.html" => "front\n", "$way/api/other" => '', "$way/api/posts.html" => "posts\n") } @ways;
my $port = serve(join('', map { $containers =~ s/WAY/$_/gr } @ways), %files);

for my $way (@ways) {
    my $r = request("/$way/$asks{$way}", port => $port, headers => [Origin => origin()]);
    is $r->status, $way eq 'error' ? 404 : 200, "$way: the status";
    like $r->body, $way eq 'views' ? qr/posts/ : qr/front/, "$way: what answers";
    # <Directory> and .htaccess come before <Location>. What the page of an error has stays out; everywhere else it is new, and so
    # it comes last: X-Back, which the client's containers take away, is there again.
    my $client = 'X-Folder, X-Site, X-Cleared, X-Total';
    is $r->aceh, $way eq 'error' ? $client : "$client, X-Front, X-Back, X-Seen", "$way: the list";
    is scalar(grep { $_ eq "origin" } @{ $r->vary }), 0, "$way: When Always, which the client's container says, holds";
}

# What a container on the way takes away stays away, though outer containers, which hold for both, add it.
my $wp = serve(<<'END', 'index.html' => "front\n", '.htaccess' => <<'HTACCESS', 'sub/.htaccess' => "ExposeHeaders X-Htaccess\n", 'sub/page.html' => '');
ExposeHeaders X-Server
<Directory "@ROOT@">
    AllowOverride All
</Directory>
<Location "/">
    ExposeHeaders X-Root
</Location>
<Location "/wp-json/">
    ExposeHeaders X-WP-Total X-WP-TotalPages Link -X-Root
</Location>
<Location "/nothing/">
    ExposeHeaders None
</Location>
<Location "/off/">
    ExposeHeadersWhen Off
</Location>
<Location "/cors/">
    ExposeHeaders X-A env=CORS
    ExposeHeaders X-B env=!CORS
    ExposeHeaders X-C env=NONE
</Location>
<Location "/sub/">
    ExposeHeaders -X-Htaccess -X-Server
</Location>
END
RewriteEngine On
RewriteBase /
RewriteRule ^cors/ index.html [E=CORS:1,END]
RewriteRule ^twice/ /cors/again [E=NONE:1,L]
RewriteRule ^index\.html$ - [L]
RewriteRule ^sub/page\.html$ - [L]
RewriteRule ^sub/ sub/page.html [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteRule . /index.html [L]
HTACCESS
for my $case (
    # path, list, what it shows
    ['/index.html',          'X-Server, X-Root', 'the front controller itself'],
    ['/wp-json/wp/v2/posts', 'X-Server, X-WP-Total, X-WP-TotalPages, Link', "WordPress: the API's names, and without what it removes"],
    ['/elsewhere',           'X-Server, X-Root', 'WordPress: a page'],
    ['/nothing/at/all',      undef, 'None on the way'],
    ['/off/page',            undef, 'When Off on the way'],
    ['/cors/a',              'X-Server, X-Root, X-A', 'a variable that mod_rewrite sets, and END'],
    ['/twice/a',             'X-Server, X-Root, X-A, X-C', 'variables of both redirects'],
    ['/sub/none',            'X-Root', 'a .htaccess file that holds for both: what takes its names away comes after it'],
) {
    my ($path, $expected, $title) = @$case;
    my $r = request($path, port => $wp, headers => [Origin => origin()]);
    is $r->status, 200, "$title ($path): the status";
    is $r->aceh, $expected, "$title ($path): the list" or diag $r->all;
}

# The page of an error follows the request that failed, found so; conditions look at that one and those before it.
my $errors = serve(<<'END', 'to.asis' => "Location: /second/none\n\n", 'err/page.html' => 'sorry', 'err/to.asis' => "Status: 200 OK\nLocation: /err/page.html\n\n", 'err/index.html' => 'index');
AddHandler send-as-is .asis
SetEnvIf Request_URI "^/to" FIRST
SetEnvIf Request_URI "^/second" SECOND
SetEnvIf Request_URI "^/err" THIRD
<LocationMatch "^/(?!err|plain)">
    ErrorDocument 404 /err/page.html
    ErrorDocument 403 /err/to.asis
    ErrorDocument 410 /err/
</LocationMatch>
RedirectMatch 410 ^/first/gone
<Location "/to.asis">
    ExposeHeaders X-First -X-Second-Gone
</Location>
<Location "/second">
    ExposeHeaders X-Second X-Second-Gone
    ExposeHeaders X-Env-1 env=FIRST
    ExposeHeaders X-Env-2 env=SECOND
    ExposeHeaders X-Env-3 env=THIRD
    ExposeHeaders X-Not-3 env=!THIRD
    ExposeHeaders X-404 "expr=%{REQUEST_STATUS} == 404"
</Location>
<Location "/first">
    ExposeHeaders X-First
</Location>
<Location "/first/denied">
    Require all denied
</Location>
<Location "/first/off">
    ExposeHeadersWhen Off
</Location>
<Location "/first/always">
    ExposeHeadersWhen Always
</Location>
<Location "/err">
    ExposeHeaders X-Err None X-Page *
    ExposeHeadersWhen Always
    ExposeHeadersBackend Replace
</Location>
END
for my $case (
    # path, status, list, Vary, what it shows
    ['/to.asis',            404, 'X-First, X-Second, X-Second-Gone, X-Env-1, X-Env-2, X-Not-3, X-404', 'origin', 'a redirect that fails'],
    ['/first/missing',      404, 'X-First', 'origin', 'a page'],
    ['/first/denied/x',     200, 'X-First', 'origin', 'a page that redirects, and so ends well'],
    ['/first/gone',         410, 'X-First', 'origin', 'a folder with an index'],
    ['/first/off/missing',  404, undef,     '',       'Off'],
) {
    my ($path, $status, $expected, $vary, $title) = @$case;
    my $r = request($path, port => $errors, headers => [Origin => origin()]);
    is $r->status . ' ' . ($r->aceh // 'none'), "$status " . ($expected // 'none'), "an error's page, $title ($path): the list";
    is "@{ $r->vary }", $vary, "an error's page, $title ($path): Vary";
}
# The facts of the request are those of the first one, a preflight's too: it was OPTIONS, whatever the page is asked for with.
my @preflight = (Origin => origin(), 'Access-Control-Request-Method' => 'PUT');
is request('/first/denied/x', port => $errors, method => 'OPTIONS', headers => \@preflight)->aceh, undef, 'a preflight that fails, and its page';
is request('/first/denied/x', port => $errors, headers => \@preflight)->aceh, 'X-First', 'what only looks like one';
is request('/first/always/missing', port => $errors)->aceh, 'X-First', 'Always, without Origin';
