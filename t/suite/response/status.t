# Every status, whoever made the response: a handler, httpd itself, a script, a dead backend.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Model qw(decide);
use CorsExpose::Test;
use IO::Socket::INET;
use MIME::Base64 qw(encode_base64);
use Test::More;

my @cookie = (Cookie => 'a=b');
my @login  = (Authorization => 'Basic ' . encode_base64('user:secret', ''));

# document, status, what it is, and how to ask for it
my @table = (
    ['file.txt',       200, 'a file'],
    ['login/file.txt', 200, 'a file behind a login', headers => \@login],
    ['page.cgi',       200, 'a script'],
    ['page.shtml',     200, 'a page with includes'],
    ['nothing.asis',   204, 'no content'],
    ['file.txt',       206, 'a range', headers => [Range => 'bytes=2-5']],
    ['moved',          301, 'a Redirect'],
    ['found',          302, 'another Redirect'],
    ['found.asis',     302, "a handler's redirect"],
    ['other.asis',     303, 'See Other'],
    ['login/file.txt', 401, 'a login'],
    ['login/file.txt', 401, 'a wrong login', headers => [Authorization => 'Basic ' . encode_base64('user:wrong', '')]],
    ['denied/file.txt', 403, 'access denied'],
    ['missing',        404, 'no such file'],
    ['own404.asis',    404, "a handler's 404"],
    ['file.txt',       405, 'a method that a file has not', method => 'DELETE'],
    ['gone',           410, 'Gone'],
    ['small/file.txt', 413, 'a body above the limit', method => 'POST', body => 'x' x 20],
    ['file.txt',       416, 'a range beyond the end', headers => [Range => 'bytes=100-']],
    ['teapot.asis',    418, 'a status that httpd does not know'],
    ['crash.cgi',      500, 'a script that ends without a header'],
    ['own500.cgi',     500, "a script's own 500"],
    ['not-implemented', 501, 'an unknown method', method => 'FROB'],
);

# Two backends that are dead: one doesn't listen on the port that it holds, one hangs up.
my $silent = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Proto => 'tcp') or die "bind: $!";
my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 10) or die "listen: $!";
my $rude_port = $listener->sockport;
my $parent = $$;
my $rude = fork // die "fork: $!";
if (!$rude) {
    # it reads a request's head, and hangs up; and it doesn't outlive the test
    while (getppid() == $parent) {
        my $ready = '';
        vec($ready, fileno $listener, 1) = 1;
        next unless select $ready, undef, undef, 1;
        my $connection = $listener->accept or next;
        while (my $line = <$connection>) { last if $line =~ /^\r?$/ }
        close $connection;
    }
    require POSIX;
    POSIX::_exit(0);
}
push @table,
    [$silent->sockport, 503, 'a backend that does not listen', port => 'response_dead'],
    [$rude_port,   502, 'a backend that hangs up',        port => 'response_dead'];

plan tests => 13 * @table;

# What the names of a response would come to, written out.
sub written_out {
    my ($r, @headers) = @_;
    my @request;
    while (my ($name, $value) = splice @headers, 0, 2) { push @request, [$name, $value] }
    my $verdict = decide(
        containers => [['ExposeHeaders *']], method => 'GET', status => $r->status, request => \@request,
        response => [grep { lc $_->[0] ne 'access-control-expose-headers' } $r->fields],
    );
    return [sort map { lc } @{ $verdict->{aceh} }];
}

for my $case (@table) {
    my ($document, $status, $title, %ask) = @$case;
    my @headers = @{ delete $ask{headers} || [] };
    my $prefix  = $ask{port} ? '' : '/response';
    my $get = sub {
        my ($policy, @more) = @_;
        log_mark();
        return request("$prefix/$policy/$document", headers => [@more, @headers], %ask);
    };
    my @origin = (Origin => origin());
    my $name = "$status, $title";
    # A filter finds out when the response is under way, and httpd starts over.
    my $lines = $status == 413 || $status == 416 ? 2 : 1;
    my $resolved = join ', ', sort qw(x-one x-two),
        $document =~ /teapot|own500/ ? 'x-three' : (), $document eq 'page.cgi' ? 'x-script' : ();

    my $r = $get->('names', @origin);
    is($r->status, $status, "$name: the status");
    is($r->aceh, 'X-One, X-Absent', "$name: explicit names");
    is_deeply($r->vary, ['origin'], "$name: Vary");
    my @logged = log_lines(qr/\[cors_expose:debug\]/, $lines);
    is(scalar @logged, $lines, "$name: how often it was decided");
    my $state = "@headers" =~ /Authorization/ ? 'credentialed: Authorization' : 'not credentialed';
    like($logged[-1], qr/names: sent "X-One, X-Absent" \(\Q$state\E\) /, "$name: the reason");

    $r = $get->('names');
    is($r->aceh, undef, "$name: explicit names, no Origin");
    is_deeply($r->vary, ['origin'], "$name: Vary without Origin");

    is(join(', ', @{ $get->('pattern', @origin)->names }), $resolved, "$name: a pattern");
    is(join(', ', @{ $get->('pattern')->names }), $resolved, "$name: a pattern, no Origin");

    $r = $get->('everything', @origin);
    if ($state eq 'not credentialed') {
        is($r->aceh, '*', "$name: the wildcard");
    }
    else {
        is_deeply($r->names, written_out($r, @origin, @headers), "$name: the wildcard, written out for the login");
    }
    $r = $get->('everything', @origin, @cookie);
    is_deeply($r->names, written_out($r, @origin, @cookie, @headers), "$name: the wildcard, written out for the cookie");
    @logged = log_lines(qr/\[cors_expose:debug\]/, $lines);
    like($logged[-1], qr/written-out: sent "[^"*]+" \(credentialed: Cookie\) /, "$name: and its reason");
    $r = $get->('everything');
    is_deeply($r->names, written_out($r, @headers), "$name: the wildcard, written out without Origin");
}

kill TERM => $rude;
waitpid $rude, 0;

__END__
RedirectMatch 301 "^/response/[^/]+/moved$" "https://elsewhere.example/"
RedirectMatch 302 "^/response/[^/]+/found$" "https://elsewhere.example/"
RedirectMatch 410 "^/response/[^/]+/gone$"

<LocationMatch "^/response/[^/]+/small">
    LimitRequestBody 10
</LocationMatch>

# A backend on the port that the path names: the test sees to it that it is dead. (ProxyPass takes no port from the path.)
<VirtualHost response_dead>
    RewriteEngine On
    RewriteRule "^/[^/]+/(\d+)$" "http://127.0.0.1:$1/" [P]
    ProxyTimeout 20
    Header always set X-One 1
    Header always set X-Two 2
    <Location "/names">
        ExposeHeaders X-One X-Absent
    </Location>
    <Location "/pattern">
        ExposeHeaders X-*
    </Location>
    <Location "/everything">
        ExposeHeaders *
    </Location>
</VirtualHost>
