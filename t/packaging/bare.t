# From nothing: on a Debian 12 that has make and nothing else for it, README.md's own commands build the package, install it and
# configure it, and the answer and the log are as README.md says.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Docs qw(blocks section);
use CorsExpose::Packaging qw(bare_root in_namespace run slurp with_network write_file);
use File::Temp ();
use Test::More;

my @sudo = $> == 0 ? () : ('sudo');
my $root = bare_root('MAKE_ROOT_TAR');
my $temp = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);

# as root there, where there is no sudo
my $readme = slurp('README.md') =~ s/\bsudo //gr;
my ($row) = section($readme, 'Install') =~ /^\| *Debian\b[^|]*\| *(.*?) *\|$/m;
my @install = ($row // '') =~ /`([^`]+)`/g;
cmp_ok scalar @install, '>', 1, 'README.md says how to install on Debian' or die;
my @blocks = blocks(section($readme, 'A first configuration'));
my ($config) = map { $_->[1] } grep { $_->[0] eq 'apache' } @blocks;
my ($console) = map { $_->[1] } grep { $_->[0] eq 'console' } @blocks;
my ($enable) = map { $_->[1] } grep { $_->[1] =~ /^a2enconf/ } @blocks;
my ($logged) = map { $_->[1] =~ /\.\.\. (.*)/ } grep { $_->[0] eq 'log' } @blocks;
ok $config && $console && $enable && $logged, 'and how to configure it, and what comes of it' or die;

# A clone has .git: then the package is made of what git names, so git has to come, too.
run("packaging/copy-tree $temp/tree && cd $temp/tree && git init -q && git add -A");
run("@sudo cp -R $temp/tree $root/tree && @sudo chown -R root:root $root/tree");
# The one who types says yes; and no server may be started before it has a network of its own.
write_file("$temp/yes", "APT::Get::Assume-Yes \"true\";\n");
write_file("$temp/policy", "#!/bin/sh\nexit 101\n");
write_file("$temp/api.conf", $config);
run("@sudo cp $temp/yes $root/etc/apt/apt.conf.d/yes && @sudo install -m 755 $temp/policy $root/usr/sbin/policy-rc.d");

# Runs lines of the shell in the root, each by itself, as they stand.
sub typed {
    my ($how, @lines) = @_;
    my $script = "$temp/typed";
    for my $line (@lines) {
        write_file($script, "export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root\ncd /tree\n$line\n");
        run("@sudo cp $script $root/typed");
        my $log = File::Temp->new;
        my $pid = fork // die "fork: $!\n";
        if (!$pid) {
            open STDOUT, '>', $log->filename or die "log: $!\n";
            open STDERR, '>&', \*STDOUT or die "stderr: $!\n";
            open STDIN, '<', '/dev/null' or die "stdin: $!\n";
            my @words = $how->($root, 'exec chroot "$1" sh /typed');
            exec @words or die "$words[0]: $!\n";
        }
        waitpid $pid, 0;
        my $said = slurp($log->filename);
        is $? >> 8, 0, $line or die $said;
        return $said if $line eq $lines[-1];
    }
    return;
}

typed(\&with_network, '! command -v gcc git perl-doc curl && ! dpkg -s build-essential', @install);
ok -e "$root/usr/lib/apache2/modules/mod_cors_expose.so", 'the module is there';
ok -e "$root/etc/apache2/mods-enabled/cors_expose.load", 'and enabled';

# what asks, and gives the server a loopback of its own
typed(\&with_network, 'apt-get install -q --no-install-recommends curl iproute2');
run("@sudo cp $temp/api.conf $root/etc/apache2/conf-available/api.conf");
my ($command, @expected) = split /\n/, $console;
$command =~ s/^\$ //;
$enable =~ s/systemctl reload apache2/apache2ctl start/ or fail("$enable: no reload");    # there is no init, and no server yet
my $said = typed(\&in_namespace, "{ $enable} && timeout 60 sh -c 'until curl -s http://localhost/ >/dev/null; do sleep 0.1; done' && echo == && { $command; }");
$said =~ s/.*^==\n//ms;
is_deeply [sort split /\r?\n/, $said], [sort @expected], 'it answers as README.md says';
like slurp("$root/var/log/apache2/error.log"), qr/\[cors_expose:debug\] .*\Q$logged\E$/m, 'and its log says why';

done_testing;
