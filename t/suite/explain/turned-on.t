# ExposeHeadersExplain: where it may stand, what can't hide it, for whose name it answers, and what it knows of a look-up.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

my $on = "<Location \"/why\">\n    ExposeHeadersExplain On\n</Location>\n";
my $app = 'https://app.example.com';

# --- where it may stand ---------------------------------------------------

my $whole = qr{ExposeHeadersExplain: not for a whole server 'On' \(put it into a <Location>: all URLs of its container answer questions\)};
for my $case (
    ['ExposeHeadersExplain On' => $whole],
    ["<VirtualHost *:1>\nExposeHeadersExplain On\n</VirtualHost>" => $whole],
    ["<Location /a>\nExposeHeadersExplain Perhaps\n</Location>" => qr{ExposeHeadersExplain: unknown keyword 'Perhaps' \(Off or On\)}],
    ["<Location /a>\n<Limit GET>\nExposeHeadersExplain On\n</Limit>\n</Location>" => qr{ExposeHeadersExplain .*<Limit}],
    ["<Location /a>\nExposeHeadersExplain on\n</Location>" => qr/^Syntax OK$/m],
    ["<Directory />\nExposeHeadersExplain OFF\n</Directory>" => qr/^Syntax OK$/m],
    ["<If true>\nExposeHeadersExplain On\n</If>" => qr/^Syntax OK$/m],
) {
    my ($lines, $expected) = @$case;
    like +(httpd_t($lines))[1], $expected, $lines =~ s/\n/; /gr;
}

# What is left of the way to it before there was a directive
for my $line ('SetHandler expose-headers', 'SetHandler "expose-headers"', 'AddHandler expose-headers .why', 'RewriteRule ^why$ - [H=expose-headers]') {
    my ($name) = split ' ', $line;
    like +(httpd_t("<Directory />\n$line\n</Directory>", modules => [qw(rewrite mime)]))[1],
        qr{: $name: 'expose-headers' answers no questions any more \(say ExposeHeadersExplain On, in a <Location>\)$}m, "$line is warned of";
}
unlike +(httpd_t("Alias /expose-headers /srv\nRedirect /a /expose-headers\n<Location /expose-headers>\nSetHandler server-status\n</Location>", modules => [qw(alias)]))[1],
    qr/expose-headers/, 'a path of that name is no handler';

# --- what can't hide it, and what it leaves alone -------------------------

my %files = ('page.html' => 'page', 'front.html' => 'front', 'a/page.html' => 'a', 'b/.htaccess' => "RewriteEngine on\nRewriteRule . /front.html [L]\n");
for my $case (
    ['nothing'                             => '', 'page'],
    ['ProxyPass of /'                      => "ProxyPass / http://127.0.0.1:1/\n", 503],
    ['<Location> with ProxyPass'           => "<Location />\nProxyPass http://127.0.0.1:1/\n</Location>\n", 503],
    ['a front controller of the server'    => "RewriteEngine on\nRewriteRule ^/(?!front) /front.html [PT]\n", 'front'],
    ['RewriteRule without PT'              => "RewriteEngine on\nRewriteRule ^/(?!front) \@ROOT\@/front.html\n", 'front'],
    ['RewriteRule [P]'                     => "RewriteEngine on\nRewriteRule ^ http://127.0.0.1:1/ [P]\n", 503],
    ['an Alias of /'                       => "AliasMatch ^ \@ROOT\@/front.html\n", 'front'],
    ['a Redirect of /'                     => "RedirectMatch ^/(?!front) /front.html\n", 302],
    ['FallbackResource'                    => "<Directory \"\@ROOT\@\">\nFallbackResource /front.html\n</Directory>\n", 'page'],
    ['a front controller in <Directory>'   => "<Directory \"\@ROOT\@\">\nRewriteEngine on\nRewriteCond %{REQUEST_URI} !front\nRewriteRule ^ /front.html [L]\n</Directory>\n", 'front'],
    ['a handler for all'                   => "<Location />\nSetHandler server-info\n</Location>\n", qr/Apache Server Information/],
    ['a later <Location> of all with Off'  => "<Location /other>\nExposeHeadersExplain Off\n</Location>\n", 'page'],
) {
    my ($title, $lines, $other) = @$case;
    my $port = serve("$lines$on", %files);
    my $r = request("/why?url=/page.html&origin=$app", port => $port);
    is $r->status, 200, "$title: it answers";
    like $r->body, qr{\A/page\.html for }, "$title: the question";
    $r = request('/page.html', port => $port);
    if   (ref $other)          { like $r->body, $other, "$title: another URL is none of its matter" }
    elsif ($other =~ /^\d+$/)  { is $r->status, $other, "$title: another URL is none of its matter" }
    else                       { is $r->body, $other, "$title: another URL is none of its matter" }
}

