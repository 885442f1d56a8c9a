# From a client's URL to what answers it, httpd has many ways. On each of them the client's containers hold, what they forbid
# and remove before all else; and where nothing is swapped, the order of containers is httpd's own.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve stop);
use CorsExpose::Ports qw(free_ports);
use CorsExpose::Test;
use Test::More;

my $backend = serve("Header set X-Answered backend\n", 't.html' => "backend\n");

# way, its directives (or a .htaccess file's, or files), the client's URL, whether the target's own container counts, what is different.
# The client's URL is /WAY/in, its container forbids X-Secret and exposes X-Mine; the target is /tgt/t.html, which exposes X-Tgt.
my @ways = (
    ['RewriteRule in .htaccess',     htaccess => "RewriteEngine On\nRewriteRule ^in\$ /tgt/t.html [L]", tgt => 1],
    ['RewriteRule in <Directory>',   directory => "RewriteEngine On\nRewriteRule ^in\$ /tgt/t.html [L]", tgt => 1],
    ['RewriteRule in <Location>',    server => "<Location \"/WAY/in\">\nRewriteEngine On\nRewriteRule ^ /tgt/t.html [L]\n</Location>", tgt => 1],
    ['RewriteRule in the server',    server => 'RewriteRule ^/WAY/in$ /tgt/t.html'],
    ['[PT]',                         server => 'RewriteRule ^/WAY/in$ /tgt/t.html [PT]', tgt => 1],
    ['[PT] to an Alias',             server => "RewriteRule ^/WAY/in\$ /aliased/t.html [PT]\nAlias \"/aliased\" \"\@ROOT\@/tgt\""],
    ['[END]',                        htaccess => "RewriteEngine On\nRewriteRule ^in\$ /tgt/t.html [END]", tgt => 1],
    ['[P]',                          server => "RewriteRule ^/WAY/in\$ http://127.0.0.1:$backend/t.html [P]"],
    ['[H=]',                         server => 'RewriteRule ^/WAY/in$ @ROOT@/tgt/t.lua [H=lua-script]'],
    ['Alias',                        server => 'Alias "/WAY/in" "@ROOT@/tgt/t.html"'],
    ['FallbackResource',             directory => 'FallbackResource /tgt/t.html', tgt => 1],
    ['DirectoryIndex',               directory => 'DirectoryIndex /tgt/t.html', path => 'in/', files => { 'in/x' => '' }, tgt => 1],
    ['MultiViews',                   directory => "Options +MultiViews\nAddType text/html .html", files => { 'in.html' => '' }],
    ['Action',                       directory => "SetHandler front\nAction front /tgt/t.html virtual", tgt => 1],
    ["a CGI's Location",             directory => "SetHandler cgi-script\nOptions +ExecCGI", tgt => 1,
        files => { 'in' => "#!/bin/sh\nprintf 'Location: /tgt/t.html\\r\\n\\r\\n'\n" }],
    ['a type map',                   directory => "<Files in>\nSetHandler type-map\n</Files>", files => { in => "URI: other.html\nContent-type: text/html\n", 'other.html' => '' }],
    ['ErrorDocument',                directory => 'ErrorDocument 404 /tgt/t.html', status => 404],
    ['a translate_name hook',        server => "LuaHookTranslateName \"\@ROOT\@/hook.lua\" translate early", tgt => 1],
    ['ProxyPass',                    server => "ProxyPass \"/WAY/in\" \"http://127.0.0.1:$backend/t.html\""],
);

my $config = <<'END';
RewriteEngine On
ExposeHeaders X-Secret
Header always set X-Secret 1
<Directory "@ROOT@">
    AllowOverride All
    Options FollowSymLinks
    AcceptPathInfo On
</Directory>
<Location "/tgt">
    ExposeHeaders X-Tgt
</Location>
END
my %files = ('tgt/t.html' => 'target', 'tgt/t.lua' => "function handle(r) r:puts('target') return apache2.OK end\n",
    'hook.lua' => "function translate(r) if r.uri == '/way17/in' then r.uri = '/tgt/t.html' end return apache2.DECLINED end\n");
