# What the tests of t/packaging share: they run in the tree itself, as who one is (t/TEST --no-server).
package CorsExpose::Packaging;
use strict;
use warnings FATAL => 'all';
use Exporter qw(import);
use File::Temp ();
use sigtrap qw(die normal-signals);    # or END would leave the roots

our @EXPORT_OK = qw(apxs bare_root in_namespace make run slurp version with_network write_file);

# Runs a command of the shell; returns its exit status and all that it said.
sub run {
    my ($command) = @_;
    my $said = do { local $ENV{LC_ALL} = 'C'; `{ $command\n} 2>&1 </dev/null` };
    return ($? >> 8 || $? & 127, $said);
}

# make, without what the make that runs the tests has handed down
sub make {
    my ($what) = @_;
    return run("env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u BUILD -u HTTPD make --no-print-directory $what");
}

sub slurp {
    my ($name) = @_;
    open my $in, '<', $name or die "$name: $!\n";
    local $/;
    return scalar <$in>;
}

sub write_file {
    my ($name, $text) = @_;
    open my $out, '>', $name or die "$name: $!\n";
    print $out $text;
    close $out or die "$name: $!\n";
    return;
}

sub version {
    my ($version) = slurp('include/mod_cors_expose.h') =~ /^#define CORS_EXPOSE_VERSION "([^"]+)"$/m;
    return $version // die "include/mod_cors_expose.h has no version\n";
}

sub apxs {
    my ($name) = @_;
    my ($status, $said) = run(($ENV{APXS} || 'apxs') . " -q $name");
    die "apxs -q $name: $said" if $status;
    chomp $said;
    return $said;
}

my @roots;
my @root = $> == 0 ? () : ('sudo');

# A fresh copy of a bare Debian that make test-package has made; it goes when the test ends. ROOT_TAR has httpd, MAKE_ROOT_TAR
# has make alone.
sub bare_root {
    my ($name) = (@_, 'ROOT_TAR');
    my $tar = $ENV{$name} or die "there is no $name: start it by make test-package\n";
    my $dir = File::Temp::tempdir('cors-expose-root-XXXXXX', TMPDIR => 1);
    push @roots, $dir;
    system(@root, 'tar', '-C', $dir, '-xf', $tar) == 0 or die "can't unpack $tar\n";
    return $dir;
}

END {
    my $status = $?;
    system(@root, 'rm', '-rf', '--one-file-system', @roots) if @roots;
    $? = $status;
}

# The words of a command that runs a line of the shell as root, in namespaces of its own that have only a loopback and no other
# processes: what it starts ends with it, and its ports are nobody else's. $1 is the folder, $2 ... are the words that follow.
sub in_namespace {
    my ($dir, $line, @words) = @_;
    return namespace(['--net'], $dir, "chroot \"\$1\" ip link set lo up && $line", @words);
}

# The same with the machine's network, for what installs packages
sub with_network {
    my ($dir, $line, @words) = @_;
    return namespace([], $dir, "cp /etc/resolv.conf \"\$1/etc/\" && $line", @words);
}

sub namespace {
    my ($options, $dir, $line, @words) = @_;
    my $prepare = 'mount --bind "$1" "$1" && mount -t proc proc "$1/proc"';
    # nothing that the make which runs the tests has handed down
    my @clean = ('env', '-i', "PATH=$ENV{PATH}", 'HOME=/root', 'LC_ALL=C.UTF-8');
    return (@root, @clean, 'unshare', '--mount', '--pid', '--fork', '--kill-child', @$options, 'sh', '-c', "$prepare && $line", 'sh', $dir, @words);
}

1;
