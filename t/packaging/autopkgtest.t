# The package's own tests (debian/tests), as Debian runs them: in a bare system that has the package installed.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Packaging qw(bare_root in_namespace slurp version);
use File::Temp ();
use Test::More;

my $name    = 'libapache2-mod-cors-expose';
my $version = version();
my ($deb) = glob "build/deb/${name}_$version-*.deb";
my @tests = map { split ' ' } slurp('debian/tests/control') =~ /^Tests: (.*)$/mg;
cmp_ok scalar @tests, '>', 0, 'there are tests';

my $root = bare_root();
my $log = File::Temp->new;
# No package list is needed, and there is no network to get one.
my @command = in_namespace($root, ': > "$1/etc/apt/sources.list" && autopkgtest -B "$2" "$3" -- chroot "$1"', $deb, "build/deb/$name-$version/");
my $pid = fork // die "fork: $!\n";
if (!$pid) {
    open STDOUT, '>', $log->filename or die "log: $!\n";
    open STDERR, '>&', \*STDOUT or die "stderr: $!\n";
    open STDIN, '<', '/dev/null' or die "stdin: $!\n";
    exec @command or die "$command[0]: $!\n";
}
waitpid $pid, 0;
my $said = slurp($log->filename);
is $?, 0, 'autopkgtest is content';
like $said, qr/^\Q$_\E +PASS$/m, "$_ passes" for @tests;
my @ok = $said =~ /^ok \d+ - .*$/mg;
cmp_ok scalar @ok, '>', 0, scalar(@ok) . ' checks ran in it';
diag $said unless Test::More->builder->is_passing;

done_testing;
