# An administrator's life with the module, in a bare Debian: installing, configuring, upgrading under a running server,
# disabling, removing and purging, by the package and by make install. After each step the configuration is good and the server starts.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Packaging qw(bare_root in_namespace run slurp version write_file);
use File::Temp ();
use Test::More;

my $name    = 'libapache2-mod-cors-expose';
my $version = version();
my ($deb) = glob "build/deb/${name}_$version-*.deb" or die "no package: run make deb\n";
my @sudo = $> == 0 ? () : ('sudo');

# The same package as one of an earlier version
sub earlier {
    my ($file) = @_;
    my $dir = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
    my ($status, $said) = run("dpkg-deb -R $deb $dir/tree && sed -i 's/^Version: .*/Version: $version~earlier-1/' $dir/tree/DEBIAN/control"
            . " && echo '# as it was earlier' >> $dir/tree/etc/apache2/mods-available/cors_expose.load"
            . " && dpkg-deb --root-owner-group -b $dir/tree $file");
    die $said if $status;
    return;
}

my $temp = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
earlier("$temp/earlier.deb");

# README.Debian's own snippet is what the site has.
my ($snippet) = slurp("debian/$name.README.Debian") =~ m{^(  <Location .*?^  </Location>\n)}ms or die "README.Debian has no snippet\n";
write_file("$temp/site.conf", $snippet . <<'END');
<Location "/api/">
    Header always set X-RateLimit-Limit 100
</Location>
END

my $root = bare_root();
run("@sudo cp $deb $root/now.deb");
run("@sudo cp $temp/earlier.deb $root/earlier.deb");
run("@sudo cp $temp/site.conf $root/etc/apache2/conf-available/site.conf");
run("echo ServerName localhost | @sudo tee $root/etc/apache2/conf-enabled/name.conf");
# Without it, Debian's scripts start no server where there is no init.
run("echo 'exit 0' | @sudo tee $root/usr/sbin/policy-rc.d && @sudo chmod 755 $root/usr/sbin/policy-rc.d");

# Steps that one server lives through. Each has a name, a line of the shell that has to succeed, and the list that the server
# sends afterwards, by itself and once it has been stopped and started.
my $list = 'X-Request-Id, X-RateLimit-Limit';

