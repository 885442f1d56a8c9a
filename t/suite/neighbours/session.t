# mod_session with mod_session_cookie, on URLs that expose headers: a session that is begun, and one that is read and renewed. It adds
# Set-Cookie, which no list has, and takes off the header by which a script begins a session. Its cookie makes a request credentialed
# as any other does.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

# The policy; the list of a script's answer that begins a session, and of a page that reads one; the same where credentials are allowed
my %cases = (
    names    => ['ExposeHeaders X-A X-Secret', ('X-A') x 4],
    star     => ['ExposeHeaders * -Date -Server -Vary', ('X-A') x 4],
    wildcard => ["ExposeHeaders * Date", "*, Date", ("Date, X-A, X-Secret, Vary, Server") x 3],
    # as after RequestHeader unset Cookie: nothing behind httpd sees it, and without Access-Control-Allow-Credentials no fetch with it succeeds
    removed  => ["SessionCookieRemove On\nExposeHeaders * Date", ('*, Date') x 2, ('Date, X-A, X-Secret, Vary, Server') x 2],
    known    => ["ExposeHeaders X-A env=HTTP_SESSION", ('X-A') x 4],
    unknown  => ["ExposeHeaders X-A env=!HTTP_SESSION", (undef) x 4],
);

# No other test has these two loaded: mod_session puts a filter into each response. Where they are built in, there is nothing to load.
open my $load, '<', Apache::Test::vars('t_conf') . '/load.conf' or die "load.conf: $!\n";
my ($modules) = map { m{ (/.*)/mod_headers\.so$} } <$load>;
$modules //= '';
my $text = join '', map { -e "$modules/mod_$_.so" ? "LoadModule ${_}_module \"$modules/mod_$_.so\"\n" : () } qw(session session_cookie);
$text .= <<'END';
Header unset Last-Modified
Header unset Accept-Ranges
FileETag None
Header set X-A 1
Header set X-Secret 1
Session On
SessionEnv On
SessionHeader X-Replace-Session
SessionCookieName session path=/
SessionMaxAge 600
AliasMatch "^/script/" "@ROOT@/script.cgi"
AliasMatch "^/page/" "@ROOT@/page.html"
<LocationMatch "^/script/">
    SetHandler cgi-script
    Options +ExecCGI
</LocationMatch>
END
for my $name (sort keys %cases) {
    for my $with ('', '/with') {
        $text .= "<LocationMatch \"^/\\w+/$name$with\$\">\n$cases{$name}[0]\n"
            . ($name =~ /^(?:wildcard|removed)$/ ? '' : "ExposeHeadersNever X-Secret\n")
            . "Header always set Access-Control-Allow-Origin @{[origin()]}\n"
            . ($with && "Header always set Access-Control-Allow-Credentials true\n") . "</LocationMatch>\n";
    }
}
my $port = serve($text, 'page.html' => 'page',
    'script.cgi' => "#!/bin/sh\nprintf 'Content-Type: text/plain\\nX-Replace-Session: user=a\\n\\n'\n");

for my $name (sort keys %cases) {
    my ($cookie, @lists) = (undef, @{ $cases{$name} }[1 .. 4]);
    for my $with ('', '/with') {
        for my $what ('script', 'page') {
            my $title = "$name, " . ($what eq 'script' ? 'a session begins' : 'a session is read') . ($with && ', with credentials');
            my $r = request("/$what/$name$with", port => $port, headers => [Origin => origin(), $what eq 'page' ? (Cookie => $cookie) : ()]);
            like $r->header('Set-Cookie'), $name eq 'removed' ? qr/^session=/ : qr/^session=.*user=a/, "$title: mod_session did its part" or diag $r->all;
            is $r->header('X-Replace-Session'), undef, "$title: and took off its header";
            is $r->aceh, shift @lists, "$title: the list" or diag $r->all;
            is_deeply $r->vary, ['origin'], "$title: Vary";
            ($cookie) = ($r->header('Set-Cookie') // '') =~ /^(session=[^;]+)/;
        }
    }
}

done_testing;
