# README.md, "When a script reads null", on the server: each mistake of the table, made on purpose, is seen as its row says, and cured
# as it says. (What DevTools shows: t/browser/null.js.) And what the text for the administrator asks for helps.
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Docs qw(blocks doc rows section);
use CorsExpose::Test;
use Test::More;

my $allow   = 'Header always set Access-Control-Allow-Origin "' . origin() . '"';
my $with    = 'Header always set Access-Control-Allow-Credentials true';
my $backend = serve("$allow\nHeader set X-A 1\n", 'a/b' => '');

# In the order of the table: [the mistake, its cure, the header that the script misses, if not X-A, and "include" for a fetch with credentials]
my @cases = (
    ["$allow\n<Location /b>\nExposeHeaders X-A\n</Location>" => "$allow\n<Location /a>\nExposeHeaders X-A\n</Location>"],
    ["$allow\nExposeHeaders X-B" => "$allow\nExposeHeaders X-A"],
    ['ExposeHeaders X-A' => "$allow\nExposeHeaders X-A"],
    ["Header always set Access-Control-Allow-Origin \"@{[origin()]}/\"\nExposeHeaders X-A" => "$allow\nExposeHeaders X-A"],
    ["ProxyPass / http://127.0.0.1:$backend/\n$allow\nExposeHeaders X-A"
            => "ProxyPass / http://127.0.0.1:$backend/\nHeader onsuccess unset Access-Control-Allow-Origin\n$allow\nExposeHeaders X-A"],
    ["Header always set Access-Control-Allow-Origin *\n$with\nExposeHeaders X-A" => "$allow\n$with\nExposeHeaders X-A", 'X-A', 'include'],
    ["$allow\nExposeHeaders X-Requestid" => "$allow\nExposeHeaders X-Request-Id", 'X-Request-Id'],
    ["$allow\nExposeHeaders X-A\n<Location /a>\nExposeHeaders -X-A\n</Location>"
            => "$allow\nExposeHeaders X-A\n<Location /a>\nExposeHeaders -X-A\nExposeHeaders X-A\n</Location>"],
    ["$allow\nExposeHeadersNever X-*\n<Location /a>\nExposeHeaders X-A\n</Location>"
            => "$allow\nExposeHeadersNever X-B*\n<Location /a>\nExposeHeaders X-A\n</Location>"],
    ["$allow\nExposeHeaders X-A origin=https://app.example.org" => "$allow\nExposeHeaders X-A origin=" . origin()],
    ["$allow\nHeader set Access-Control-Expose-Headers X-B\nExposeHeadersBackend Keep\nExposeHeaders X-A"
            => "$allow\nExposeHeaders X-A X-B"],
);

my $section = section(doc(Apache::Test::vars('top_dir') . '/README.md'), 'When a script reads null') // '';
my @rows = rows($section, 'what you see');
is scalar(@rows), scalar(@cases), 'each row has a case';

