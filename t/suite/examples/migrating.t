# docs/migrating.md: what stands in the right column does what the line in the left one did, and what was wrong with that is mended.
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Docs qw(blocks doc rows section);
use CorsExpose::Test;
use Test::More;

my $backend = serve('Header set Access-Control-Expose-Headers "X-Debug, X-Own"', 'a/b' => '', 'a/c' => '');
my $proxy   = "ProxyPass /a http://127.0.0.1:$backend/a\n";

# In the order of the table: [around both, before, after, what both list; for a 404, before and after, where that is not the same]
my @cases = (
    ['', 'Header set ACEH "X-A, X-B"', 'ExposeHeaders X-A X-B', 'X-A, X-B', undef, 'X-A, X-B'],
    ['', 'Header always set ACEH "X-A, X-B"', 'ExposeHeaders X-A X-B', 'X-A, X-B'],
    ['', qq{Header set ACEH "X-A, X-B"\nHeader always set ACEH "X-A, X-B"}, 'ExposeHeaders X-A X-B', ['X-A, X-B || X-A, X-B', 'X-A, X-B'], 'X-A, X-B', 'X-A, X-B'],
    ['', qq{Header merge ACEH X-A\n<Location /a>\nHeader merge ACEH X-B\n</Location>}, "ExposeHeaders X-A\n<Location /a>\nExposeHeaders X-B\n</Location>", 'X-A, X-B', undef, 'X-A, X-B'],
    [$proxy, 'Header setifempty ACEH X-A', "ExposeHeadersBackend Keep\nExposeHeaders X-A", 'X-Debug, X-Own', 'X-A', 'X-A'],
    ['', qq{Header always set ACEH X-A\n<Location /a>\nHeader always unset ACEH\n</Location>}, "ExposeHeaders X-A\n<Location /a>\nExposeHeaders None\n</Location>", undef],
    [$proxy, 'Header unset ACEH', 'ExposeHeadersBackend Replace', undef],
    [$proxy, 'Header edit ACEH "X-Debug,? ?" ""', 'ExposeHeaders -X-Debug', 'X-Own', undef, undef],
    ['', 'Header always set ACEH "*"', 'ExposeHeaders *', '*'],
    ["SetEnvIf Origin ^https://app\\.example\\.com\$ ALLOWED\n", 'Header always set ACEH X-A env=ALLOWED', 'ExposeHeaders X-A origin=https://app.example.com', 'X-A'],
    ['', 'Header always set ACEH X-A "expr=%{REQUEST_STATUS} == 404"', 'ExposeHeaders X-A "expr=%{REQUEST_STATUS} == 404"', undef, 'X-A', 'X-A'],
);
my @rows = rows(section(doc(Apache::Test::vars('top_dir') . '/docs/migrating.md'), 'From `Header` lines') // '', 'line');
is scalar(@rows), scalar(@cases), 'each row has a case';

my $vhosts = '';
for my $i (0 .. $#cases) {
    my ($around, $before, $after) = @{ $cases[$i] };
    $vhosts .= "<VirtualHost *>\nServerName before$i.test\n$around$before\n</VirtualHost>\n<VirtualHost *>\nServerName after$i.test\n$around$after\n</VirtualHost>\n";
}
my $port = serve($vhosts =~ s/\bACEH\b/Access-Control-Expose-Headers/gr, 'a/b' => '', 'a/c' => '');
for my $i (0 .. $#cases) {
    my (undef, undef, undef, $list, @missing) = @{ $cases[$i] };
    my %list = ref $list ? (before => $list->[0], after => $list->[1]) : (before => $list, after => $list);
    my %none = @missing ? (before => $missing[0], after => $missing[1]) : %list;
    for my $when (qw(before after)) {
        my @get = (port => $port, host => "$when$i.test", headers => [Origin => origin()]);
        my $r = request('/a/b', @get);
        is $r->aceh, $list{$when}, "$rows[$i][0]: $when" or diag $r->all;
        $r = request('/a/missing', @get);
        is $r->status, 404, "$rows[$i][0]: an error";
        is $r->aceh, $none{$when}, "$rows[$i][0]: $when, for an error" or diag $r->all;
    }
}

# The words of each row are those of its case: the first directive of each cell stands there.
for my $i (0 .. $#cases) {
    my (undef, $before, $after) = @{ $cases[$i] };
    my ($new) = map { s/ env=.*//r } $rows[$i][1] =~ /`(Expose[^`]*)`/ or next;
    like $after, qr/\Q$new\E/, "$rows[$i][0]: what stands there was tried";
}

# Servers that have CORS of their own. Stand-ins for them do what their sources do; the configuration is the page's.
my $page = doc(Apache::Test::vars('top_dir') . '/docs/migrating.md');

sub configurations { return map { $_->[0] eq 'apache' ? $_->[1] : () } blocks(section($page, $_[0]) // '') }

my ($mediawiki) = configurations("From MediaWiki's own CORS");
my ($promised) = section($page, "From MediaWiki's own CORS") =~ /^`(X-Request-Id, MediaWiki[^`]*)`/m;
my $wiki = serve(($mediawiki // '') . <<'END', 'w/api.php' => <<'LUA');
Header always set X-Request-Id 7f3a
<Directory "@ROOT@/w">
    AddHandler lua-script .php
</Directory>
END
function handle(r)
    local origin = (r.args or ""):match("origin=([^&]*)")
    if origin then
        r.err_headers_out["Access-Control-Allow-Origin"] = origin
        r.err_headers_out["Access-Control-Allow-Credentials"] = origin == "*" and "false" or "true"
        r.err_headers_out["Access-Control-Expose-Headers"] = "MediaWiki-API-Error, Retry-After, X-Database-Lag, MediaWiki-Login-Suppressed"
    end
    r:puts("{}")
    return apache2.OK
end
LUA
my $answer = request('/w/api.php?action=query&origin=*', port => $wiki, headers => [Origin => origin()]);
is $answer->header('Access-Control-Allow-Origin'), '*', 'MediaWiki: anybody may read';
is $answer->aceh, $promised, "MediaWiki: the list is the page's";
$answer = request('/w/api.php?action=query', port => $wiki, headers => [Origin => origin()]);
is $answer->header('Access-Control-Allow-Origin'), undef, 'MediaWiki: nobody may, without origin= in the URL';

my @tomcat = configurations("From Tomcat's CorsFilter");
is scalar(@tomcat), 2, 'Tomcat: two ways';
my $filter = serve(<<'END', 'app/x' => 'x');
RewriteEngine On
RewriteCond %{HTTP:Origin} !^$
RewriteCond %{HTTP:Origin} !=https://app.example.com
RewriteRule "^/app/" - [F]
<Location "/app/">
    Header always set X-Request-Id 7f3a
    Header always set X-Total 7
    Header set Access-Control-Allow-Origin "expr=%{HTTP:Origin}" "expr=-n %{HTTP:Origin} && %{REQUEST_STATUS} != 403"
    Header set Access-Control-Expose-Headers "X-Total,X-Other" "expr=-n %{HTTP:Origin} && %{REQUEST_STATUS} != 403"
</Location>
END
my ($left, $taken) = map { serve(s/127\.0\.0\.1:8080/127.0.0.1:$filter/r) } @tomcat;
my @mine = (headers => [Origin => origin()]);
my @stranger = (headers => [Origin => 'https://other.example']);
$answer = request('/app/x', port => $left, @mine);
is $answer->aceh, 'X-Request-Id, X-Total, X-Other', "Tomcat, left as it is: the names are added to the filter's";
is request('/app/x', port => $left, @stranger)->status, 403, 'Tomcat, left as it is: the filter refuses another origin';
$answer = request('/app/x', port => $taken, @mine);
is $answer->status, 200, 'Tomcat, httpd takes over: the status';
is join(' | ', $answer->lines('Access-Control-Allow-Origin')), origin(), 'Tomcat, httpd takes over: who may read stands there once';
is $answer->aceh, 'X-Request-Id, X-Total', "Tomcat, httpd takes over: the list is httpd's";
is request('/app/x', port => $taken, @stranger)->status, 200, 'Tomcat, httpd takes over: the filter refuses nobody';
done_testing;
