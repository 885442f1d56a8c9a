# The wall around the core (src/): it knows APR and libc, and no httpd; and inside it the arrows run one way.
use strict;
use warnings;
use File::Basename qw(basename);
use Test::More;

# from the bottom up: each may use itself, what stands before it, APR and libc
my @layers = (
    ['name'], [qw(names origin)], ['line'], [qw(policy words)], ['facts'], ['exposed'], ['decision'], [qw(explain review)],
);

# What the compiler puts in is no layer: sanitizers, coverage, the stack's guard, and how 32-bit x86 finds its data
my $helper = qr/^(?:__(?:asan|ubsan|gcov|stack_chk)_\w+|__x86\.get_pc_thunk\.\w+|_GLOBAL_OFFSET_TABLE_)$/;

my $objects = ($ENV{BUILD} || 'build/normal') . '/tree/src/.libs';

sub lines {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    return <$in>;
}

sub symbols {
    my ($file, @options) = @_;
    open my $nm, '-|', 'nm', '-P', @options, $file or die "nm: $!\n";
    my @names = map { /^([^\s\@]+)/ ? $1 : () } <$nm>;
    close $nm or die "nm @options $file failed\n";
    return @names;
}

sub includes { return map { /^\s*#\s*include\s+"([^"]+)"/ ? $1 : () } lines(@_) }

# what of src/ is the face's, as the Makefile has it
my ($face) = map { /^FACE\s*=(.*)/ ? $1 : () } lines('Makefile');
ok(defined $face, 'the Makefile says what of src/ is the face');
my %face = map { $_ => 1 } ($face // '') =~ /(\w+)\.c\b/g;

my ($libc) = grep { m{/libc\.[^/]*$} } map { /(\S+)/g } `ldd '$objects/../../.libs/mod_cors_expose.so'`;
my %libc = map { $_ => 1 } symbols($libc, '-D', '--defined-only');
ok($libc{memcpy}, "libc's symbols are known ($libc)");

my @known = sort map { @$_ } @layers;
my @core  = sort grep { !$face{$_} } map { basename($_, '.c') } glob 'src/*.c';
is_deeply(\@core, \@known, 'each source of the core has its place in a layer');
is_deeply([grep { !-e "include/ce_$_.h" } @core], [], 'and a header of its name');

my (%defined, %header);    # by this layer and those below
for my $layer (@layers) {
    $defined{$_}        = 1 for map { symbols("$objects/$_.o", '-g', '--defined-only') } @$layer;
    $header{"ce_$_.h"} = 1 for @$layer;
    for my $name (@$layer) {
        my @used = grep { !/$helper/ } symbols("$objects/$name.o", '-u');
        is_deeply([grep { !/^apr_/ && !$libc{$_} && !$defined{$_} } @used],
            [], "$name.o uses the layers up to its own, APR and libc");
        for my $file ("src/$name.c", "include/ce_$name.h") {
            is_deeply([grep { !/^apr(?:_\w+)?\.h$/ && !$header{$_} } includes($file)],
                [], "$file includes their headers, and no other");
        }
    }
}
my @symbols = map { symbols("$objects/$_.o", '-u') } @core;
cmp_ok(scalar @symbols, '>', 2 * @core, 'nm was read');

for my $file (glob('include/*.h'), 'mod_cors_expose.c', glob 'src/*.c') {
    cmp_ok(scalar(() = lines($file)), '<=', 650, "$file can be read in one sitting");
}

done_testing;
