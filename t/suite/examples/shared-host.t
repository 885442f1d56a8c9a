# README.md, "When a script reads null", for the customer of a shared host: with nothing but a .htaccess file (AllowOverride FileInfo), a
# browser and no log. Each cause of the table that can occur there is named by ExposeHeadersDetail Header, in DevTools' Network tab.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Docs qw(doc rows section);
use CorsExpose::Test;
use Test::More;

my $allow = 'Header always set Access-Control-Allow-Origin "' . origin() . '"';
my $other = 'Header always set Access-Control-Allow-Origin "https://app.example.org"';
my $no    = qr/; no script can read this response: /;

# What the table's row says first; what the host's httpd.conf says of the customer's folder; what the customer's file says; what
# DevTools show; how it is asked for.
my @cases = (
    [qr/^no line in the log/, '', $allow, qr/^empty \(.*; withheld: (?:.*, )?X-A/],
    [qr/^`withheld/, '', "$allow\nExposeHeaders X-B", qr/^names \(.*; withheld: (?:.*, )?X-A/],
    [qr/no Access-Control-Allow-Origin`/, '', 'ExposeHeaders X-A', qr/${no}no Access-Control-Allow-Origin/],
    [qr/Access-Control-Allow-Origin is "/, '', "$other\nExposeHeaders X-A", qr/${no}Access-Control-Allow-Origin is "https:\/\/app\.example\.org"/],
    [qr/Access-Control-Allow-Origin is on 2 lines/, '', "$allow\nHeader set Access-Control-Allow-Origin *\nExposeHeaders X-A",
        qr/${no}Access-Control-Allow-Origin is on 2 lines/],
    [qr/^`with credentials/, '', "Header always set Access-Control-Allow-Origin *\nExposeHeaders *", qr/^written-out \(credentialed: Cookie\); with credentials no script can read this response: Access-Control-Allow-Origin is "\*"/,
        headers => [Origin => origin(), Cookie => 'a=b']],
    [qr/^`not in the response/, '', "$allow\nExposeHeaders X-Requestid", qr/; not in the response: X-Requestid \(it has X-Request-Id\)/],
    [qr/hidden by "-X-A"/, "<Location \"/FOLDER\">\nExposeHeaders -X-A\n</Location>", "$allow\nExposeHeaders X-A X-B", qr/; withheld: (?:.*, )?X-A/],
    [qr/hidden by ExposeHeadersNever/, 'ExposeHeadersNever X-A*', "$allow\nExposeHeaders X-A X-B", qr/; withheld: (?:.*, )?X-A/],
    [qr/^`doesn't hold: origin=/, '', "$allow\nExposeHeaders X-A origin=https://app.example.org", qr/; doesn't hold: origin=$/],
    [qr/^`'set Access-Control-Expose-Headers' beside/, '', "$allow\nHeader set Access-Control-Expose-Headers X-B\nExposeHeadersBackend Keep\nExposeHeaders X-A",
        qr/; came with the response: X-B; its own list alone counts: ExposeHeadersBackend Keep$/],
);

# What the table doesn't have, and the owner of such a file meets all the same: condition, credentials, pattern
my @more = (
    ['a registered name misspelt', '', "$allow\nExposeHeaders Retry-Afer", qr/; not in the response: Retry-Afer \(it has Retry-After\)/],
    ['switched off by the host', 'ExposeHeadersWhen Off', "$allow\nExposeHeaders X-A", qr/^off \(.*; ExposeHeadersWhen Off$/],
    ['not allowed', 'ExposeHeadersWhen Allowed', "$other\nExposeHeaders X-A", qr/^not-allowed \(.*${no}Access-Control-Allow-Origin is "/],
    ['no Origin', '', "$allow\nExposeHeaders X-A", qr/^no-origin \(credentialed: no Origin\)$/, headers => []],
    ['an env= of SetEnvIf', '', "$allow\nSetEnvIf Origin ^https://none APP\nExposeHeaders X-A env=APP", qr/; doesn't hold: env=$/],
    ['an expr=', '', "$allow\nExposeHeaders X-A \"expr=%{REQUEST_STATUS} == 404\"", qr/; doesn't hold: expr=$/],
    ['a pattern misspelt', '', "$allow\nExposeHeaders X-Reqest-*", qr/; nothing matches X-Reqest-\*$/],
    ['too much for one response', '', "$allow\n" . join('', map { my $n = $_; "<Files \"page.*\">\n" . join('', map { "ExposeHeaders X-$n-$_-*\n" } 1 .. 100) . "</Files>\n" } 1 .. 5), qr/; more than \d+ patterns in all containers/],
);

my @rows = map { $_->[0] } rows(section(doc(Apache::Test::vars('top_dir') . '/README.md'), 'When a script reads null') // '', 'what you see');
cmp_ok scalar(@rows), '>=', 10, 'the rows were found';
my @asked = @more;
for my $row (@rows) {
    my ($case) = grep { $row =~ $_->[0] } @cases;
    ok $case, "the README's row is known here: $row" or next;
    push @asked, [$row, @$case[1 .. $#$case]];
}

my ($host, %files) = ("Header always set X-A 1\nHeader always set X-Request-Id 1\nHeader always set Retry-After 1\nFileETag None\n<Directory \"\@ROOT\@\">\nAllowOverride FileInfo\n</Directory>\n");
for my $i (0 .. $#asked) {
    my (undef, $conf, $htaccess) = @{ $asked[$i] };
    $conf = "<Directory \"\@ROOT\@/c$i\">\n$conf\n</Directory>" if $conf && $conf !~ s/FOLDER/c$i/;
    $host .= "$conf\n";
    @files{"c$i/page.html", "c$i/.htaccess"} = ('', "$htaccess\nExposeHeadersDetail Header\n");
}
my $port = serve("LogLevel cors_expose:crit\n$host", %files);
for my $i (0 .. $#asked) {
    my ($title, undef, undef, $expected, %more) = @{ $asked[$i] };
    my $r = request("/c$i/page.html", port => $port, headers => [Origin => origin()], %more);
    like $r->header('X-Expose-Headers-Detail') // 'none', $expected, "$title: named in the Network tab" or diag $r->all;
}

done_testing;
