# README.md, "When a script reads null": each mistake of the table, made on purpose, is seen as its row says, and cured as it says.
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Docs qw(doc rows section);
use CorsExpose::Test;
use Test::More;

my $allow   = 'Header always set Access-Control-Allow-Origin "' . origin() . '"';
my $backend = serve("$allow\nHeader set X-A 1\n", 'a/b' => '');

# In the order of the table: [the mistake, its cure, the header that the script misses, how it fetches, if not as usual]
my @cases = (
    ["$allow\n<Location /b>\nExposeHeaders X-A\n</Location>" => "$allow\n<Location /a>\nExposeHeaders X-A\n</Location>"],
    ['ExposeHeaders X-A' => "$allow\nExposeHeaders X-A"],
    ["Header always set Access-Control-Allow-Origin \"@{[origin()]}/\"\nExposeHeaders X-A" => "$allow\nExposeHeaders X-A"],
    ["ProxyPass / http://127.0.0.1:$backend/\n$allow\nExposeHeaders X-A"
            => "ProxyPass / http://127.0.0.1:$backend/\nHeader onsuccess unset Access-Control-Allow-Origin\n$allow\nExposeHeaders X-A"],
    ["$allow\nExposeHeaders X-Requestid" => "$allow\nExposeHeaders X-Request-Id", 'X-Request-Id'],
    ["$allow\nExposeHeaders Retry-Afer" => "$allow\nExposeHeaders Retry-After", 'Retry-After'],
    ["$allow\nExposeHeaders X-A\n<Location /a>\nExposeHeaders -X-A\n</Location>"
            => "$allow\nExposeHeaders X-A\n<Location /a>\nExposeHeaders -X-A\nExposeHeaders X-A\n</Location>"],
    ["$allow\nExposeHeadersNever X-*\n<Location /a>\nExposeHeaders X-A\n</Location>"
            => "$allow\nExposeHeadersNever X-B*\n<Location /a>\nExposeHeaders X-A\n</Location>"],
    ["$allow\nExposeHeadersWhen Off\n<Location /a>\nExposeHeaders X-A\n</Location>"
            => "$allow\nExposeHeadersWhen Off\n<Location /a>\nExposeHeadersWhen CORS\nExposeHeaders X-A\n</Location>"],
    ["$allow\nExposeHeaders X-A origin=https://app.example.org" => "$allow\nExposeHeaders X-A origin=" . origin()],
    ["Header always set Access-Control-Allow-Origin https://app.example.org\nExposeHeadersWhen Allowed\nExposeHeaders X-A"
            => "$allow\nExposeHeadersWhen Allowed\nExposeHeaders X-A"],
    ["$allow\nExposeHeaders X-A" => "$allow\nExposeHeaders X-A", 'X-A', { no_cors => 1 }],
    ["$allow\nHeader set Access-Control-Expose-Headers X-B\nExposeHeadersBackend Keep\nExposeHeaders X-A"
            => "$allow\nExposeHeaders X-A X-B"],
    ['ExposeHeaders Set-Cookie' => 'ExposeHeaders X-A', undef],
);

my @rows = rows(section(doc(Apache::Test::vars('top_dir') . '/README.md'), 'When a script reads null') // '', 'what you see');
is scalar(@rows), scalar(@cases), 'each row has a case';

sub vhost {
    my ($name, $config) = @_;
    # a proxy's answers have X-A from the backend
    my $headers = join '', map { "Header always set $_ 1\n" } qw(X-Request-Id Retry-After), $config =~ /ProxyPass/ ? () : 'X-A';
    return "<VirtualHost *>\nServerName $name.test\n$headers$config\n</VirtualHost>\n";
}

# What a script on the origin reads of the answer, by the Fetch standard
sub reads {
    my ($r, $name, $how) = @_;
    my @allowed = $r->lines('Access-Control-Allow-Origin');
    return 'null' if $how->{no_cors} || @allowed != 1 || $allowed[0] !~ /^(?:\*|\Q${\origin()}\E)$/;
    my %listed = map { $_ => 1 } @{ $r->names };
    return $listed{ lc $name } || $listed{'*'} ? $r->header($name) : 'null';
}

sub fetch {
    my ($port, $host, $how) = @_;
    return request('/a/b', port => $port, host => "$host.test",
        headers => $how->{no_cors} ? [] : [Origin => origin()]);
}

log_mark();
my $port = serve("LogLevel warn cors_expose:trace1\nHeader unset Last-Modified\n"
        . join('', map { (vhost("broken$_", $cases[$_][0]), vhost("cured$_", $cases[$_][1])) } grep { $cases[$_][0] !~ /Set-Cookie$/ } 0 .. $#cases),
    'a/b' => '');
my @startup = log_lines('cors_expose:(?:warn|info)', 1);

for my $i (0 .. $#cases) {
    my ($broken, $cured, $name, $how) = @{ $cases[$i] };
    my $what = $rows[$i][0];
    $name = 'X-A' if @{ $cases[$i] } < 3;
    my @messages = map { quotemeta =~ s/\\\.\\\.\\\./.*/gr =~ s/file\\:line/[^ ]+:\\d+/gr } $what =~ /`([^`]+)`/g;

    if (!defined $name) {    # the server doesn't start
        my ($status, $output) = httpd_t($broken);
        like $output, qr/$_/, "$what: httpd -t says so" for @messages;
        isnt $status, 0, "$what: and fails";
        is +(httpd_t($cured))[0], 0, "$what: the cure";
        next;
    }
    if ($what =~ /startup/) {
        for my $message (@messages) {
            ok scalar(grep { /$message/ } @startup), "$what: the log of a start says $message" or diag @startup;
        }
    }
    log_mark();
    is reads(fetch($port, "broken$i", $how // {}), $name, $how // {}), 'null', "$what: the script reads null";
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
    delete $how->{no_cors} if $how;
    is reads(fetch($port, "cured$i", $how // {}), $name, $how // {}), 1, "$what: cured";
}

done_testing;
