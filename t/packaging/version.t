# The version that include/mod_cors_expose.h says is the one of everything that has one.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Packaging qw(slurp version);
use Test::More;

my $version = version();
my $quoted  = quotemeta $version;

my %found = (
    'CHANGES, at its top'          => slurp('CHANGES') =~ /\AChanges with mod_cors_expose (\S+)/,
    'debian/changelog, at its top' => slurp('debian/changelog') =~ /\A\S+ \((\S+)-[^-]+\) /,
    "the spec's Version"           => slurp('packaging/mod_cors_expose.spec') =~ /^Version: +(\S+)$/m,
    "the spec's changelog"         => slurp('packaging/mod_cors_expose.spec') =~ /^%changelog\n\* .* - (\S+)-[^-]+$/m,
);
is $found{$_}, $version, "$_: $version" for sort keys %found;

my $module = slurp(($ENV{BUILD} || 'build/normal') . '/mod_cors_expose.so');
ok $module =~ /(?<![\d.])$quoted(?![\d.])/, 'strings of the module have it';

# httpd's CHANGES begin a release by its name and end its entries by a blank line; ours say the day too.
my @releases = slurp('CHANGES') =~ /^Changes with (.*)$/mg;
is_deeply [grep { !/^mod_cors_expose \d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)$/ } @releases], [], 'each release in CHANGES has its day';

done_testing;
