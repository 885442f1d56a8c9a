# mod_headers' RequestHeader changes what a handler sees, not which Origin the client sent. Cookie and Authorization are those of the request
# when a * is about to be sent: who takes them off says that they don't matter.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my $written_out = qr/\A(?=.*\bX-One\b)[^*]+\z/;

# path, how it is asked for, what is sent, Vary, what it shows
my @table = (
    ['unset/file.txt', [headers => [@origin]], '*', 'origin', 'an Origin that is unset is there all the same'],
    ['unset/file.txt', [headers => [@origin, Cookie => 'a=b']], '*', 'origin', 'a Cookie that is unset does not matter'],
    ['unset/file.txt', [headers => [@origin, Authorization => 'Bearer x']], '*', 'origin', 'nor does Authorization'],
    ['unset/file.txt', [headers => [@origin, 'Access-Control-Request-Method' => 'PUT'], method => 'OPTIONS'],
        undef, '', 'what makes a preflight is there all the same'],
    ['unset/missing', [headers => [@origin, Cookie => 'a=b']], '*', 'origin', 'a Cookie that is unset, on an error'],
    ['forged/file.txt', [], undef, 'origin', 'an Origin that is set was not sent'],
    ['forged/file.txt', [headers => [@origin]], 'X-One', 'origin', 'an Origin that is changed is compared as it was sent'],
    ['forged-everything/file.txt', [headers => [@origin]], $written_out, 'origin', 'a Cookie that is set for the handler counts'],
    ['forged-preflight/file.txt', [headers => [@origin], method => 'OPTIONS'], 'X-One', 'origin',
        'what would make a preflight was not sent'],
);

plan tests => 2 * @table;

for my $case (@table) {
    my ($path, $ask, $expected, $vary, $title) = @$case;
    my $r = request("/response/$path", @$ask);
    ref $expected ? like($r->aceh, $expected, "$title ($path): what is sent")
        : is($r->aceh, $expected, "$title ($path): what is sent");
    is("@{ $r->vary }", $vary, "$title ($path): Vary");
}

__END__
<Location "/response/unset">
    ExposeHeaders *
    RequestHeader unset Origin
    RequestHeader unset Cookie
    RequestHeader unset Authorization
    RequestHeader unset Access-Control-Request-Method
</Location>
<Location "/response/forged">
    ExposeHeaders X-One
    ExposeHeaders X-Forged origin=https://forged.example.com
    RequestHeader set Origin https://forged.example.com
    RequestHeader set Cookie a=b
</Location>
<Location "/response/forged-everything">
    ExposeHeaders *
    RequestHeader set Cookie a=b
    RequestHeader set Authorization "Basic eA=="
</Location>
<Location "/response/forged-preflight">
    ExposeHeaders X-One
    RequestHeader set Access-Control-Request-Method PUT
</Location>