for my $i (0 .. $#ways) {
    my ($title, %way) = @{ $ways[$i] };
    my $name = "way$i";
    $config .= "<Location \"/$name/in\">\nExposeHeadersNever X-Secret\nExposeHeaders X-Mine\nExposeHeadersWhen Always\n</Location>\n";
    $config .= "$way{server}\n" =~ s/WAY/$name/gr if $way{server};
    $config .= "<Directory \"\@ROOT\@/$name\">\n$way{directory}\n</Directory>\n" if $way{directory};
    $files{"$name/.htaccess"} = "$way{htaccess}\n" if $way{htaccess};
    $files{"$name/$_"} = $way{files}{$_} for keys %{ $way{files} // {} };
    $files{"$name/x"} = '';
}
my $port = serve($config, %files);
chmod 0755, glob Apache::Test::vars('t_state') . '/*/root/way14/in';

my @early = (
    # path, status, what it shows; what it exposes where that isn't the URL's container alone
    ['a' x 300,     403, 'a segment that is too long'],
    ['link',        403, 'a link that is not followed'],
    ['closed/file', 403, 'a folder that cannot be read'],
    ['a%2Fb',       404, 'an encoded slash'],
    ['broken/file', 500, 'a .htaccess file with an error'],
    ['hidden/file', 403, 'a folder that is denied'],
    ['missing',     404, 'what is not there'],
    ['forbidden',   403, 'what mod_rewrite forbids', 'X-Api, X-Before'],    # with the containers that were in force then
    ['../pt',       403, 'what [PT] makes such a URL'],
);

plan tests => 3 * 2 * @ways + 2 * @early + 2 + 5 + 2 * 4 + 3;

for my $i (0 .. $#ways) {
    my ($title, %way) = @{ $ways[$i] };
    my $expected = 'X-Mine' . ($way{tgt} ? ', X-Tgt' : '');
    for my $origin ([], [Origin => origin()]) {
        my $how = @$origin ? $title : "$title, without Origin";
        my $r = request("/way$i/" . ($way{path} // 'in'), port => $port, headers => $origin);
        is $r->status, $way{status} // 200, "$how: the status";
        is $r->aceh, $expected, "$how: the list" or diag $r->all;
        is scalar(grep { $_ eq 'origin' } @{ $r->vary }), 0, "$how: When Always holds";
    }
}

# Any script can cause an error that comes before all containers are walked.
my $errors = serve(<<'END' =~ s/LONG/'a' x 300/er, 'api/x' => '', 'api/closed/file' => '', 'api/hidden/file' => '', 'api/broken/.htaccess' => "Nonsense\n", 'api/broken/file' => '');
ExposeHeaders X-Node
<Directory "@ROOT@">
    AllowOverride All
    Options -FollowSymLinks -SymLinksIfOwnerMatch
</Directory>
<Directory "@ROOT@/api/hidden">
    Require all denied
</Directory>
<Location "/api/">
    ExposeHeadersNever X-Node
    ExposeHeaders X-Api
</Location>
# holds until mod_rewrite comes, and not for the request
<If "-z reqenv('REWRITTEN')">
    ExposeHeaders X-Before
</If>
RewriteEngine On
RewriteRule ^ - [E=REWRITTEN:1]
RewriteRule ^/pt$ /api/LONG [PT]
RewriteRule ^/api/forbidden$ - [F]
END
my ($root) = map { s{/api/closed/file}{}r } glob Apache::Test::vars('t_state') . '/*/root/api/closed/file';
symlink "$root/api/x", "$root/api/link" or die "link: $!\n";
chmod 0, "$root/api/closed" or die "closed: $!\n";
for my $case (@early) {
    my ($path, $status, $title, $list) = @$case;
    my $r = request("/api/$path", port => $errors, headers => [Origin => origin()]);
    is $r->status, $status, "$title: the status";
    is $r->aceh, $list // 'X-Api', "$title: the container of its URL holds" or diag $r->all;
}
chmod 0755, "$root/api/closed";

# Nothing is said for the whole server: its filter is there for the URL's container.
my $alone = request('/api/a%2Fb', port => serve("<Location /api/>\nExposeHeaders X-Api\nHeader always set X-Api 1\n</Location>\n", 'api/x' => ''), headers => [Origin => origin()]);
is join(' ', $alone->status, $alone->aceh // 'nothing'), '404 X-Api', 'an encoded slash, where only its container says something';
is $alone->header('X-Api'), undef, 'and to other modules that container is as it would be without us';

# An error's page that fails in its turn: httpd answers by the first request, and what the page's container forbids is forbidden.
my $pages = serve(<<'END', 'err/page.lua' => <<'LUA', 'd1/x' => '', 'fb/index.html' => 'fallback', 'views/page.html' => 'page');
LuaScope once
AddHandler lua-script .lua
AcceptPathInfo On
<Location "/a">
    ErrorDocument 404 /err/page.lua
    ExposeHeaders X-A
</Location>
<Location "/err">
    ExposeHeadersNever X-Secret
    ExposeHeaders X-Err
</Location>
<Directory "@ROOT@/d1">
    DirectoryIndex idx.php
    FallbackResource /fb/index.html
</Directory>
<Location "/d1">
    ExposeHeaders X-Secret X-D1
</Location>
<Location "/d1/idx.php">
    ExposeHeadersNever X-Secret
</Location>
<Location "/fb">
    ExposeHeaders X-Fb
</Location>
<Directory "@ROOT@/views">
    Options +MultiViews
    AddType text/html .html
    DirectoryIndex page
</Directory>
<Location "/views/page">
    ExposeHeadersNever X-Secret
</Location>
<Location "/views">
    ExposeHeaders X-Secret X-Views
</Location>
END
function handle(r)
    r.err_headers_out['Access-Control-Expose-Headers'] = 'X-Secret, X-Page'
    return 500
end
LUA
my @origin = (Origin => origin());
my $r = request('/a/missing', port => $pages, headers => \@origin);
is $r->status, 404, 'an error page that fails: the first status';
is $r->aceh, 'X-A, X-Page', "an error page that fails: its container's Never holds";

# A look-up that httpd makes the request was one itself, or became another: its containers count.
is request('/d1/', port => $pages, headers => \@origin)->aceh, 'X-D1, X-Fb', 'FallbackResource inside of DirectoryIndex';
is request('/views/', port => $pages, headers => \@origin)->aceh, 'X-Views', 'MultiViews inside of DirectoryIndex';
is request('/fb/', port => $pages, headers => \@origin)->aceh, 'X-Fb', 'and in no other request';

# Where nothing is swapped: <Directory>, .htaccess, <Files>, <Location>, <If>, on an error as on a 200.
my $order = serve(<<'END', 'o/page.html' => '', 'o/.htaccess' => "ExposeHeaders -X-Dir2 X-Htaccess -X-Both\n", 'o/shut.html' => '', 'o/auth.html' => '', 'users' => "u:x\n");
<If "true">
    ExposeHeaders -X-Loc2 X-If
</If>
<Location "/o">
    ExposeHeaders X-Loc X-Loc2 X-Both -X-Files2
</Location>
<Files "*.html">
    ExposeHeaders X-Files X-Files2 -X-Htaccess2
</Files>
<Directory "@ROOT@">
    AllowOverride FileInfo
    ExposeHeaders None X-Dir X-Dir2 -X-Both X-Htaccess2
</Directory>
<Files "shut.html">
    Require all denied
</Files>
<Files "auth.html">
    AuthType Basic
    AuthName x
    AuthUserFile "@ROOT@/users"
    Require valid-user
</Files>
RewriteEngine On
RewriteRule ^/o/there$ /o/page.html [E=SEEN:1,PT]
RewriteRule ^/seen/there$ /tgt/page.html [E=SEEN:1,PT]
<If "! -f %{REQUEST_FILENAME}">
    ExposeHeaders X-Missing
</If>
<If "-z reqenv('SEEN')">
    ExposeHeaders X-Unseen
</If>
<If "-z reqenv('SEEN') && %{REQUEST_URI} == '/seen/there'">
    ExposeHeadersNever X-Tgt
</If>
<Location "/tgt">
    ExposeHeaders X-Tgt
</Location>
END
my $common = 'X-Dir, X-Htaccess, X-Files, X-Loc, X-Both, X-If';
for my $case (
    ['/o/page.html', 200, "$common, X-Unseen", 'a page'],
    ['/o/shut.html', 403, "$common, X-Unseen", 'a 403 of authorization'],
    ['/o/auth.html', 401, "$common, X-Unseen", 'a 401'],
    ['/o/there',     200, $common,             'a URL that [PT] makes another one, in the same containers'],
) {
    my ($path, $status, $expected, $title) = @$case;
    $r = request($path, port => $order, headers => \@origin);
    is $r->status, $status, "$title: the status";
    is $r->aceh, $expected, "$title: the order of containers";
}

# An <If> is asked again behind [PT]; what the first answer forbids stays forbidden.
is request('/seen/there', port => $order, headers => \@origin)->aceh, 'X-Dir, X-Dir2, X-Htaccess2, X-If, X-Missing', 'an <If> before [PT]: its Never holds, its edits do not';
is request('/tgt/page.html', port => $order, headers => \@origin)->status, 404, 'the target itself';
is request('/tgt/page.html', port => $order, headers => \@origin)->aceh, 'X-Dir, X-Dir2, X-Htaccess2, X-Tgt, X-If, X-Missing, X-Unseen', 'and its list';
