# "*" in a response's own list is the wildcard, not a name.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

my @cookie = (Cookie => 'a=b');

# [the configuration's lines; further request headers; what is sent; what it shows; the backend's lines, if they aren't these:]
my $star  = 'Header set ACEH "*"';
my @table = (
    ['ExposeHeaders X-Shared',       [],       '*, X-Shared',           'it stays a wildcard, and explicit names follow it'],
    ['ExposeHeadersBackend Merge',   [],       '*',                     'it stays alone'],
    ['ExposeHeadersBackend Keep',    [],       '*',                     'Keep keeps it'],
    ['ExposeHeaders X-Shared',       [],       '*, X-Shared, X-Own',    'it comes first', 'Header add ACEH "X-Own"; Header add ACEH "*"'],
    ['ExposeHeadersBackend Replace', [],       undef,                   'Replace drops it'],
    ['ExposeHeaders None X-Config',  [],       'X-Config',              'None forgets it'],
    ['ExposeHeaders -*',             [],       undef,                   'a removal of * takes it away'],
    ['ExposeHeadersWildcard Expand', [],       qr/\bX-Seen\b/,          'ExposeHeadersWildcard Expand writes it out'],
    ['ExposeHeadersBackend Merge',   \@cookie, qr/\bX-Seen\b/,          'it is written out where it would be a literal name'],
    ['ExposeHeadersBackend Keep',    \@cookie, qr/\bX-Seen\b/,          'and so with Keep'],
    ['ExposeHeaders X-Shared',       \@cookie, qr/\AX-Shared, .*\bX-Seen\b/, 'written out, the explicit names come first'],
    ['ExposeHeaders -X-Seen',        [],       qr/\A(?!.*X-Seen).*\bDate\b/, 'a removal behind it has it written out'],
    ['ExposeHeadersNever X-Seen',    [],       qr/\A(?!.*X-Seen).*\bDate\b/, 'and so does ExposeHeadersNever'],
);

plan tests => 2 * @table;

my $port = serve("Header always set X-Seen 1\n" . containers(map { "$_->[0]; backend: " . ($_->[4] // $star) } @table));

for my $i (0 .. $#table) {
    my ($lines, $headers, $expected, $title) = @{ $table[$i] };
    my $r = request("/$i/page.html", port => $port, headers => [Origin => origin(), @$headers]);
    my $name = $lines . (@$headers ? ' with a cookie' : '') . ": $title";
    ref $expected ? like($r->aceh // '', $expected, $name) : is($r->aceh, $expected, $name);
    my @stars = grep { $_ eq '*' } @{ $r->names };
    is(scalar @stars, defined $expected && !ref $expected && $expected =~ /\*/ ? 1 : 0, "$name (how often there is a *)");
}
