# mod_headers' RequestHeader changes what a handler sees, not which Origin the client sent. Cookie and Authorization are those of the request
# when a * is about to be sent: who takes them off says that they don't matter.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my $written_out = qr/\A(?=.*\bX-One\b)[^*]+\z/;

my $unset = "ExposeHeaders *; " . join '; ', map { "RequestHeader unset $_" } qw(Origin Cookie Authorization Access-Control-Request-Method);
my $forged = 'ExposeHeaders X-One; ExposeHeaders X-Forged origin=https://forged.example.com; '
    . 'RequestHeader set Origin https://forged.example.com; RequestHeader set Cookie a=b';

# [the configuration's lines; how it is asked for; what is sent; Vary; what it shows; the document, page.html if none is named]
my @table = (
    [$unset, [headers => [@origin]], '*', 'origin', 'an Origin that is unset is there all the same'],
    [$unset, [headers => [@origin, Cookie => 'a=b']], '*', 'origin', 'a Cookie that is unset does not matter'],
    [$unset, [headers => [@origin, Authorization => 'Bearer x']], '*', 'origin', 'nor does Authorization'],
    [$unset, [headers => [@origin, 'Access-Control-Request-Method' => 'PUT'], method => 'OPTIONS'],
        undef, '', 'what makes a preflight is there all the same'],
    [$unset, [headers => [@origin, Cookie => 'a=b']], '*', 'origin', 'a Cookie that is unset, on an error', 'missing'],
    [$forged, [], undef, 'origin', 'an Origin that is set was not sent'],
    [$forged, [headers => [@origin]], 'X-One', 'origin', 'an Origin that is changed is compared as it was sent'],
    ['ExposeHeaders *; RequestHeader set Cookie a=b; RequestHeader set Authorization "Basic eA=="', [headers => [@origin]],
        $written_out, 'origin', 'a Cookie that is set for the handler counts'],
    ['ExposeHeaders X-One; RequestHeader set Access-Control-Request-Method PUT', [headers => [@origin], method => 'OPTIONS'],
        'X-One', 'origin', 'what would make a preflight was not sent'],
);

plan tests => 2 * @table;

my $port = serve("Header always set X-One 1\n" . containers(map { $_->[0] } @table));

for my $i (0 .. $#table) {
    my ($lines, $ask, $expected, $vary, $title, $document) = @{ $table[$i] };
    my $r = request("/$i/" . ($document // 'page.html'), port => $port, @$ask);
    ref $expected ? like($r->aceh, $expected, "$title: what is sent") : is($r->aceh, $expected, "$title: what is sent");
    is("@{ $r->vary }", $vary, "$title: Vary");
}
