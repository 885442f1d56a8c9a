# make install and make uninstall: what they leave, and what they say comes next, on Debian's layout and elsewhere.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Packaging qw(apxs make run slurp write_file);
use File::Path qw(make_path);
use File::Temp ();
use Test::More;

my ($libexec, $include, $conf) = map { apxs($_) } qw(LIBEXECDIR INCLUDEDIR SYSCONFDIR);
my $line = "LoadModule cors_expose_module $libexec/mod_cors_expose.so";

sub files {
    my ($dir) = @_;
    my ($status, $said) = run("cd $dir && find . -type f -o -type l | LC_ALL=C sort");
    return $said =~ s/^\.//gmr;
}

sub last_line {
    return (split /\n/, $_[0])[-1];
}

# anywhere
{
    my $dir = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
    my ($status, $said) = make("install DESTDIR=$dir");
    is $status, 0, 'make install' or diag $said;
    is last_line($said), "To use it, add to the server's configuration (in $conf): $line", 'its last line says what to write where';
    is files($dir), join('', map { "$_\n" } sort "$include/mod_cors_expose.h", "$libexec/mod_cors_expose.so"), 'module and header are there, and nothing else';

    ($status, $said) = make("uninstall DESTDIR=$dir");
    is $status, 0, 'make uninstall' or diag $said;
    like $said, qr/^If a file elsewhere has it, take this out .*: \Q$line\E$/m, 'it says which line has to go';
    is files($dir), '', 'and nothing is left';
}

# where a configuration loads it
for my $file (qw(httpd.conf extra/modules.conf conf.modules.d/10-cors.conf)) {
    my $dir = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
    make("install DESTDIR=$dir");
    make_path("$dir$conf/" . ($file =~ m{(.*)/} ? $1 : ''));
    write_file("$dir$conf/$file", "# none: $line\n  loadmodule  cors_expose_module \"modules/mod_cors_expose.so\"\n");
    my $before = files($dir);
    my ($status, $said) = make("uninstall DESTDIR=$dir");
    isnt $status, 0, "make uninstall refuses while $file loads the module";
    like $said, qr{loaded by \Q$dir$conf/$file\E:2\. First take that LoadModule out}, 'it names the file and the line';
    is files($dir), $before, 'everything is still there';
    ($status, $said) = make("install DESTDIR=$dir");
    is last_line($said), "It is loaded already (by $dir$conf/$file:2); to run this version, restart httpd", 'make install knows it';

    write_file("$dir$conf/$file", "#$line\n");
    ($status, $said) = make("uninstall DESTDIR=$dir");
    is $status, 0, 'make uninstall once the line is out' or diag $said;
    is files($dir), "$conf/$file\n", 'it leaves the configuration';
}

# What make was given, make install takes again: another httpd's apxs, and flags.
{
    my $dir = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
    my ($status, $said) = run("packaging/copy-tree $dir/tree");
    is $status, 0, 'the tree is copied' or diag $said;
    mkdir "$dir/httpd" or die "$dir/httpd: $!\n";
    my $apxs = $ENV{APXS} || 'apxs';
    ($apxs) = grep { -x } $apxs, map { "$_/$apxs" } split /:/, $ENV{PATH};
    # It says of each folder of its httpd that it is in one of its own.
    write_file("$dir/httpd/apxs", <<"END");
#!/bin/sh
case "\$*" in
"-q LIBEXECDIR" | "-q SYSCONFDIR" | "-q INCLUDEDIR") echo "$dir/httpd/\$2" ;;
*) exec $apxs "\$@" ;;
esac
END
    chmod 0755, "$dir/httpd/apxs";
    my $as_make = sub { local $ENV{APXS}; delete $ENV{APXS}; return make("-C $dir/tree @_") };
    ($status, $said) = $as_make->('APXS=../httpd/apxs CFLAGS=-DAS_GIVEN');
    is $status, 0, 'make with another apxs, by a path that counts from here, and with flags' or diag $said;
    ($status, $said) = $as_make->('install');
    is $status, 0, 'make install without them' or diag $said;
    unlike $said, qr/^Compiling/m, 'it compiles nothing anew';
    is files("$dir/httpd"), "/INCLUDEDIR/mod_cors_expose.h\n/LIBEXECDIR/mod_cors_expose.so\n/apxs\n", 'it installs into the httpd of that apxs';
    ($status, $said) = $as_make->('uninstall');
    is files("$dir/httpd"), "/apxs\n", 'make uninstall takes it out of there';
    ($status, $said) = $as_make->("install APXS=$apxs DESTDIR=$dir/other");
    ok -e "$dir/other$libexec/mod_cors_expose.so", 'make install with an apxs goes by that one' or diag $said;
    like slurp("$dir/tree/build/normal/with"), qr/-DAS_GIVEN/, 'and still by the flags';
}

# where there is a mods-available
{
    my $dir       = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
    my $available = "$conf/mods-available";
    make_path("$dir$available", "$dir$conf/mods-enabled");

    my ($status, $said) = make("install DESTDIR=$dir");
    is $status, 0, 'make install on Debian' or diag $said;
    is last_line($said), 'To use it: a2enmod cors_expose && apache2ctl restart', 'its last line says which command comes next';
    is slurp("$dir$available/cors_expose.load"), "# Depends: headers\n$line\n", 'a2enmod will find the module, and what it needs';
    is slurp("$dir$available/cors_expose.conf"), slurp('debian/cors_expose.conf'), 'with its settings';
    is files("$dir$conf/mods-enabled"), '', 'it is not enabled';

    symlink "../mods-available/cors_expose.load", "$dir$conf/mods-enabled/cors_expose.load" or die "symlink: $!\n";
    write_file("$dir$available/cors_expose.conf", "# mine\n");
    ($status, $said) = make("install DESTDIR=$dir");
    is $status, 0, 'make install over an enabled one' or diag $said;
    is last_line($said), 'It is enabled already; to run this version: apache2ctl configtest && apache2ctl restart', 'its last line says how to run it';
    is slurp("$dir$available/cors_expose.conf"), "# mine\n", "the administrator's settings stay";

    my $before = files($dir);
    ($status, $said) = make("uninstall DESTDIR=$dir");
    isnt $status, 0, 'make uninstall refuses while it is enabled';
    like $said, qr/a2dismod cors_expose/, 'and says what comes first';
    is files($dir), $before, 'everything is still there';

    unlink "$dir$conf/mods-enabled/cors_expose.load" or die "unlink: $!\n";
    write_file("$dir$conf/apache2.conf", "$line\n");
    ($status, $said) = make("uninstall DESTDIR=$dir");
    isnt $status, 0, 'make uninstall refuses while apache2.conf itself loads it';
    like $said, qr{loaded by \Q$dir$conf\E/apache2\.conf:1}, 'and says so';
    unlink "$dir$conf/apache2.conf" or die "unlink: $!\n";
    ($status, $said) = make("uninstall DESTDIR=$dir");
    is $status, 0, 'make uninstall' or diag $said;
    is files($dir), "$available/cors_expose.conf\n", 'only what was changed is left';
    like $said, qr/cors_expose\.conf stays/, 'and it says so';

    unlink "$dir$available/cors_expose.conf" or die "unlink: $!\n";
    make("install DESTDIR=$dir");
    make("uninstall DESTDIR=$dir");
    is files($dir), '', 'nothing is left of settings that nobody changed';
}

done_testing;
