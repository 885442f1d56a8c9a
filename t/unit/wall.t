# The walls of the house, checked from its folders alone: who may include what, and which objects need no httpd.
use strict;
use warnings;
use Test::More;

# from the bottom up: each may use itself, what stands before it, and APR; the last one httpd, too
my @rooms = qw(core explain httpd);
my %floor = map { $rooms[$_] => $_ } 0 .. $#rooms;

# What the compiler puts in is nobody's: sanitizers, coverage, the stack's guard, and how 32-bit x86 finds its data
my $helper = qr/^(?:__(?:asan|ubsan|gcov|stack_chk)_\w+|__x86\.get_pc_thunk\.\w+|_GLOBAL_OFFSET_TABLE_)$/;

my $tree = ($ENV{BUILD} || 'build/normal') . '/tree';

sub lines {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    return <$in>;
}

# the symbols that nm shows, without their versions
sub symbols {
    my ($file, @options) = @_;
    open my $in, '-|', 'nm', '-P', @options, $file or die "nm: $!\n";
    my @lines = <$in>;
    return map { /^([^\s@]+)/ ? $1 : () } @lines;
}

sub object { return $_[0] =~ s{^src/(\w+)/(\w+)\.c$}{$tree/src/$1/.libs/$2.o}r }

sub includes { return map { /^\s*#\s*include\s+"([^"]+)"/ ? $1 : () } lines(@_) }

my @folders = map { m{^src/(\w+)/} ? $1 : $_ } glob 'src/*/';
is_deeply([sort @folders], [sort @rooms], 'the rooms of src/');
is_deeply([glob 'src/*.[ch]'],          [], 'no file stands between them');
is_deeply([glob 'include/*'], ['include/mod_cors_expose.h'], 'include/ has the public header alone');

my ($libc) = grep { m{/libc\.[^/]*$} } map { /(\S+)/g } `ldd '$tree/.libs/mod_cors_expose.so'`;
my %libc = map { $_ => 1 } symbols($libc, '-D', '--defined-only');
ok($libc{memcpy}, "libc's symbols are known ($libc)");

my (%defined, %uses, $nsymbols);
for my $room (@rooms) {
    my @sources = glob "src/$room/*.c";
    cmp_ok(scalar @sources, '>', 1, "$room/ has sources");
    for my $source (@sources) {
        my $header = $source =~ s/c$/h/r;
        ok(-e $header, "$source has a header of its name") or next;
        my $text = join '', lines($header);
        my @own  = symbols(object($source), '-g', '--defined-only');
        $defined{$_} = $source for @own;
        is_deeply([grep { $text !~ /\b\Q$_\E\b/ } grep { /^ce_/ } @own], [], "$header declares what $source defines");
    }
    for my $file (@sources, glob "src/$room/*.h") {
        my @ours  = grep { m{/} || /^mod_cors_expose/ } includes($file);
        my @other = grep { !m{/} && !/^mod_cors_expose/ } includes($file);
        $uses{ $file =~ s{^src/}{}r } = \@ours;
        is_deeply([grep { !(m{^(\w+)/\w+\.h$} && exists $floor{$1} && $floor{$1} <= $floor{$room} && -e "src/$_") }
                    grep { $_ ne 'mod_cors_expose.h' || $room ne 'httpd' } @ours],
            [], "$file includes nothing of a room above its own");
        is_deeply([grep { !/^apr(?:_\w+)?\.h$/ } @other], [], "$file includes APR alone") if $room ne 'httpd';
        cmp_ok(scalar(() = lines($file)), '<=', 600, "$file can be read in one sitting");
    }
    next if $room eq 'httpd';
    for my $source (@sources) {
        my @needed = grep { !/$helper/ } symbols(object($source), '-u');
        $nsymbols += @needed;
        is_deeply([grep { !/^apr_/ && !$libc{$_} && !$defined{$_} } @needed], [], "$source needs no httpd");
    }
}
cmp_ok($nsymbols, '>', 100, 'nm was read');
cmp_ok(scalar(() = lines('mod_cors_expose.c')), '<=', 350, 'mod_cors_expose.c can be read in one sitting');

# Nothing of ours is declared in two headers
my %declared;
for my $header (glob 'src/*/*.h') {
    $declared{$_}{$header} = 1 for map { /^[a-z].*?[\s*](ce_\w+)\([^;{]*(?:;|,|$)/ ? $1 : () } lines($header);
}
is_deeply([map { "$_: @{[sort keys %{ $declared{$_} }]}" } grep { keys %{ $declared{$_} } > 1 } sort keys %declared],
    [], 'each function is declared in one header');

# Inside a room the arrows run one way, too: no file leads back to itself
my %state;

sub leads_back {
    my ($file) = @_;
    return 0 if ($state{$file} // '') eq 'done';
    return 1 if ($state{$file} // '') eq 'open';
    $state{$file} = 'open';
    # what a source uses, its header stands for
    my @next = map { my $h = $_; ($h, grep { exists $uses{$_} } $h =~ s/h$/c/r) } grep { $_ ne $file =~ s/c$/h/r } @{ $uses{$file} // [] };
    for my $next (@next) {
        return 1 if leads_back($next);
    }
    $state{$file} = 'done';
    return 0;
}
for my $file (sort keys %uses) {
    %state = ();
    ok(!leads_back($file), "$file doesn't lead back to itself");
}

done_testing;
