# What makes a response count as credentialed. It shows in a wildcard, which is sent as '*' or written out, and in the log.
use strict;
use warnings;
use Digest::SHA qw(sha1_base64);
use MIME::Base64 qw(encode_base64);
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

my $origin = [Origin => origin()];
my $basic  = sub { ['Origin' => origin(), Authorization => 'Basic ' . encode_base64($_[0], '')] };
my $login  = "AuthType Basic\nAuthName login\nAuthUserFile \"\@DIR\@users\"\n";
my $allows = 'Header set Access-Control-Allow-Credentials';
my $cgi    = "#!$^X\nprint qq(Content-Type: text/plain\\nAccess-Control-Allow-Credentials: \$ENV{QUERY_STRING}\\n\\n);\n";

# What the request and the server say: [.htaccess lines, page, request's headers, status, why ('' for not credentialed)]
my @cases = (
    ['', 'page.html', $origin, 200, ''],

    # a cookie
    ['', 'page.html', [@$origin, Cookie => 'a=b'],              200, 'Cookie'],
    ['', 'page.html', [@$origin, cookie => 'a=b; c=d'],         200, 'Cookie'],
    ['', 'page.html', [@$origin, Cookie => ''],                 200, 'Cookie'],
    ['', 'page.html', [@$origin, Cookie2 => 'a=b', 'X-Cookie' => 'a=b', 'Set-Cookie' => 'a=b'], 200, ''],
    ['', 'absent.html', [@$origin, Cookie => 'a=b'],            404, 'Cookie'],
    ['RequestHeader set Cookie a=b', 'page.html', $origin,      200, 'Cookie'],
    ['RequestHeader unset Cookie', 'page.html', [@$origin, Cookie => 'a=b'], 200, ''],
    ['RequestHeader set Authorization x', 'page.html', $origin, 200, 'Authorization'],
    ['RequestHeader unset Authorization', 'page.html', [@$origin, Authorization => 'x'], 200, ''],
    ['Header set Set-Cookie a=b', 'page.html', $origin,         200, ''],

    # Authorization, of whatever scheme
    ['', 'page.html', [@$origin, Authorization => 'Bearer x'],  200, 'Authorization'],
    ['', 'page.html', [@$origin, authorization => 'x'],         200, 'Authorization'],
    ['', 'page.html', [@$origin, 'Proxy-Authorization' => 'Basic x', 'X-Authorization' => 'x'], 200, ''],
    ['', 'page.html', $basic->('nobody:asked'),                 200, 'Authorization'],

    # a login
    ["${login}Require valid-user", 'page.html', $basic->('alice:secret'), 200, 'Authorization'],
    ["${login}Require valid-user", 'page.html', $basic->('alice:wrong'),  401, 'Authorization'],
    ["${login}Require valid-user", 'page.html', $origin,                  401, ''],
    ["${login}Require user bob",   'page.html', $basic->('alice:secret'), 401, 'Authorization'],

    # what the response says: exactly "true", in either of httpd's tables, on any of its lines
    ["$allows true",                        'page.html', $origin, 200, 'Access-Control-Allow-Credentials'],
    ["$allows \" true \"",                  'page.html', $origin, 200, 'Access-Control-Allow-Credentials'],
    ["header set access-control-allow-credentials true", 'page.html', $origin, 200, 'Access-Control-Allow-Credentials'],
    ["Header always set Access-Control-Allow-Credentials true", 'page.html', $origin, 200, 'Access-Control-Allow-Credentials'],
    ["Header always set Access-Control-Allow-Credentials true\n$allows true", 'page.html', $origin, 200, 'Access-Control-Allow-Credentials'],
    ["Header always set Access-Control-Allow-Credentials false\n$allows true", 'page.html', $origin, 200, 'Access-Control-Allow-Credentials'],
    ["Header always set Access-Control-Allow-Credentials true\n$allows false", 'page.html', $origin, 200, 'Access-Control-Allow-Credentials'],
    ["$allows false\nHeader add Access-Control-Allow-Credentials true", 'page.html', $origin, 200, 'Access-Control-Allow-Credentials'],
    ["$allows true\nHeader add Access-Control-Allow-Credentials false", 'page.html', $origin, 200, 'Access-Control-Allow-Credentials'],
    ["Header always set Access-Control-Allow-Credentials true", 'absent.html', $origin, 404, 'Access-Control-Allow-Credentials'],
    ["$allows true", 'absent.html', $origin, 404, ''],
    ["$allows true\nHeader unset Access-Control-Allow-Credentials", 'page.html', $origin, 200, ''],
    (map { ["$allows $_", 'page.html', $origin, 200, ''] }
        'True', 'TRUE', 'truE', 'false', '1', 'yes', 'tru', 'true1', 'true;', 'true,true', '"true, false"', '"false, true"',
        q{"'true'"}, '"\\"true\\""', '""', '"tr ue"'),
    ["Header set Access-Control-Allow-Credential true\nHeader set X-Access-Control-Allow-Credentials true", 'page.html', $origin, 200, ''],
    ["RequestHeader set Access-Control-Allow-Credentials true", 'page.html', [@$origin, 'Access-Control-Allow-Credentials' => 'true'], 200, ''],
    ['', 'page.cgi?true',  $origin, 200, 'Access-Control-Allow-Credentials'],
    ['', 'page.cgi?True',  $origin, 200, ''],
    ['', 'page.cgi?false', $origin, 200, ''],

    # no Origin: a stored copy may be read later by anyone
    ['', 'page.html', [],                                       200, 'no Origin'],
    ['', 'page.html', [Cookie => 'a=b', Authorization => 'x'],  200, 'no Origin'],
    ["$allows true", 'page.html', [],                           200, 'no Origin'],
    ['ExposeHeadersWhen Always', 'page.html', [],               200, 'no Origin'],
    ['ExposeHeadersWhen Always', 'page.html', $origin,          200, ''],

    # several reasons: the first of them is named
    ["$allows true", 'page.html', [@$origin, Cookie => 'a=b', Authorization => 'x'], 200, 'Access-Control-Allow-Credentials'],
    ['', 'page.html', [@$origin, Authorization => 'x', Cookie => 'a=b'],             200, 'Cookie'],
);

