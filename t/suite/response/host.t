# Errors that httpd raises before it looks at the containers: they see the policy of the virtual host, and the <Location>s of a URL
# that is known.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

my $origin = 'Origin: ' . origin();

# what is sent to the server, the status, what it shows
my @known = (
    ["GET / HTTP/1.1\r\nHost: a b\r\n$origin\r\n\r\n", 400, 'a malformed Host'],
    ["GET / HTTP/1.1\r\n$origin\r\n\r\n", 400, 'no Host'],
    ["GET / HTTP/1.1\r\nHost: a\r\n$origin\r\nExpect: miracles\r\n\r\n", 417, 'an unknown expectation'],
    ["GET / HTTP/1.1\r\nHost: a\r\n$origin\r\nno colon\r\n\r\n", 400, 'a malformed field behind Origin'],
    ["GET /%2e%2e%00 HTTP/1.1\r\nHost: a\r\n$origin\r\nConnection: close\r\n\r\n", 404, 'a path that is none'],
);
# Here httpd gives up before it has read the headers.
my @unknown = (
    ["GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n$origin\r\n\r\n", 400, 'a malformed field in front of Origin'],
    ["GET  /  x HTTP/1.1\r\nHost: a\r\n$origin\r\n\r\n", 400, 'a malformed request line'],
    ["GET /" . 'x' x 9000 . " HTTP/1.1\r\nHost: a\r\n$origin\r\n\r\n", 414, 'a request line that is too long'],
);

plan tests => 4 * (@known + @unknown);
for my $case (@known) {
    my ($bytes, $status, $title) = @$case;
    my $r = request('/', raw => $bytes, port => 'response_host');
    is($r->status, $status, "$title: the status");
    is($r->aceh, 'X-Host, X-Location', "$title: explicit names");
    is_deeply($r->vary, ['origin'], "$title: Vary");
    is(request('/', raw => $bytes, port => 'response_host_pattern')->aceh, 'X-Host', "$title: a pattern");
}
for my $case (@unknown) {
    my ($bytes, $status, $title) = @$case;
    my $r = request('/', raw => $bytes, port => 'response_host');
    is($r->status, $status, "$title: the status");
    is($r->aceh, undef, "$title: explicit names, as without Origin");
    is_deeply($r->vary, ['origin'], "$title: Vary");
    is(request('/', raw => $bytes, port => 'response_host_pattern')->aceh, 'X-Host', "$title: a pattern, as without Origin");
}

__END__
# What httpd refuses before it looks at the containers.
<VirtualHost response_host>
    DocumentRoot "@DocumentRoot@/response"
    ExposeHeaders X-Host
    Header always set X-Host 1
    <Location "/">
        ExposeHeaders X-Location
    </Location>
</VirtualHost>
<VirtualHost response_host_pattern>
    DocumentRoot "@DocumentRoot@/response"
    ExposeHeaders X-*
    Header always set X-Host 1
</VirtualHost>