# --- it opens nothing -----------------------------------------------------

my $port = serve(<<"CONF", %files, 'c/.htaccess' => "SetHandler expose-headers\n", 'c/page.html' => 'c', 'd/.htaccess' => "AddHandler expose-headers .html\n", 'd/page.html' => 'd',
$on<Location "/guarded">
    ExposeHeadersExplain On
    Require all denied
    ErrorDocument 403 /denied.html
</Location>
<Location "/why/not">
    ExposeHeadersExplain Off
</Location>
RewriteEngine on
RewriteRule ^/open\$ /guarded [PT]
RewriteRule ^/rewritten/(.*) /a/\$1 [PT]
<Location "/rewritten/">
    ExposeHeaders X-Rewritten
</Location>
SetEnvIf Request_URI ^/seen/ SEEN=1
<Location "/seen/">
    Require env SEEN
    SetEnvIf Request_URI ^/seen/ INNER=1
    ExposeHeaders X-Seen X-Inner
    ExposeHeaders -X-Inner env=INNER
</Location>
<If "-n reqenv('SEEN')">
    ExposeHeadersNever X-Secret
    ExposeHeaders X-Secret X-If
</If>
<Location "/only/">
    ExposeHeaders X-Only origin=https://other.example.com
</Location>
<Location "/only/not">
    ExposeHeadersNever Cache-Control
</Location>
<Directory "\@ROOT\@">
    AllowOverride All
</Directory>
<Directory "\@ROOT\@/f">
    AllowOverride None
    AllowOverrideList ExposeHeadersExplain
</Directory>
CONF
    'e/.htaccess' => "RewriteEngine on\nRewriteRule ^ - [H=expose-headers]\n", 'e/page.html' => 'e',
    'f/.htaccess' => "ExposeHeadersExplain On\n", 'f/page.html' => 'f', 'denied.html' => 'denied', 'seen/page.html' => 'seen', 'only/page.html' => '');

for my $folder (qw(c d e)) {
    is request("/$folder/page.html?url=/", port => $port)->body, $folder, "a handler that the .htaccess file of /$folder/ names answers no questions";
}
log_mark();
is request('/f/page.html?url=/', port => $port)->status, 500, 'the directive in a .htaccess file is refused, AllowOverrideList or not';
is scalar(log_lines(qr{\.htaccess: ExposeHeadersExplain cannot occur within htaccess files})), 1, 'and the log says so';
is request('/why/not?url=/', port => $port)->status, 404, 'an inner Off turns it off';
is request('/guarded?url=/', port => $port)->body, 'denied', 'who may not ask gets no answer on the way to the error page';
is request('/open?url=/', port => $port)->status, 403, 'nor by another URL';

# --- for whose name -------------------------------------------------------

my $names = "ServerName why.example.com\nServerAlias other.example.com *.wild.example.com\n";
my %named = map { $_ => serve("<VirtualHost *:\@PORT\@>\n$names$on" . ($_ eq 'star' ? "ServerAlias *\n" : '') . "</VirtualHost>\n", 'page.html' => '') } qw(plain star);
for my $case (
    (map { [$_ => 200] } qw(why.example.com WHY.example.com other.example.com a.wild.example.com why.example.com:8443 localhost localhost:1 127.0.0.1 192.0.2.7:80 [::1] [::1]:80)),
    (map { [$_ => 403] } qw(attacker.example why.example.com.attacker.example wild.example.com 127.0.0.1.attacker.example localhost.attacker.example)),
    (map { [$_ => 400] } qw(1.2.3 0x7f.1)),    # httpd itself takes them for no name
) {
    my ($host, $status) = @$case;
    for my $server (sort keys %named) {
        is request('/why?url=/page.html', port => $named{$server}, host => $host)->status, $status, "Host: $host, $server";
    }
}
my $r = request('/why?url=/page.html', port => $named{star}, version => '1.0');
is $r->status, 403, 'no Host';
is $r->body, "The Host header has no name of this virtual host: ask by its ServerName, a ServerAlias, an address or localhost\n", 'and one sentence';

# --- what it knows of a look-up -------------------------------------------

