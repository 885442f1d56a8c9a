# A TLS client certificate is a credential, if it was verified: then a wildcard is written out.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;
use CorsExpose::Protocols;
use CorsExpose::Test;

my @tls12 = (SSL_version => 'TLSv1_2');
my @tls13 = (SSL_version => 'TLSv1_3');
my @cases = (
    # virtual host, folder, certificate, TLS options, credentialed, sentence
    ['protocols_tls',        'wild',     undef,      [],      0, 'no certificate'],
    ['protocols_tls',        'wild',     'client',   \@tls12, 1, 'a certificate, over TLS 1.2'],
    ['protocols_tls',        'wild',     'client',   \@tls13, 1, 'a certificate, over TLS 1.3'],
    ['protocols_tls',        'minus',    'client',   [],      1, 'a certificate, where all is written out anyway'],
    ['protocols_unverified', 'wild',     undef,      [],      0, 'no certificate, where any would do'],
    ['protocols_unverified', 'wild',     'stranger', [],      0, 'a certificate that nobody verified'],
    ['protocols_unverified', 'wild',     'client',   [],      1, 'one that was'],
    ['protocols_late',       'wild',     'client',   \@tls12, 0, 'a certificate that nobody asked for'],
    ['protocols_late',       'verified', 'client',   \@tls12, 1, 'one that was asked for late, by renegotiation'],
);
my @http2 = (
    ['no certificate', 0],
    ['a certificate',  1, 'client'],
);

plan tests => 3 * @cases + 5 + (prefork() ? 0 : 3 * @http2);
for my $case (@cases) {
    my ($vhost, $folder, $name, $options, $credentialed, $sentence) = @$case;
    log_mark();
    my $response = request("/protocols/$folder/file.txt", headers => anonymous(), socket => tls($vhost, $name, @$options));
    is($response->status, 200, "$sentence: the status");
    my $written = [$folder eq 'minus' ? ('PRESENT', '-X-Secret') : 'PRESENT'];
    check($response, $credentialed || $folder eq 'minus' ? $written : '*', "$sentence: the list");
    my $why = $credentialed ? qr/\(credentialed: client certificate\)/ : qr/\(not credentialed\)/;
    is(log_lines($why), 1, "$sentence: the reason in the log");
}

# one connection, several requests; and without Origin that is said first
my $socket = tls('protocols_tls', 'client');
my ($wild, $nobody) = ((grep { $_->{folder} eq 'wild' && $_->{expected} eq '*' } cases())[0],
    (grep { $_->{folder} eq 'wild' && !@{ $_->{headers} } } cases())[0]);
log_mark();
for my $case ($wild, $nobody, $wild) {
    print {$socket} ask($case, '1.1');
    check(answer($socket, $case), ['PRESENT'], "kept open: $case->{what}");
}
is_deeply([map { /\((credentialed: .*)\)/ } log_lines(qr/cors_expose:debug/, 3)],
    ['credentialed: client certificate', 'credentialed: no Origin', 'credentialed: client certificate'], 'kept open: the reasons');

like(request('/why?url=/protocols/wild/file.txt&origin=' . origin(), socket => tls('protocols_unverified', 'client'))->body, qr/^ +wildcard: /m,
    'ExposeHeadersExplain: who asks there has no certificate for having one here');

for my $case (prefork() ? () : @http2) {
    my ($sentence, $credentialed, $name) = @$case;
    my @files = $name ? certificate($name) : ();
    my @responses = nghttp('https://127.0.0.1:' . port('protocols_tls'), [map { "/protocols/wild/$_" } qw(file.txt missing)],
        (map { ("--cert=$_->[0]", "--key=$_->[1]") } @files ? \@files : ()), '--header', 'origin: ' . origin());
    is(join(' ', map { $_->status } @responses), '200 404', "HTTP/2, $sentence: the statuses");
    check($_, $credentialed ? ['PRESENT'] : '*', "HTTP/2, $sentence: the list") for @responses;
}

__END__
# takes any certificate, and verifies none
<VirtualHost protocols_unverified>
    Protocols h2 http/1.1
    SSLEngine On
    SSLCertificateFile    "@t_conf@/ca/server.pem"
    SSLCertificateKeyFile "@t_conf@/ca/server.key"
    SSLCACertificateFile  "@t_conf@/ca/ca.pem"
    SSLVerifyClient optional_no_ca
    <Location "/why">
        ExposeHeadersExplain On
    </Location>
</VirtualHost>

# asks for a certificate once it knows what is wanted
<VirtualHost protocols_late>
    SSLEngine On
    SSLCertificateFile    "@t_conf@/ca/server.pem"
    SSLCertificateKeyFile "@t_conf@/ca/server.key"
    SSLCACertificateFile  "@t_conf@/ca/ca.pem"
    SSLProtocol TLSv1.2
    <Location "/protocols/verified/">
        ExposeHeaders *
        SSLVerifyClient require
    </Location>
</VirtualHost>
