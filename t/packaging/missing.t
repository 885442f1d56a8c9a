# What is missing: make and its targets name it and what installs it, and install nothing; make deps, test, demo and deb install it.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Packaging qw(make run slurp write_file);
use File::Temp ();
use Test::More;

my $temp = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
my ($status, $said) = run("packaging/copy-tree $temp/tree");
is $status, 0, 'the tree is copied' or diag $said;

# A PATH of links to the commands of this machine, some of which can be taken away. Its apt-get and dnf only write down that
# they were called.
my $bin = "$temp/bin";
mkdir $bin or die "$bin: $!\n";
my %command;
for my $dir (reverse split /:/, $ENV{PATH}) {
    $command{ s{.*/}{}r } = $_ for glob "$dir/*";
}
delete @command{qw(apt-get dnf sudo)};
for my $name (keys %command) {
    symlink $command{$name}, "$bin/$name" or die "$bin/$name: $!\n";
}
write_file("$bin/$_", "#!/bin/sh\necho $_ \"\$@\" >> $temp/called\n") for qw(apt-get dnf);
write_file("$bin/sudo", "#!/bin/sh\nexec \"\$@\"\n");
chmod 0755, map { "$bin/$_" } qw(apt-get dnf sudo);
$ENV{PATH} = $bin;
delete $ENV{APXS};    # by which make names the one that it has found

# Runs make without some commands.
sub make_without {
    my ($hidden, $what) = @_;
    $command{$_} && unlink "$bin/$_" for @$hidden;
    my @result = make("-C $temp/tree $what");
    $command{$_} && symlink $command{$_}, "$bin/$_" for @$hidden;
    return @result;
}

sub called {
    my $text = -e "$temp/called" ? slurp("$temp/called") : '';
    unlink "$temp/called";
    return $text;
}

# target, command hidden, the package of Debian and of Fedora that it says
my @cases = (
    ['',              'apxs',             'apache2-dev',       'httpd-devel'],
    ['all',           'apxs',             'apache2-dev',       'httpd-devel'],
    ['install',       'apxs',             'apache2-dev',       'httpd-devel'],
    ['uninstall',     'apxs',             'apache2-dev',       'httpd-devel'],
    ['lint',          'clang-format',     'clang-format',      'clang-tools-extra'],
    ['test-unit',     'nm',               'binutils',          'binutils'],
    ['fuzz',          'clang',            'clang',             'clang'],
    ['coverage',      'gcov',             'gcc',               'gcc'],
    ['test-hostile',  'valgrind',         'valgrind',          'valgrind'],
    ['soak',          'valgrind',         'valgrind',          'valgrind'],
    ['bench',         'valgrind',         'valgrind',          'valgrind'],
    ['drawings',      'dot',              'graphviz',          'graphviz'],
    ['test-recipes',  'npm',              'npm',               'npm'],
    ['test-asan',     'nghttp',           'nghttp2-client',    'nghttp2'],
    ['test-mpms',     'nghttp',           'nghttp2-client',    'nghttp2'],
    ['check',         'nghttp',           'nghttp2-client',    'nghttp2'],
    ['test-browsers', 'WebKitWebDriver',  'webkit2gtk-driver', 'webkit2gtk-driver'],
    ['rpm',           'rpmbuild',         'rpm',               'rpm-build'],
    ['dist',          'git',              'git',               'git'],
    ['test-package',  'lintian',          'lintian',           'lintian'],
    ['release-check', 'valgrind',         'valgrind',          'valgrind'],
);
for my $case (@cases) {
    my ($target, $hidden, $deb, $rpm) = @$case;
    my $name = 'make' . ($target && " $target") . " without $hidden";
    ($status, $said) = make_without([$hidden], $target);
    isnt $status, 0, "$name fails";
    like $said, qr/^Packages are missing\. On Debian: +apt-get install (?:.* )?\Q$deb\E(?: .*)?$/m, "$name: Debian's package is named";
    like $said, qr/^ +Fedora, RHEL: +dnf install (?:.* )?\Q$rpm\E(?: .*)?$/m, "$name: Fedora's too";
    my $cure = $said =~ /^This installs what is missing: +make (deps(?: FOR="[^"]+")?)$/m ? $1 : 'no cure';
    is called(), '', "$name: nothing is installed";

    make_without([$hidden], $cure);
    like called(), qr/^apt-get install .* \Q$deb\E(?: |$)/m, "$name: make $cure, which it names, installs it";
}

# What isn't a package is missing below build/; but an administrator may have both of these.
if (grep { !$command{$_} } qw(varnishd nginx)) {
    ($status, $said) = make("-C $temp/tree test-caches");
    isnt $status, 0, 'make test-caches without what is unpacked fails';
    like $said, qr{^Missing below build/: Varnish, nginx$}m, 'and says what is missing';
}

# test, demo and deb install.
for my $case (['test', 'nghttp', 'nghttp2-client'], ['demo', 'apxs', 'apache2-dev'], ['deb', 'dpkg-buildpackage', 'dpkg-dev']) {
    my ($target, $hidden, $deb) = @$case;
    make_without([$hidden], $target);
    like called(), qr/^apt-get install .* \Q$deb\E(?: |$)/m, "make $target without $hidden installs it";
}

# A clone's files are those that git names: without git, or where git won't, no package is made of fewer.
mkdir "$temp/tree/.git" or die "$temp/tree/.git: $!\n";
make_without(['git'], 'deb');
like called(), qr/^apt-get install .* git(?: |$)/m, 'make deb in a clone without git installs it';
for my $hidden ([], ['git']) {
    $command{$_} && unlink "$bin/$_" for @$hidden;
    ($status, $said) = run("$temp/tree/packaging/copy-tree $temp/copied");
    $command{$_} && symlink $command{$_}, "$bin/$_" for @$hidden;
    isnt $status, 0, 'copy-tree fails ' . (@$hidden ? 'without git' : 'where git does') or diag $said;
    like $said, qr/\bgit\b/, 'and says so';
}
rmdir "$temp/tree/.git" or die "$temp/tree/.git: $!\n";

# Without FOR it is everything, as .ci/run has it.
my %all = map { $_->[0] ? ($_->[1] => $_->[2]) : () } @cases;
make_without([keys %all], 'deps');
my $called = called();
like $called, qr/^apt-get install .* \Q$_\E(?: |$)/m, "make deps installs $_" for sort values %all;
like slurp("$temp/tree/.ci/run"), qr/^make --no-print-directory deps </m, '.ci/run installs so';

# make help has all targets that there are, of both files.
my ($helped, $help) = make("-C $temp/tree help");
is $helped, 0, 'make help';
for my $file (qw(Makefile t/dev.mk)) {
    my $text = slurp("$temp/tree/$file");
    my %phony = map { $_ => 1 } map { split } $text =~ /^\.PHONY: (.*)$/mg;
    delete @phony{qw(check has-test has-test-unit compiled suite)};
    like $help, qr/^  \Q$_\E +\S/m, "make help has $_, of $file" for sort keys %phony;
}

# Wrong words
($status, $said) = make("-C $temp/tree deps FOR='lint nonsense'");
isnt $status, 0, 'make deps FOR= refuses a target that there is not';
like $said, qr/'nonsense' \(known: .*\blint\b/, 'naming it, and those that there are';
($status, $said) = make("-C $temp/tree APXS=/nowhere/apxs");
isnt $status, 0, 'make refuses an APXS that there is not';
like $said, qr{there is no '/nowhere/apxs', which APXS names}, 'naming it';

done_testing;
