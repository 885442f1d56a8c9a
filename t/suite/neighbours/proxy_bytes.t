# mod_proxy_http with a backend whose responses are out of the ordinary: interim responses, trailers, folded lines, hop-by-hop
# fields, and such that break off.
use strict;
use warnings;
use IO::Socket::INET;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my $ok    = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
my $body  = "Content-Length: 5\r\n\r\nbody\n";
my $lists = 'Access-Control-Expose-Headers';
my @cases = (
    # what the backend sends, status, list under X-A X-B-*, besides what came under *, sentence
    ["${ok}X-B-1: 1\r\n$body", 200, [qw(X-A X-B-1)], [], 'a response like any'],
    ["HTTP/1.1 103 Early Hints\r\nX-B-2: 1\r\n$lists: X-C\r\n\r\n${ok}X-B-1: 1\r\n$body", 200, [qw(X-A X-B-1)], [], 'an interim response before it'],
    ["${ok}X-B-1: 1\r\nTransfer-Encoding: chunked\r\nTrailer: X-B-2\r\n\r\n5\r\nbody\n\r\n0\r\nX-B-2: 1\r\n\r\n", 200, [qw(X-A X-B-1)], [], 'a trailer behind it'],
    ["${ok}$lists: X-C,\r\n X-D\r\n$lists: X-E\r\n$body", 200, [qw(X-A X-C X-D X-E)], [qw(X-C X-D X-E)], 'a folded list, and a second one'],
    ["${ok}$lists: Set-Cookie, X-C\r\nSet-Cookie: a=b\r\n$body", 200, [qw(X-A X-C)], ['X-C'], 'a list that would expose a cookie'],
    ["${ok}Connection: X-B-2\r\nX-B-1: 1\r\nX-B-2: 1\r\n$body", 200, [qw(X-A X-B-1)], [], 'a field that Connection names'],
    ["${ok}X-B-1: 1\r\nX-B-1: 2\r\n$body", 200, [qw(X-A X-B-1)], [], 'a field on two lines'],
    ["HTTP/1.0 200 OK\r\nX-B-1: 1\r\n\r\nbody\n", 200, [qw(X-A X-B-1)], [], 'HTTP/1.0, to the end of the connection'],
    ["HTTP/1.1 204 No Content\r\nX-B-1: 1\r\n\r\n", 204, [qw(X-A X-B-1)], [], 'no content'],
    ["${ok}X-B-1: 1\r\nContent-Length: 500\r\n\r\nbody\n", 200, [qw(X-A X-B-1)], [], 'a body that breaks off'],
    ["no headers\n", 200, ['X-A'], [], 'HTTP/0.9'],
    ['', 502, ['X-A'], [], 'nothing'],
);

my $backend = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5) or die "listen: $!\n";
my $port    = $backend->sockport;
my $pid     = fork // die "fork: $!\n";
if (!$pid) {
    for my $case (@cases) {
        for my $policy (qw(names wild)) {
            my $connection = $backend->accept or die "accept: $!\n";
            while (defined(my $line = <$connection>)) { last if $line eq "\r\n" }
            print {$connection} $case->[0];
            close $connection;
        }
    }
    require POSIX;
    POSIX::_exit(0);
}
END { kill TERM => $pid and waitpid $pid, 0 if $pid }

plan tests => 3 * @cases;
for my $case (@cases) {
    my (undef, $status, $names, $besides, $sentence) = @$case;
    my $response = request("/names/$port", port => 'neighbours_bytes', headers => anonymous());
    is($response->status, $status, "$sentence: the status");
    check($response, $names, "$sentence: a name and a pattern");
    check(request("/wild/$port", port => 'neighbours_bytes', headers => cookie()), ['PRESENT', @$besides], "$sentence: all, written out");
}

__END__
# The test plays the backend, on the port that is in the path.
<VirtualHost neighbours_bytes>
    RewriteEngine On
    RewriteRule "^/\w+/(\d+)$" "http://127.0.0.1:$1/" [P]
    <Location "/names/">
        ExposeHeaders X-A X-B-*
    </Location>
    <Location "/wild/">
        ExposeHeaders *
    </Location>
</VirtualHost>
