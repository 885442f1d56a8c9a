# mod_ratelimit sends a response in pieces; there is one list, in front of them.
use strict;
use warnings;
use Test::More tests => 5 + 1;
use CorsExpose::Neighbours;

my $response = try_wildcard('/neighbours/ratelimit/long.txt', 200);
like($response->body, qr/\Aline 1 of .*line 200 of [^\n]*\n\z/s, 'the whole body came');

__END__
<Location "/neighbours/ratelimit/">
    SetOutputFilter RATE_LIMIT
    SetEnv rate-limit 20000
</Location>
