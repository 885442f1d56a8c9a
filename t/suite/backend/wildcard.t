# "*" in a response's own list is the wildcard, not a name.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

my @cookie = (Cookie => 'a=b');

# path, further request headers, what is sent, what it shows
my @table = (
    ['union/proxied-star',             [],       '*, X-Shared',           'it stays a wildcard, and explicit names follow it'],
    ['nothing-but-merge/proxied-star', [],       '*',                     'it stays alone'],
    ['nothing-but-keep/proxied-star',  [],       '*',                     'Keep keeps it'],
    ['union/proxied-star-and-name',    [],       '*, X-Shared, X-Own',    'it comes first'],
    ['nothing-but-replace/proxied-star', [],     undef,                   'Replace drops it'],
    ['forget/proxied-star',            [],       'X-Config',              'None forgets it'],
    ['drop-all/proxied-star',          [],       undef,                   'a removal of * takes it away'],
    ['expand/proxied-star',            [],       qr/\bX-Seen\b/,          'ExposeHeadersWildcard Expand writes it out'],
    ['nothing-but-merge/proxied-star', \@cookie, qr/\bX-Seen\b/,          'it is written out where it would be a literal name'],
    ['nothing-but-keep/proxied-star',  \@cookie, qr/\bX-Seen\b/,          'and so with Keep'],
    ['union/proxied-star',             \@cookie, qr/\AX-Shared, .*\bX-Seen\b/, 'written out, the explicit names come first'],
    ['minus/proxied-star',             [],       qr/\A(?!.*X-Seen).*\bDate\b/, 'a removal behind it has it written out'],
    ['nothing-but-never/proxied-star', [],       qr/\A(?!.*X-Seen).*\bDate\b/, 'and so does ExposeHeadersNever'],
);

plan tests => 2 * @table;

for my $case (@table) {
    my ($path, $headers, $expected, $title) = @$case;
    my $r = request("/backend/$path/file.txt", headers => [Origin => origin(), @$headers]);
    my $name = "$path" . (@$headers ? ' with a cookie' : '') . ": $title";
    ref $expected ? like($r->aceh // '', $expected, $name) : is($r->aceh, $expected, $name);
    my @stars = grep { $_ eq '*' } @{ $r->names };
    is(scalar @stars, defined $expected && !ref $expected && $expected =~ /\*/ ? 1 : 0, "$name (how often there is a *)");
}
