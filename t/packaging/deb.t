# Debian's packages: lintian has nothing to say, and they have what they should, where it should be.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Docs qw(dead_links);
use CorsExpose::Packaging qw(apxs run slurp version);
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
    (map { "$doc/examples/" . s{^conf-examples/}{}r } grep { !m{/demo/} } glob 'conf-examples/*.conf conf-examples/*/*.conf'), (map { "$doc/$_" } glob 'docs/*.md docs/why-null/*');
is_deeply [grep { !m{^(?:/DEBIAN|\Q$doc\E|/usr/share/lintian)/} } @files],
    [map { "/$_" } 'etc/apache2/mods-available/cors_expose.conf', 'etc/apache2/mods-available/cors_expose.load', 'usr/lib/apache2/modules/mod_cors_expose.so'],
    'and beside documents, no more';
is slurp("$dir/DEBIAN/conffiles"), join('', map { "/etc/apache2/mods-available/cors_expose.$_\n" } qw(conf load)), 'what an administrator changes is kept';

# What the tree's pages link to, these link to, too: a reader without the sources reads them.
my ($nlinks, @dead) = dead_links("$dir$doc");
is_deeply \@dead, [], 'each link on the installed pages leads to a file and a title';
cmp_ok $nlinks, '>', 30, 'there are links';
is_deeply [grep { m{\.dot$|/draw$|/demo/} } @files], [], 'what draws the pictures, and the demo, stay in the sources';

my $copyright = slurp("$dir$doc/copyright");
like $copyright, qr/^Source: \S/m, 'debian/copyright names where the sources come from';
like $copyright, qr{^Files: debian/\*\nCopyright: \S.*\nLicense: \S}m, 'and has a paragraph for debian/';

my $control = slurp("$dir/DEBIAN/control");
like $control, qr/^Version: \Q$version\E-\d+$/m, 'its version';
like $control, qr/^Depends: (?:.*, )?apache2-api-\d+(?:,|$)/m, 'it wants an httpd that takes its modules';

# It installs where the youngest function that it calls is there, security update or not.
my ($depends) = $control =~ /^Depends: (?:.*, )?apache2-bin \(>= ([^)]+)\)/m;
ok defined $depends, 'it says from which httpd on' or BAIL_OUT($control);
is +(run("dpkg --compare-versions 2.4.57-2 ge $depends"))[0], 0, "Debian 12's first httpd, 2.4.57-2, is young enough";
my (undef, $symbols) = run("nm -D --undefined-only $dir/usr/lib/apache2/modules/mod_cors_expose.so");
my %called = map { $_ => 1 } $symbols =~ /\b(ap_\w+)$/mg;
my %since;    # the version that ap_mmn.h says a function came with
my $history = slurp(apxs('INCLUDEDIR') . '/ap_mmn.h');
while ($history =~ /^ \* \d+\.\d+ \((2\.[\d.]+)(?:-dev)?\)(.*\n(?: \* {5,}.*\n)*)/mg) {
    my ($httpd, $text) = ($1, $2);
    $since{$_} //= $httpd for $text =~ /\b(ap_\w+)/g;
}
cmp_ok scalar(grep { $since{$_} } keys %called), '>', 1, 'ap_mmn.h knows functions that it calls';
is_deeply [grep { $since{$_} && (run("dpkg --compare-versions $since{$_} gt $depends"))[0] == 0 } sort keys %called], [],
    "none that it calls came after $depends";

my $module = "$dir/usr/lib/apache2/modules/mod_cors_expose.so";
($dir, @files) = unpack_deb($dev);
is_deeply [grep { !m{^/(?:DEBIAN|usr/share)/} } @files], ['/usr/include/apache2/mod_cors_expose.h'], 'the -dev package has the header, and no more';
is slurp("$dir/usr/include/apache2/mod_cors_expose.h"), slurp('include/mod_cors_expose.h'), "which is the tree's";

# What hardening Debian asks for: in the compiler's commands, and in the module.
my ($log) = glob "build/deb/${name}_${version}_*.build";
($status, $said) = run("blhc --bindnow $log");
is "$status $said", '0 ', 'blhc: every command in the log has the flags';
cmp_ok scalar(() = slurp($log) =~ /^libtool: compile: +\S*gcc .* -c \S+\.c /mg), '>=', 15, 'they are in the log';
($status, $said) = run("hardening-check -v $module");
like $said, qr/^ \Q$_\E: yes/m, "hardening-check: $_" for 'Stack protected', 'Read-only relocations', 'Immediate binding';
# _FORTIFY_SOURCE can't check what is written into a pool, whose blocks have no size that the compiler knows. So the module calls
# only functions that are told a length: no strcpy, no sprintf.
is_deeply [grep { !/^mem(?:set|cpy|move|pcpy)$/ } $said =~ /^\tunprotected: (\w+)$/mg], [], 'hardening-check: what is unchecked is told a length';

done_testing;
