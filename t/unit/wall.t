# The wall around the core (src/): it knows APR and libc, and no httpd; and inside it the arrows run one way.
use strict;
use warnings;
use File::Basename qw(basename);
use Test::More;

# from the bottom up: each may use itself, what stands before it, APR and libc
my @layers = ([qw(names origin)], [qw(policy syntax)], ["listing"], ["decision"]);

my $objects = ($ENV{BUILD} || 'build/normal') . '/tree/src/.libs';
my %face = map { $_ => 1 } qw(dump);    # the one thing in src/ that isn't the core's

sub symbols {
    my ($file, @options) = @_;
    open my $nm, '-|', 'nm', '-P', @options, $file or die "nm: $!\n";
    my @names = map { /^([^\s\@]+)/ ? $1 : () } <$nm>;
    close $nm or die "nm @options $file failed\n";
    return @names;
}

sub includes {
    my ($file) = @_;
    open my $source, '<', $file or die "$file: $!\n";
    return map { /^\s*#\s*include\s+"([^"]+)"/ ? $1 : () } <$source>;
}

my ($libc) = grep { m{/libc\.[^/]*$} } map { /(\S+)/g } `ldd '$objects/../../.libs/mod_cors_expose.so'`;
my %libc = map { $_ => 1 } symbols($libc, '-D', '--defined-only');
ok($libc{memcpy}, "libc's symbols are known ($libc)");

my @known = sort map { @$_ } @layers;
my @core  = sort grep { !$face{$_} } map { basename($_, '.c') } glob 'src/*.c';
is_deeply(\@core, \@known, 'each source of the core has its place in a layer');

my %defined;    # by this layer and those below
for my $layer (@layers) {
    $defined{$_} = 1 for map { symbols("$objects/$_.o", '-g', '--defined-only') } @$layer;
    for my $name (@$layer) {
        my @used = grep { !/^__(?:asan|ubsan)_|^_GLOBAL_OFFSET_TABLE_$/ } symbols("$objects/$name.o", '-u');
        cmp_ok(scalar @used, '>', 0, "$name.o uses something, so nm was read");
        is_deeply([grep { !/^apr_/ && !$libc{$_} && !$defined{$_} } @used],
            [], "$name.o uses the layers up to its own, APR and libc");
        is_deeply([grep { !/^(?:apr(?:_\w+)?|ce_\w+)\.h$/ } includes("src/$name.c")],
            [], "$name.c includes APR's headers and the core's");
    }
}
my @headers = grep { $_ ne 'include/ce_dump.h' } glob 'include/ce_*.h';
is_deeply([grep { !/^(?:apr(?:_\w+)?|ce_\w+)\.h$/ } map { includes($_) } @headers], [], 'so do the headers');

done_testing;