sub told {
    my ($query) = @_;
    my $body = request("/why$query", port => $port, host => 'localhost')->body;
    die "$query: blanks are wrong in:\n$body" if $body =~ /^(?:  ){0,6} (?!\S+:\d+$)\S| $/m;
    return $body =~ s/ +/ /gr;
}
my $seen = told("?url=/seen/page.html&origin=$app");
unlike $seen, qr/ends with/, "a variable of the server's SetEnvIf lets in, as in a request";
like $seen, qr{^ <If "-n reqenv\('SEEN'\)">\n counts ExposeHeaders X-Secret X-If}m, 'an <If> sees it';
like $seen, qr{names: Access-Control-Expose-Headers: X-Seen, X-If$}m, "and a container's is set, too";
$r = request('/seen/page.html', port => $port, headers => [Origin => $app]);
is $r->status . ' ' . $r->aceh, '200 X-Seen, X-If', 'the response itself';
like told('?url=/rewritten/page.html'), qr{^ /rewritten/page\.html was rewritten to /a/page\.html before its containers were looked at$}m, 'a rewritten URL';
unlike told('?url=/a/page.html'), qr/rewritten/, 'one that is not';
like told("?url=/only/page.html&origin=$app"),
    qr{ empty: nothing is sent\n but with an ETag or Last-Modified: Cache-Control, which every script may read }, 'what goes out in the place of nothing';
like told('?url=/only/page.html&origin=https://other.example.com'), qr{names: \S+: X-Only$}m, 'where it is not needed';
unlike told("?url=/only/not/page.html&origin=$app"), qr{but with an ETag}, 'where Never forbids it';

# --- it isn't about who asks ----------------------------------------------

my %users = (users => "me:{SHA}NWoZK3kTsExUV00Ywo1G5jlUKKs=\n");    # 1
my $login = <<'CONF';
<Location "/why">
    ExposeHeadersExplain On
    AuthType Basic
    AuthName why
    AuthUserFile "@ROOT@/users"
    Require valid-user
</Location>
CONF
$port = serve(<<"CONF", %users, 'page.html' => '');
$login
<If "%{HTTP:Cookie} != ''">
    ExposeHeaders X-Cookie
</If>
<If "%{HTTP:Authorization} != ''">
    ExposeHeaders X-Authorization
</If>
<If "-n %{REMOTE_USER}">
    ExposeHeaders X-User
</If>
ExposeHeaders *
CONF
my @asker = (port => $port, host => 'localhost', headers => [Authorization => 'Basic bWU6MQ==', Cookie => 'id=1']);
for my $mode (qw(omit include)) {
    my $body = request("/why?url=/page.html&origin=$app&credentials=$mode", @asker)->body;
    unlike $body, qr/X-Authorization|X-User/, "credentials $mode: not as the user who asks";
    is $body =~ /X-Cookie/ ? 1 : 0, $mode eq 'include' ? 1 : 0, "credentials $mode: not with the cookies of who asks";
}

$asker[1] = serve($login, %users);
like request('/why?url=/why', @asker)->body, qr/^ +ends with 401/m, 'who asks is let in to ask, and no further';

# --- the hooks of others, and ours ----------------------------------------

# set_variables calls mod_setenvif's hooks for the look-up, and must call nobody else's.
my $module = Apache::Test::vars('top_dir') . '/c-modules/add_edits/.libs/mod_add_edits.so';
my $others = qq(LoadModule add_edits_module "$module"\nExposeHeadersWhen Always\nExposeHeaders X-Own\n$on\n);
my $added = 'AddEdits read "X-Added"';
is request('/page.html', port => serve("$others$added\n", 'page.html' => ''))->aceh, 'X-Own, X-Added',
    'a post_read_request hook of another module, in a request, which has no containers then';
$port = serve("$others<Location /asked.html>\n$added\n</Location>\n", 'asked.html' => '');
is request('/why?url=/asked.html', port => $port, host => 'localhost')->aceh, 'X-Own', 'and not in a look-up';

# Where no answers are asked for, they cost a request nothing.
for my $case (['' => 'Translate Name'], [$on => 'Content Handlers', 'Fixups', 'Translate Name']) {
    my ($lines, @hooks) = @$case;
    my $body = request('/info?hooks', port => serve("ExposeHeaders X-Own\n$lines<Location /info>\nSetHandler server-info\n</Location>\n"))->body;
    my %modules = $body =~ m{<strong>([^<:]+):</strong>(.*?)(?=<strong>|\z)}gs;
    is_deeply [sort grep { /^(?:Content Handlers|Fixups|Translate Name)$/ && $modules{$_} =~ /mod_cors_expose\.c/ } keys %modules], \@hooks,
        $lines ? 'the hooks that answer' : 'no hook that answers';
}

done_testing;
