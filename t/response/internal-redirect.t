# Internal redirects: the policy is that of the request that answers, the facts are those that the client sent.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my @cookie = (Cookie => 'a=b');

# path, request headers, status, what is sent, what it shows
my @table = (
    ['from/internal.asis',       [@origin], 200, 'X-To', 'the policy is that of the last request'],
    ['from-off/internal.asis',   [@origin], 200, 'X-To', 'When Off at the first does not matter'],
    ['none/internal-twice.asis', [@origin], 200, 'X-To', 'two redirects'],
    ['from/internal-missing.asis', [@origin], 404, 'X-To', 'the last request fails'],
    ['from/internal.asis',       [],        200, undef,  'no Origin, no explicit names'],
    ['from/internal-everything.asis', [@origin], 200, '*', 'the wildcard'],
    ['from/internal-everything.asis', [@origin, @cookie], 200, qr/\A(?=.*\bDate\b)[^*]+\z/,
        "the cookie that the client sent counts, though the last request's RequestHeader unsets it"],
);

plan tests => 3 * @table;

for my $case (@table) {
    my ($path, $headers, $status, $expected, $title) = @$case;
    my $r = request("/response/$path", headers => $headers);
    is($r->status, $status, "$title ($path): the status");
    ref $expected ? like($r->aceh, $expected, "$title ($path): what is sent")
        : is($r->aceh, $expected, "$title ($path): what is sent");
    is_deeply($r->vary, ['origin'], "$title ($path): Vary");
}