sub life {
    my (@steps) = @_;
    my $script = "export DEBIAN_FRONTEND=noninteractive LC_ALL=C\napache2ctl start 2>&1\n";
    for my $step (@steps) {
        my ($what, $line, $expected) = @$step;
        $script .= <<"END";
echo '== $what'
{ $line
} 2>&1 </dev/null; echo "status: \$?"
echo "configtest: \$(apache2ctl configtest 2>&1 | tail -1)"
echo "running: \$(perl /get '$expected')"
echo "deleted: \$(grep -l 'mod_cors_expose.so (deleted)' /proc/[0-9]*/maps 2>/dev/null | wc -l)"
for i in \$(seq 50); do
    grep -qs '^apache2\$' /proc/[0-9]*/comm || break
    apache2ctl stop; sleep 0.2
done 2>&1
apache2ctl start 2>&1
echo "started: \$(perl /get '$expected')"
END
    }
    write_file("$temp/life", $script);
    write_file("$temp/get", <<'END');
# a restart takes a moment; until then the old one answers, or none
use HTTP::Tiny;
my $said;
for (1 .. 100) {
    my $answer = HTTP::Tiny->new->get('http://127.0.0.1/api/', { headers => { Origin => 'https://app.example.com' } });
    $said = "$answer->{status} " . ($answer->{headers}{'access-control-expose-headers'} // '');
    last if $said eq "404 $ARGV[0]";
    select undef, undef, undef, 0.1;
}
print $said;
END
    run("@sudo cp $temp/life $temp/get $root/");
    my @command = in_namespace($root, 'chroot "$1" sh /life');
    open my $out, '-|', @command or die "$command[0]: $!\n";
    my $said = join '', <$out>;
    close $out;
    my %part = $said =~ /^== (.*)\n((?:(?!== ).*\n)*)/mg;

    for my $step (@steps) {
        my ($what, undef, $expected) = @$step;
        my $part = $part{$what} // '';
        my %is   = $part =~ /^(status|configtest|running|deleted|started): (.*)$/mg;
        my @good = (
            is($is{status}, 0, "$what: it works"),
            is($is{configtest}, 'Syntax OK', "$what: the configuration is good"),
            is($is{running}, "404 $expected", "$what: the server runs, and knows of it"),
            is($is{deleted}, 0, "$what: no process has another module than the one on the disk"),
            is($is{started}, "404 $expected", "$what: the server starts"),
        );
        diag $part if grep { !$_ } @good;
    }
    return;
}

my $graceful = 'apache2ctl graceful';
life(
    ['installing, which enables it and what it needs', 'dpkg -i /earlier.deb && a2query -m cors_expose && a2query -m headers', ''],
    ['a site and an example that use it', "cp /usr/share/doc/$name/examples/minimal.conf /etc/apache2/conf-available/example.conf"
        . " && a2enconf -q site example && $graceful", $list],
    ['settings of the administrator', "printf '<IfModule mod_cors_expose.c>\\nExposeHeadersNever X-RateLimit-*\\n</IfModule>\\n'"
        . " > /etc/apache2/mods-available/cors_expose.conf && $graceful", 'X-Request-Id'],
    ['upgrading', 'dpkg -i /now.deb && ! grep earlier /etc/apache2/mods-available/cors_expose.load'
        . ' && grep RateLimit /etc/apache2/mods-available/cors_expose.conf', 'X-Request-Id'],
    ['a2dismod, of mod_headers in vain', "! a2dismod headers && a2dismod cors_expose && $graceful", ''],
    ['upgrading what is disabled', 'dpkg -i /now.deb && ! a2query -m cors_expose', ''],
    ['a2enmod', "a2enmod cors_expose && $graceful", 'X-Request-Id'],
    ['downgrading', 'dpkg -i /earlier.deb', 'X-Request-Id'],
    ['removing', "dpkg -r $name && test -e /etc/apache2/mods-available/cors_expose.conf", ''],
    ['installing again', 'dpkg -i /now.deb', 'X-Request-Id'],
    ['purging', "dpkg -P $name && ! ls /etc/apache2/mods-*/cors_expose* /usr/lib/apache2/modules/mod_cors_expose.so /var/lib/apache2/module/*/*/cors_expose 2>/dev/null", ''],
    ['installing after purging', 'dpkg -i /now.deb', $list],
    ['purging at once', "dpkg -P $name", ''],
);

# From the sources: make install knows this system by the folders that it finds below DESTDIR.
sub installed {
    my ($what) = @_;
    my ($status, $said) = run("@sudo env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory $what DESTDIR=$root");
    return ($status, (split /\n/, $said)[-1] // '');
}
my ($status, $last) = installed('install');
is $status, 0, 'make install';
my ($command) = $last =~ /^To use it: (.*)$/;
ok $command, 'it says what comes next' or diag $last;
life(
    ['after make install', 'true', ''],
    ['what it says comes next', $command, $list],
);
($status, $last) = installed('uninstall');
isnt $status, 0, 'make uninstall refuses while it is enabled';
life(
    ['after it refused', 'true', $list],
    ['a2dismod of what make has installed', "a2dismod cors_expose && $graceful", ''],
);
($status, $last) = installed('uninstall');
is $status, 0, 'make uninstall' or diag $last;
life(['after make uninstall', '! ls /etc/apache2/mods-*/cors_expose* /usr/lib/apache2/modules/mod_cors_expose.so 2>/dev/null', '']);

# Debian 12's first httpd is no longer to be had: dpkg is told that it is the installed one. (An older one than the package asks
# for shows that dpkg looks.)
for my $case (['2.4.57-2', 0], ['2.4.46-1', 1]) {
    my ($httpd, $expected) = @$case;
    my $line = 'rm -rf /admin && cp -a /var/lib/dpkg /admin'
        . qq{ && perl -00 -pi -e "s/^Version: .*/Version: $httpd/m if /^Package: apache2-bin\\n/m" /admin/status}
        . qq{ && dpkg --admindir=/admin --no-triggers --unpack /now.deb && dpkg --admindir=/admin --configure $name};
    my ($failed, $said) = run("@sudo chroot $root sh -c '$line'");
    is $failed, $expected, "apache2-bin $httpd: " . ($expected ? 'it is refused' : 'it installs') or diag $said;
    like $said, qr/depends on apache2-bin/, 'and dpkg says why' if $expected;
}

done_testing;
