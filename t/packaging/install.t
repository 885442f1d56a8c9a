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
    like $said, qr/^If it is there, take this out .*: \Q$line\E$/m, 'it says which line has to go';
    is files($dir), '', 'and nothing is left';
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
