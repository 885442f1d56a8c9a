# mod_deflate: Content-Encoding and Vary come from a filter; and mod_mime's encodings, which httpd sends from elsewhere.
use strict;
use warnings;
use IO::Uncompress::Gunzip qw(gunzip);
use Test::More tests => 4 * 5 + 12;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my $base = '/neighbours/deflate';
my @gzip = ('Accept-Encoding' => 'gzip');

my $packed = try_wildcard("$base/long.txt", 200, headers => \@gzip);
gunzip(\(my $body = $packed->body), \my $text);
like($text, qr/\Aline 1 of .*line 200 of [^\n]*\n\z/s, 'it unpacks');
is_deeply([grep { $_ eq 'content-encoding' } @{ $packed->names }], ['content-encoding'], 'Content-Encoding is listed');
is_deeply($packed->vary, [qw(accept-encoding origin)], 'Vary has both');

my $plain = try_wildcard("$base/long.txt", 200);
is_deeply([grep { $_ eq 'content-encoding' } @{ $plain->names }], [], 'nothing was packed, so it is not listed');
is_deeply($plain->vary, [qw(accept-encoding origin)], 'Vary has both, all the same');

try_wildcard("$base/long.txt", 200, headers => \@gzip, method => 'HEAD');

my $unchanged = request("$base/long.txt", headers => [@{ cookie() }, @gzip, 'If-Modified-Since' => $packed->header('Last-Modified')]);
is($unchanged->status, 304, 'it is not modified');
check($unchanged, undef, 'a 304 carries no list that is written out');
ok((grep { $_ eq 'origin' } @{ $unchanged->vary }), 'Vary of the 304');

my $stored = try_wildcard('/neighbours/expires/../deflate/packed.txt.gz', 200);
is($stored->header('Content-Encoding'), 'gzip', 'a file that is stored packed');
ok((grep { $_ eq 'content-encoding' } @{ $stored->names }), 'Content-Encoding is listed there, too');

my $empty = request("$base/empty.gz.asis", headers => cookie());
is($empty->status, 204, 'no content, of a file whose name says gzip');
check($empty, ['PRESENT'], 'has no encoding, and none listed');

__END__
<Location "/neighbours/deflate/">
    SetOutputFilter DEFLATE
</Location>
