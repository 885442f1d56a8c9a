# Internal redirects: the policy is that of the client's URL first, then of each request that it became; the facts are those that
# the client sent.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my @cookie = (Cookie => 'a=b');

# path, request headers, status, what is sent, what it shows
my @table = (
    ['from/internal.asis',       [@origin], 200, 'X-From, X-To', 'the policy is that of both requests'],
    ['from-off/internal.asis',   [@origin], 200, undef, 'When Off at the first holds'],
    ['none/internal-twice.asis', [@origin], 200, 'X-From, X-To', 'two redirects'],
    ['from/internal-missing.asis', [@origin], 404, 'X-From, X-To', 'the last request fails'],
    ['from/internal.asis',       [],        200, undef,  'no Origin, no explicit names'],
    ['from/internal-everything.asis', [@origin], 200, '*, X-From', 'the wildcard'],
    ['from/internal-everything.asis', [@origin, @cookie], 200, qr/\AX-From, (?=.*\bDate\b)[^*]+\z/,
        "the cookie that the client sent counts, though the last request's RequestHeader unsets it"],
);

plan tests => 3 * @table;

for my $case (@table) {
    my ($path, $headers, $status, $expected, $title) = @$case;
    my $r = request("/response/$path", headers => $headers);
    is($r->status, $status, "$title ($path): the status");
    ref $expected ? like($r->aceh, $expected, "$title ($path): what is sent")
        : is($r->aceh, $expected, "$title ($path): what is sent");
    is_deeply($r->vary, $path =~ /off/ ? [] : ['origin'], "$title ($path): Vary");
}

__END__
<Location "/response/from">
    ExposeHeaders X-From
</Location>
<Location "/response/from-off">
    ExposeHeadersWhen Off
</Location>
<Location "/response/to">
    ExposeHeaders X-To
</Location>
<Location "/response/to-everything">
    ExposeHeaders *
    RequestHeader unset Origin
</Location>
