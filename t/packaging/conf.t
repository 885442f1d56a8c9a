# debian/cors_expose.conf has every directive, commented out, with the syntax that docs/reference.md says: httpd takes the file as
# it is, with each directive alone, and with all of them, without a warning.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Docs qw(section);
use CorsExpose::Packaging qw(apxs run slurp write_file);
use Cwd qw(abs_path);
use File::Temp ();
use Test::More;

my $conf = slurp('debian/cors_expose.conf');
my $dir  = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
my ($modules, $httpd) = (apxs('LIBEXECDIR'), apxs('SBINDIR') . '/' . apxs('PROGNAME'));
my $module = abs_path(($ENV{BUILD} || 'build/normal') . '/mod_cors_expose.so');
my $load = join '', map { -e "$modules/mod_$_.so" ? "LoadModule ${_}_module $modules/mod_$_.so\n" : () } qw(mpm_event unixd authz_core authz_host headers);

# What httpd -t says to the file: warnings, and at info notes
sub configtest {
    my ($text, $level) = (@_, 'info');
    write_file("$dir/cors_expose.conf", $text);
    write_file("$dir/httpd.conf", "ServerRoot $dir\nServerName localhost\nListen 127.0.0.1:80\nErrorLog /dev/stderr\nLogLevel $level\n"
            . "${load}LoadModule cors_expose_module $module\nHeader always set Access-Control-Allow-Origin \"*\"\nInclude $dir/cors_expose.conf\n");
    my ($status, $said) = run("$httpd -t -f $dir/httpd.conf");
    return "$status $said";
}

# The directives that the module has, as httpd -L names them
my (undef, $listed) = do { configtest(''); run("$httpd -L -f $dir/httpd.conf") };
my @directives = $listed =~ /^(\w+) \(mod_cors_expose\.c\)$/mg;
cmp_ok scalar @directives, '>=', 7, 'httpd names the directives';

# "#" that no blank follows is a line to switch on; a container is switched on as a whole.
my @units;
while ($conf =~ m{^( +)#(<(\w+)[^\n]*>\n(?: +#[^\n]*\n)*? +#</\3>|\w[^\n]*)$}mg) {
    push @units, [$-[0], $+[0] - $-[0], $2];
}
cmp_ok scalar @units, '>=', 8, 'there are directives to switch on';

# The file with some of them switched on
sub switched_on {
    my (@which) = @_;
    my $text = $conf;
    for my $unit (@which) {
        my $part = substr $text, $unit->[0], $unit->[1];
        substr($text, $unit->[0], $unit->[1]) = $part =~ s/^( +)#/$1 /gmr;
    }
    return $text;
}

my %shown;
for my $unit (@units) {
    my @names = $unit->[2] =~ /\b(ExposeHeaders\w*)/g;
    $shown{$_} = 1 for @names;
}
is_deeply [grep { !$shown{$_} } sort @directives], [], 'every directive that the module has is there to be switched on';

is configtest($conf), "0 Syntax OK\n", 'as it is installed';
is_deeply [$conf =~ /^(?! *#)(?!<\/?IfModule)(.*\S.*)$/mg], [], 'nothing is on';
for my $unit (@units) {
    is configtest(switched_on($unit)), "0 Syntax OK\n", $unit->[2] =~ s/\n.*//sr;
}
is configtest(switched_on(grep { $_->[2] !~ /^LogLevel/ } @units), 'warn'), "0 Syntax OK\n", 'all together';

# The syntax is the reference's.
my $reference = slurp('docs/reference.md');
for my $name (@directives) {
    my ($syntax) = (section($reference, $name) // '') =~ /^\| Syntax: \| `(.*)` \|$/m;
    ok defined $syntax && $conf =~ /^ +# \Q${\($syntax =~ s{\\\|}{|}gr)}\E$/m, "$name: the syntax as docs/reference.md has it";
}

done_testing;