# The second Allow-Origin may be a script's, which is in the other one of httpd's two tables.
my ($twice) = grep { $rows[$_][0] =~ /on 2 lines/ } 0 .. $#rows;
my $script = "ScriptAlias /a/b \@ROOT\@/script.cgi\n";
push @rows, ["$rows[$twice][0], a script's"];
push @cases, [$script . ($allow =~ s/always //r) . "\nExposeHeaders X-A" => "${script}Header onsuccess unset Access-Control-Allow-Origin\n$allow\nExposeHeaders X-A"];

# Another path answers: an ErrorDocument's page, or where a RewriteRule leads. mod_headers goes by that one.
my ($missing) = grep { $rows[$_][0] =~ /no Access-Control-Allow-Origin/ } 0 .. $#rows;
for my $way ("RedirectMatch 404 ^/a/b\nErrorDocument 404 /page.html", "<Directory \@ROOT\@>\nRewriteEngine On\nRewriteRule ^a/b\$ page.html\n</Directory>") {
    push @rows, ["$rows[$missing][0], `(served by /page.html)`, by " . ($way =~ /(Error|Rewrite)/)[0]];
    push @cases, [map { "$way\n<Location /a>\n$allow\nExposeHeaders X-A\n</Location>$_" } '' => "\n<Location /page.html>\n$allow\n</Location>"];
}

# Credentials that aren't allowed
my ($credentials) = grep { $rows[$_][0] =~ /^`with credentials/ } 0 .. $#rows;
push @rows, ["$rows[$credentials][0], not allowed"];
push @cases, ["$allow\nExposeHeaders X-A" => "$allow\n$with\nExposeHeaders X-A", 'X-A', 'include'];

# What the administrator is asked for
my ($letter) = map { $_->[1] } grep { $_->[0] eq 'text' } blocks($section);
my @asked = ($letter // '') =~ /^ +(\S.*)$/mg;
cmp_ok scalar @asked, '==', 2, 'the text for the administrator has a line for this module and one without it';

sub vhost {
    my ($name, $config) = @_;
    # a proxy's answers have X-A from the backend
    my $headers = join '', map { "Header always set $_ 1\n" } 'X-Request-Id', $config =~ /ProxyPass/ ? () : 'X-A';
    return "<VirtualHost *>\nServerName $name.test\n$headers$config\n</VirtualHost>\n";
}

# What a script on the origin reads there, by the Fetch standard
sub reads {
    my ($port, $host, $name, $mode) = @_;
    my $r = request('/a/b', port => $port, host => "$host.test", headers => [Origin => origin(), $mode ? (Cookie => 'a=1') : ()]);
    my @allowed = $r->lines('Access-Control-Allow-Origin');
    return 'null' if @allowed != 1 || $allowed[0] ne origin() && ($mode || $allowed[0] ne '*');
    return 'null' if $mode && ($r->header('Access-Control-Allow-Credentials') // '') ne 'true';
    my %listed = map { $_ => 1 } @{ $r->names };
    return $listed{ lc $name } || $listed{'*'} && !$mode ? $r->header($name) : 'null';
}

log_mark();
my $port = serve("LogLevel warn cors_expose:trace1\nHeader unset Last-Modified\n"
        . join('', map { (vhost("broken$_", $cases[$_][0]), vhost("cured$_", $cases[$_][1])) } 0 .. $#cases)
        . join('', vhost('unasked', $allow), map { vhost("asked$_", "$allow\n$asked[$_]") } 0 .. $#asked),
    'a/b' => '', 'script.cgi' => "#!/bin/sh\nprintf 'Content-Type: text/plain\\nAccess-Control-Allow-Origin: ${\origin()}\\nX-A: 1\\n\\n'\n");
my @startup = log_lines('cors_expose:(?:warn|info)', 1);

for my $i (0 .. $#cases) {
    my $what = $rows[$i][0];
    my $name = $cases[$i][2] // 'X-A';
    my @messages = map { quotemeta =~ s/\\\.\\\.\\\./.*/gr =~ s/file\\:line/[^ ]+:\\d+/gr } $what =~ /`([^`]+)`/g;

    if ($what =~ /startup/) {
        for my $message (@messages) {
            ok scalar(grep { /$message/ } @startup), "$what: the log of a start says $message" or diag @startup;
        }
    }
    log_mark();
    is reads($port, "broken$i", $name, $cases[$i][3]), 'null', "$what: the script reads null";
    if ($what =~ /startup/) {
        # was seen before
    }
    elsif (@messages) {
        my $level = $what =~ /trace1/ ? 'trace1' : 'debug';
        is scalar(log_lines("cors_expose:$level\\].*$_")), 1, "$what: the log says $_" or diag log_lines('cors_expose', 0) for @messages;
    }
    else {
        select undef, undef, undef, 0.2;
        is scalar(log_lines('cors_expose:', 0)), 0, "$what: none" or diag log_lines('cors_expose:', 0);
    }
    is reads($port, "cured$i", $name, $cases[$i][3]), 1, "$what: cured";
}

is reads($port, 'unasked', 'X-Request-Id'), 'null', 'before the administrator is asked: null';
is reads($port, "asked$_", 'X-Request-Id'), 1, "after '$asked[$_]'" for 0 .. $#asked;

done_testing;