# Pages that need no .htaccess file: [URL, request's headers, why, status (200)]
my @fixed = (
    ['/credentials/lua/login.lua', $origin,                       'authenticated user'],
    ['/credentials/lua/login.lua', [@$origin, Cookie => 'a=b'],   'Cookie'],
    ['/credentials/lua/login.lua', [@$origin, Authorization => 'x'], 'Authorization'],
    ['/credentials/lua/login.lua', [],                            'no Origin'],
    # the page that an error gets has no user of its own
    ['/credentials/lua/absent',    $origin,                       'authenticated user', 404],
    ['/credentials/absent',        $origin,                       '', 404],
    ['/credentials-proxied/true/page.html',   $origin,            'Access-Control-Allow-Credentials'],
    ['/credentials-proxied/twice/page.html',  $origin,            'Access-Control-Allow-Credentials'],
    ['/credentials-proxied/always/page.html', $origin,            'Access-Control-Allow-Credentials'],
    ['/credentials-proxied/True/page.html',   $origin,            ''],
    ['/credentials-proxied/false/page.html',  $origin,            ''],
);

plan tests => 3 * (@cases + @fixed);

my $documents = Apache::Test::vars('documentroot');

for (@cases) {
    my ($lines, $page, $headers, $status, $why) = @$_;
    my $folder = folder(credentials => undef, 'page.html' => '', 'page.cgi' => $cgi, users => 'alice:{SHA}' . sha1_base64('secret') . "=\n");
    write_files($documents, "${folder}.htaccess" => ($lines =~ s/\@DIR\@/$documents$folder/r) . "\n");
    check("$folder$page", $headers, $status, $why, join ' ', $lines =~ s/\n/ | /gr, $page =~ s/page.html//r, @$headers);
}
check(@$_[0, 1], $_->[3] // 200, $_->[2], join ' ', $_->[0], @{ $_->[1] }) for @fixed;

sub check {
    my ($path, $headers, $status, $why, $title) = @_;
    log_mark();
    my $response = request($path, headers => $headers);
    is $response->status, $status, "$title: answered with $status";
    my $list = join ' ', @{ $response->names };
    $why ? like($list, qr/^(?!\*).*\bdate\b.*\bserver\b/, "$title: the list is written out") : is($list, '*', "$title: '*' is sent");
    # a proxied backend's own response isn't decided, so there is one line
    my ($state) = map { /\((credentialed: [^()]*|not credentialed)\)/ ? $1 : () } log_lines(qr/cors_expose:debug/);
    is $state, $why ? "credentialed: $why" : 'not credentialed', "$title: the log says " . ($why || 'not credentialed');
}

__END__
# The policies are in .htaccess files, which the cases write.
<Directory "@DocumentRoot@/credentials">
    AllowOverride All
    Options +ExecCGI
    AddHandler cgi-script .cgi
    Header set X-One 1
    ExposeHeaders *
</Directory>
<LocationMatch "^/credentials/(lua/)?absent$">
    ErrorDocument 404 /error.html
</LocationMatch>
Alias "/error.html" "@DocumentRoot@/protocols/file.txt"
<Location "/error.html">
    ExposeHeaders *
</Location>

# a user without an Authorization header
<Location "/credentials/lua">
    AuthType Lua
    AuthName lua
    LuaHookCheckUserID "@DocumentRoot@/credentials/lua/login.lua" login early
    Require valid-user
</Location>

# A backend that allows credentials, or not quite
<VirtualHost credentials_backend>
    AliasMatch "/page\.html$" "@DocumentRoot@/protocols/file.txt"
    <LocationMatch "^/(?<ALLOWS>[^/]+)/">
        Header set Access-Control-Allow-Credentials "%{MATCH_ALLOWS}e"
    </LocationMatch>
    <LocationMatch "^/twice/">
        Header set Access-Control-Allow-Credentials false
        Header add Access-Control-Allow-Credentials true
    </LocationMatch>
    <LocationMatch "^/always/">
        Header unset Access-Control-Allow-Credentials
        Header always set Access-Control-Allow-Credentials true
    </LocationMatch>
</VirtualHost>
<Location "/credentials-proxied">
    ProxyPass "http://127.0.0.1:@credentials_backend_port@"
    ExposeHeaders *
</Location>
