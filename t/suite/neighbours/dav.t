# mod_dav: its methods and statuses, and the headers that only they have.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases qw(folder);
use CorsExpose::Neighbours;
use CorsExpose::Test;

my $folder = folder('neighbours/dav');
my $propfind = '<?xml version="1.0"?><propfind xmlns="DAV:"><propname/></propfind>';
my $lock = '<?xml version="1.0"?><lockinfo xmlns="DAV:"><lockscope><shared/></lockscope><locktype><write/></locktype></lockinfo>';
my @xml = ('Content-Type' => 'application/xml');
my @cases = (
    # method, path, more of the request, status, a header that has to be listed
    ['OPTIONS',  '',          {},                                                  200, 'dav'],
    ['PUT',      'new.txt',   { body => "one\n" },                                 undef, 'server'],
    ['GET',      'new.txt',   {},                                                  200, 'etag'],
    ['PROPFIND', '',          { body => $propfind, headers => [Depth => 0, @xml] }, 207, 'server'],
    ['LOCK',     'new.txt',   { body => $lock, headers => [Depth => 0, @xml] },    200, 'lock-token'],
    ['MKCOL',    'new.txt',   {},                                                  405, 'allow'],
    ['DELETE',   'not-there', {},                                                  404, 'server'],
    ['COPY',     'not-there', { headers => [Destination => '/elsewhere'] },        404, 'date'],
);

plan tests => 6 * @cases;
for my $case (@cases) {
    my ($method, $path, $more, $status, $listed) = @$case;
    # the first PUT makes the file, the others change it
    request("$folder$path", method => 'PUT', body => '') if !defined $status;
    my $response = try_wildcard("$folder$path", $status // 204, method => $method, %$more);
    ok((grep { $_ eq $listed } @{ $response->names }), "$method: $listed is listed");
}

__END__
DavLockDB "@t_state@/dav.lock"
<Location "/neighbours/dav">
    Dav On
</Location>
