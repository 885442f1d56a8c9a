# Debian's packages: lintian has nothing to say, and they have what they should, where it should be.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Packaging qw(run slurp version);
use File::Temp ();
use Test::More;

my $name    = 'libapache2-mod-cors-expose';
my $version = version();
my ($changes) = glob "build/deb/${name}_$version-*.changes";
my ($deb) = glob "build/deb/${name}_$version-*.deb";
my ($dev) = glob "build/deb/$name-dev_$version-*.deb";
ok $changes && $deb && $dev, "make deb has built version $version" or BAIL_OUT('no packages: run make deb');

my ($status, $said) = run("lintian --allow-root --show-overrides --fail-on none $changes");
is $status . join('', map { "\n$_" } grep { /^[EW]: / } split /\n/, $said), '0', 'lintian has no error and no warning';
# It shows an override's comment before each tag.
my @lines = split /\n/, $said;
is_deeply [map { $lines[$_] =~ /^O: / && !($_ && $lines[$_ - 1] =~ /^N: \S/) ? $lines[$_] : () } 0 .. $#lines], [], 'each override is explained';

# A folder as the package has it
sub unpack_deb {
    my ($file) = @_;
    my $dir = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
    ($status, $said) = run("dpkg-deb -R $file $dir && cd $dir && find . -type f -o -type l | LC_ALL=C sort");
    is $status, 0, "$file unpacks" or diag $said;
    return ($dir, map { s/^\.//r } split /\n/, $said);
}

my $doc = "/usr/share/doc/$name";
my ($dir, @files) = unpack_deb($deb);
my %has = map { $_ => 1 } @files;
ok $has{$_}, "it has $_" for '/usr/lib/apache2/modules/mod_cors_expose.so', '/etc/apache2/mods-available/cors_expose.load',
    '/etc/apache2/mods-available/cors_expose.conf', "$doc/README.Debian", "$doc/README.md", "$doc/changelog.gz",
    (map { "$doc/examples/" . s{^conf-examples/}{}r } grep { !m{/demo/} } glob 'conf-examples/*.conf conf-examples/*/*.conf'), (map { "$doc/$_" } glob 'docs/*.md');
is_deeply [grep { !m{^(?:/DEBIAN|\Q$doc\E|/usr/share/lintian)/} } @files],
    [map { "/$_" } 'etc/apache2/mods-available/cors_expose.conf', 'etc/apache2/mods-available/cors_expose.load', 'usr/lib/apache2/modules/mod_cors_expose.so'],
    'and beside documents, no more';
is slurp("$dir/DEBIAN/conffiles"), join('', map { "/etc/apache2/mods-available/cors_expose.$_\n" } qw(conf load)), 'what an administrator changes is kept';

my $control = slurp("$dir/DEBIAN/control");
like $control, qr/^Version: \Q$version\E-\d+$/m, 'its version';
like $control, qr/^Depends: (?:.*, )?apache2-api-\d+(?:,|$)/m, 'it wants an httpd that takes its modules';
my (undef, $httpd) = run("dpkg-query -W -f '\${source:Upstream-Version}' apache2-dev");
like $control, qr/^Depends: (?:.*, )?apache2-bin \(>= \Q$httpd\E\)/m, 'not older than the one that it was compiled for';

($dir, @files) = unpack_deb($dev);
is_deeply [grep { !m{^/(?:DEBIAN|usr/share)/} } @files], ['/usr/include/apache2/mod_cors_expose.h'], 'the -dev package has the header, and no more';
is slurp("$dir/usr/include/apache2/mod_cors_expose.h"), slurp('include/mod_cors_expose.h'), "which is the tree's";

done_testing;
