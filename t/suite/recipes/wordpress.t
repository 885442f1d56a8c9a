# conf-examples/recipes/wordpress.conf, with WordPress's own way to its front controller
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Cases;
use CorsExpose::Test;
use Recipe;
use Test::More;

# What WordPress sends: who may read, and a list of its own.
my $index = <<'END';
function handle(r)
    local api = r.the_request:find("wp%-json") or r.the_request:find("rest_route")
    r.status = r.the_request:find("none") and 404 or r.the_request:find("closed") and 401 or r.method == "POST" and 201 or 200
    r.content_type = "application/json"
    local headers = r.headers_out
    if api then
        headers["Access-Control-Allow-Origin"] = r.headers_in["Origin"]
        headers["Access-Control-Allow-Credentials"] = "true"
        headers["Access-Control-Expose-Headers"] = "X-WP-Total, X-WP-TotalPages, Link"
    end
    headers["Link"] = '<http://localhost/wp-json/>; rel="https://api.w.org/"'
    for name, value in pairs({
        ["X-WP-Total"] = "5", ["X-WP-TotalPages"] = "1", ["X-WP-Nonce"] = "0123456789", ["Cart-Token"] = "abc", Nonce = "9876543210",
        ["Retry-After"] = "3", Allow = "GET", ["X-Robots-Tag"] = "noindex", ["X-Powered-By"] = "PHP/8.2",
        ["X-Internal-Node"] = "db-7", ["Set-Cookie"] = "session=1" }) do
        headers[name] = value
    end
    r:puts("[]")
    return apache2.OK
end
END
my $htaccess = <<'END';
# BEGIN WordPress
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]
RewriteBase /
RewriteRule ^index\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /index.php [L]
</IfModule>

# END WordPress
END
my $port = serve_recipe('wordpress', {}, <<'END', 'index.php' => $index, '.htaccess' => $htaccess);
<Directory "@ROOT@">
    AllowOverride All
    Options +FollowSymLinks
    AddHandler lua-script .php
    DirectoryIndex index.php
</Directory>
END
my $names = 'X-WP-Total X-WP-TotalPages Link X-WP-Nonce Cart-Token Nonce Retry-After';
my @cookie = (mode => 'include', headers => [Cookie => 'wordpress_logged_in=1']);
my $hides = 'X-Robots-Tag Allow X-Powered-By';

try_cases($port,
    ['posts', 'GET /wp-json/wp/v2/posts', reads => $names, hides => $hides],
    ['posts, logged in', 'GET /wp-json/wp/v2/posts', @cookie, reads => $names, hides => $hides],
    ['a new post', 'POST /wp-json/wp/v2/posts', @cookie, status => 201, body => '{}', reads => $names, hides => $hides],
    ['a post that is not there', 'GET /wp-json/wp/v2/none', status => 404, reads => $names, hides => $hides],
    ['a login is asked for', 'GET /wp-json/wp/v2/closed', status => 401, reads => $names, hides => $hides],
    ['without pretty permalinks', 'GET /?rest_route=/wp/v2/posts', reads => $names, hides => $hides],
);
my $page = request('/about', port => $port, headers => [Origin => origin()]);
is $page->header('X-WP-Total'), 5, 'a page of the site comes from the same index.php';
is $page->aceh, undef, 'and is none of the API';

# What the recipe's head says of a .htaccess file: done so, above WordPress's own lines.
my ($if) = recipe_says('wordpress', '.htaccess') =~ /write (<If ".*?">)\. Put both above/ or die "the recipe doesn't say how\n";
my ($location, $query) = map { s/^ +//mgr } recipe_text('wordpress') =~ m{^ +<Location [^\n]+>\n(.*?)^ +</Location>\n.*?(^ +<If .*?</If>\n)}ms;
my $above = "<IfModule mod_cors_expose.c>\n$if\n$location</If>\n$query</IfModule>\n";
$port = serve(<<'END', 'index.php' => $index, '.htaccess' => $above . $htaccess);
<Directory "@ROOT@">
    AllowOverride FileInfo
    Options +FollowSymLinks
    DirectoryIndex index.php
</Directory>
<Directory "@ROOT@">
    AddHandler lua-script .php
</Directory>
END
try_cases($port,
    ['.htaccess: posts', 'GET /wp-json/wp/v2/posts', reads => $names, hides => $hides],
    ['.htaccess: a post that is not there', 'GET /wp-json/wp/v2/none', status => 404, reads => $names, hides => $hides],
    ['.htaccess: without pretty permalinks', 'GET /?rest_route=/wp/v2/posts', reads => $names, hides => $hides],
);
is request('/about', port => $port, headers => [Origin => origin()])->aceh, undef, '.htaccess: a page of the site is none of the API';
tried_all('wordpress');
done_testing;
