# mod_brotli, put in by mod_filter because of the type.
use strict;
use warnings;
use Test::More tests => 2 * 5 + 5;
use CorsExpose::Neighbours;

my $base = '/neighbours/brotli';
my $packed = try_wildcard("$base/long.txt", 200, headers => ['Accept-Encoding' => 'br']);
is($packed->header('Content-Encoding'), 'br', 'it is packed');
cmp_ok(length $packed->body, '<', 1000, 'to less than it was');
ok((grep { $_ eq 'content-encoding' } @{ $packed->names }), 'Content-Encoding is listed');
is_deeply($packed->vary, [qw(accept-encoding origin)], 'Vary has both');

my $plain = try_wildcard("$base/long.txt", 200);
is($plain->header('Content-Encoding'), undef, 'not packed for who does not want it');

__END__
<Location "/neighbours/brotli/">
    AddOutputFilterByType BROTLI_COMPRESS text/plain
</Location>
