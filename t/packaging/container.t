# docs/install.md's Dockerfile, line by line, in two roots that stand for Docker's httpd image: an httpd in /usr/local/apache2 with
# an apxs there, and no compiler. Its binaries are Debian's, told by a configuration and an apxs of that prefix where they are.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Docs qw(blocks);
use CorsExpose::Packaging qw(apxs bare_root in_namespace run slurp with_network write_file);
use File::Temp ();
use Test::More;

my @sudo   = $> == 0 ? () : ('sudo');
my $temp   = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
my $prefix = '/usr/local/apache2';
my ($dockerfile) = map { $_->[1] } grep { $_->[0] eq 'dockerfile' } blocks(slurp('docs/install.md'));
ok defined $dockerfile, 'docs/install.md has a Dockerfile' or die;
my @lines = split /\n/, $dockerfile;
cmp_ok scalar @lines, '<=', 6, 'of six lines';
is +(run("packaging/copy-tree $temp/source"))[0], 0, 'the tree is copied';

# As the image's configuration: many modules, and everything below the prefix
write_file("$temp/httpd.conf", <<"END" . join '', map { "LoadModule ${_}_module modules/mod_$_.so\n" } qw(mpm_event authz_core headers alias dir));
ServerRoot "$prefix"
ServerName localhost
Listen 80
User www-data
Group www-data
ErrorLog logs/error_log
PidFile logs/httpd.pid
LogLevel warn
DocumentRoot "$prefix/htdocs"
END

# A root with an httpd below the prefix. Debian's apxs reads config_vars.mk; here both know the prefix only.
sub image {
    my $root = bare_root();
    my ($include, $apxs) = (apxs('INCLUDEDIR'), apxs('BINDIR') . '/apxs');
    my ($build) = slurp($apxs) =~ /^my \$installbuilddir = "([^"]+)";$/m or die "$apxs is unlike what it was\n";
    my %folder = (exec_prefix => '', bindir => '/bin', sbindir => '/bin', libexecdir => '/modules', sysconfdir => '/conf',
        includedir => '/include', installbuilddir => '/build', datadir => '', localstatedir => '', logfiledir => '/logs');
    my $vars = slurp("$build/config_vars.mk");
    $vars =~ s/^prefix =.*/prefix = $prefix/m;
    $vars =~ s/^progname = .*/progname = httpd/mg;
    $vars =~ s/^(exp_)?\Q$_\E = .*/($1 \/\/ '') . "$_ = $prefix$folder{$_}"/gme for keys %folder;
    $vars =~ s/ -lpcre\S* -L\S*//;    # Debian's own; httpd's configure puts no library of httpd's into a module's link
    write_file("$temp/config_vars.mk", $vars);
    write_file("$temp/apxs", slurp($apxs) =~ s/^my \$installbuilddir = .*/my \$installbuilddir = "$prefix\/build";/mr);
    my ($status, $said) = run(<<"END");
set -e
cd $root$prefix 2>/dev/null || { @sudo mkdir -p $root$prefix; cd $root$prefix; }
@sudo mkdir bin build conf logs htdocs
@sudo cp -R $include include
@sudo cp $build/*.sh build
@sudo cp $temp/config_vars.mk build
@sudo install $temp/apxs bin
@sudo install $root/usr/sbin/apache2 bin/httpd
@sudo mv $root/usr/lib/apache2/modules modules
@sudo cp $temp/httpd.conf conf
@sudo rm -r $root/etc/apache2 $root/usr/sbin/apache2
END
    die $said if $status;
    return $root;
}

my ($root, %stage);
for my $line (@lines) {
    my ($word, $rest) = split ' ', $line, 2;
    my ($status, $said) = (0, '');
    if ($word eq 'FROM') {
        like $rest, qr/^httpd:2\.4(?: AS \w+)?$/, $line;
        $root = image();
        $stage{$1} = $root if $rest =~ / AS (\w+)$/;
        next;
    }
    if ($word eq 'COPY') {
        my ($from, $source, $target) = $rest =~ /^(?:--from=(\w+) )?(\S+) (\S+)$/ or die "$line: what is that?\n";
        $source = $from ? $stage{$from} . $source : "$temp/source/.";
        ($status, $said) = run(($from ? '' : "@sudo mkdir -p $root$target && ") . "@sudo cp -R $source $root$target");
    }
    elsif ($word eq 'RUN') {
        write_file("$temp/line", "export DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=$prefix/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root\ncd $prefix\n$rest\n");
        run("@sudo cp $temp/line $root/line");
        ($status, $said) = run(join ' ', map { "'" . s/'/'\\''/gr . "'" } with_network($root, 'exec chroot "$1" sh -e /line'));
    }
    else {
        fail("$line: what is that?");
    }
    is $status, 0, $line or diag $said;
}
isnt +(run("@sudo chroot $root sh -c 'command -v gcc'"))[0], 0, 'the image has no compiler';

# The second image, with a configuration, answers.
my $origin = 'https://app.example.com';
write_file("$temp/api.conf", <<"END");
Header always set Access-Control-Allow-Origin "$origin"
Header always set X-Request-Id 1
<IfModule mod_cors_expose.c>
    ExposeHeaders X-Request-Id
</IfModule>
END
write_file("$temp/ask", <<'END');
use HTTP::Tiny;
for (1 .. 100) {
    my $answer = HTTP::Tiny->new->get('http://127.0.0.1/none', { headers => { Origin => 'https://app.example.com' } });
    print("$answer->{status} $answer->{headers}{'access-control-expose-headers'}\n"), last if $answer->{status} != 599;
    select undef, undef, undef, 0.1;
}
END
run("@sudo cp $temp/api.conf $root$prefix/conf && @sudo cp $temp/ask $root/ask && echo 'Include conf/api.conf' | @sudo tee -a $root$prefix/conf/httpd.conf");
my ($status, $said) = run(join ' ', map { "'" . s/'/'\\''/gr . "'" } in_namespace($root, "chroot \"\$1\" $prefix/bin/httpd -d $prefix -f conf/httpd.conf -k start && chroot \"\$1\" perl /ask"));
is "$status $said", "0 404 X-Request-Id\n", 'its httpd exposes what its configuration says' or diag +(run("@sudo cat $root$prefix/logs/error_log"))[1];

done_testing;
