# HTTP/2 over TLS, over cleartext, and over cleartext by way of HTTP/1.1's Upgrade, with nghttp2's client. Requests with the same
# headers go out together, as streams of one connection (after an Upgrade httpd answers but the one that asked for it). Under
# prefork httpd offers no HTTP/2, and speaks it only with a client who begins with it.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Protocols;
use CorsExpose::Test;

my %groups;
push @{ $groups{ join "\n", $_->{method}, @{ $_->{headers} } } }, $_ for cases();

my @over = (
    ['HTTP/2 over TLS',    'https://127.0.0.1:' . port('protocols_tls')],
    ['HTTP/2, cleartext',  'http://127.0.0.1:' . port('protocols_h2c')],
    ['HTTP/2 by Upgrade',  'http://127.0.0.1:' . port('protocols_h2c'), '--upgrade'],
);

@over = grep { $_->[0] eq 'HTTP/2, cleartext' } @over if prefork();

plan tests => 3 + @over * (tests_of(cases()) + 2);

my $tls = tls('protocols_tls', undef, SSL_alpn_protocols => ['h2', 'http/1.1']);
is($tls->alpn_selected, prefork() ? 'http/1.1' : 'h2', 'what a client gets who offers HTTP/2 and HTTP/1.1');
$tls = tls('protocols_tls', undef, SSL_alpn_protocols => ['http/1.1']);
is($tls->alpn_selected, 'http/1.1', 'who offers HTTP/1.1 alone');
is(request('/protocols/wild/file.txt', headers => anonymous(), socket => $tls)->aceh, '*', 'and the list over HTTP/1.1');

for my $over (@over) {
    my ($what, $base, @options) = @$over;
    my $all = '';
    for my $group (sort keys %groups) {
        my @group = @{ $groups{$group} };
        my ($method, @headers) = ($group[0]{method}, @{ $group[0]{headers} });
        my @more = (@options, '--header', ":method: $method");
        while (my ($name, $value) = splice @headers, 0, 2) {
            push @more, '--header', lc($name) . ": $value";
        }
        my @paths = map { $_->{path} } @group;
        my @responses = @options ? map { nghttp($base, [$_], @more) } @paths : nghttp($base, \@paths, @more);
        for my $i (0 .. $#group) {
            try_response($responses[$i], $group[$i], $what);
            $all .= $responses[$i]->all;
        }
    }
    unlike($all, qr/^(?:connection|keep-alive|transfer-encoding|upgrade):/im, "$what: it was HTTP/2");

    # A 101 is an interim answer, and isn't decided.
    log_mark();
    nghttp($base, ['/protocols/wild/file.txt'], @options, '--header', 'origin: ' . origin());
    my @decided = map { /\] ([\w-]+): .* (\d{3}) for / ? "$1 $2" : () } log_lines(qr/cors_expose:debug/, 1);
    is_deeply(\@decided, ['wildcard 200'], "$what: one decision for one request");
}

__END__
<VirtualHost protocols_h2c>
    Protocols h2c http/1.1
</VirtualHost>
