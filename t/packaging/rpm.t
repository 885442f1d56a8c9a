# The packages that rpmbuild makes from the spec.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Docs qw(dead_links);
use CorsExpose::Packaging qw(apxs run slurp version);
use File::Temp ();
use Test::More;

my $version = version();
my ($rpm)   = glob "build/rpm/RPMS/*/mod_cors_expose-$version-*.rpm";
my ($devel) = glob "build/rpm/RPMS/*/mod_cors_expose-devel-$version-*.rpm";
my ($source) = glob "build/rpm/SRPMS/mod_cors_expose-$version-*.src.rpm";
ok $rpm && $devel && $source, "make rpm has built version $version" or BAIL_OUT('no packages: run make rpm');

my (undef, $files) = run("rpm -qlp $rpm");
my $modules = apxs('LIBEXECDIR');
like $files, qr/^\Q$modules\E\/mod_cors_expose\.so$/m, 'the module';
my ($conf) = $files =~ m{^(/etc/httpd/conf\.modules\.d/\d+-cors_expose\.conf)$}m;
ok $conf, 'the file that loads it';
like $files, qr{/licenses/.*/LICENSE$}m, 'the license';
like $files, qr{/doc/.*/$_$}m, "$_" for qw(README\.md CHANGES conf-examples/minimal\.conf);

my (undef, $requires) = run("rpm -qp --requires $rpm");
like $requires, qr/^httpd-mmn = \d+/m, 'it wants an httpd that takes its modules';
my (undef, $configs) = run("rpm -qp --configfiles $rpm");
is $configs, "$conf\n", 'what an administrator changes is kept';
like +(run("rpm -qlp $devel"))[1], qr{/mod_cors_expose\.h$}m, 'the header is in -devel';

# As Fedora's configuration has it: modules/ is below ServerRoot.
my $dir = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
my ($status, $said) = run("rpm2archive - < $rpm | tar -xz -C $dir");
is $status, 0, 'it unpacks' or diag $said;
my ($doc) = glob "$dir/usr/share/doc/mod_cors_expose*";
my ($nlinks, @dead) = dead_links($doc);
is_deeply \@dead, [], 'each link on the installed pages leads to a file and a title';
cmp_ok $nlinks, '>', 30, 'there are links';
unlike $files, qr{\.dot$|/draw$|/demo/}m, 'what draws the pictures, and the demo, stay in the sources';

symlink "$dir$modules", "$dir/modules" or die "symlink: $!\n";
my $text = join '', map { "LoadModule $_ $modules/mod_" . s/_module\z//r . ".so\n" } qw(mpm_event_module authz_core_module);
open my $out, '>', "$dir/httpd.conf" or die "httpd.conf: $!\n";
print $out "ServerRoot $dir\nServerName localhost\nListen 127.0.0.1:80\nErrorLog /dev/stderr\n${text}Include $dir$conf\nExposeHeaders X-A\n";
close $out or die "httpd.conf: $!\n";
($status, $said) = run(apxs('SBINDIR') . '/' . apxs('PROGNAME') . " -t -f $dir/httpd.conf");
is "$status $said", "0 Syntax OK\n", 'httpd loads it by its file';

done_testing;
