# The same tree gives the same module, byte for byte, in whatever folder it lies; and its tarball is the same each time.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Packaging qw(make run slurp version);
use Digest::SHA qw(sha256_hex);
use File::Temp ();
use Test::More;

my $temp = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);

my @sums;
for my $dir ("$temp/a", "$temp/a/longer/name") {
    my ($status, $said) = run("packaging/copy-tree $dir");
    is $status, 0, "copied to $dir" or diag $said;
    ($status, $said) = make("-C $dir");
    is $status, 0, 'built there' or diag $said;
    push @sums, Digest::SHA->new(256)->addfile("$dir/build/normal/mod_cors_expose.so")->hexdigest;
    ok index(slurp("$dir/build/normal/mod_cors_expose.so"), $temp) < 0, 'the module has no name of the folder in it';
}
is $sums[1], $sums[0], 'both are the same';

my $version = version();
my @tars;
for (1 .. 2) {
    my ($status, $said) = make('dist');
    is $status, 0, 'make dist' or diag $said;
    push @tars, slurp("build/mod_cors_expose-$version.tar.gz");
    sleep 1;
}
is $tars[1], $tars[0], 'the tarball is the same twice';
is slurp("build/mod_cors_expose-$version.tar.gz.sha256"), sha256_hex($tars[1]) . "  mod_cors_expose-$version.tar.gz\n", 'its checksum lies beside it, as sha256sum -c takes it';
my ($status, $said) = run("tar -tzf build/mod_cors_expose-$version.tar.gz");
is_deeply [grep { !m{^mod_cors_expose-\Q$version\E/} } split /\n/, $said], [], 'it unpacks into one folder, by name and version';
like $said, qr{^mod_cors_expose-\Q$version\E/$_$}m, "it has $_" for qw(Makefile mod_cors_expose\.c debian/control packaging/mod_cors_expose\.spec);

done_testing;
