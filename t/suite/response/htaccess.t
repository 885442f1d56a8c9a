# A server whose only directives are in .htaccess files, and who gets there by a detour: what the client sent is known, though
# RequestHeader has changed it before any directive was in force.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

my @detours = (
    ['/target/file.txt',  'no detour'],
    ['/redirect.asis',    'an internal redirect'],
    ['/folder/',          'an index in another folder'],
);
my %files = (
    'redirect.asis'    => "Location: /target/file.txt\n\n",
    'target/file.txt'  => 'text',
    'folder/other.txt' => '',
    'target/.htaccess' => "ExposeHeaders *\n",
);

plan tests => 3 * 2 * @detours;

# how .htaccess files are let in, where
for my $let (
    ['AllowOverride FileInfo',          '<Directory />', '</Directory>'],
    ['AllowOverrideList ExposeHeaders', '<Directory "@ROOT@/target">', '</Directory>'],
    ['AllowOverride FileInfo, in a virtual host', '<VirtualHost *:@PORT@><Directory />', '</Directory></VirtualHost>'],
) {
    my ($title, $open, $close) = @$let;
    my $allow = $title =~ s/,.*//r;
    my $lines = join "\n", map { s/></>\n</gr } $open, $allow, $close;
    my $port = serve("AddHandler send-as-is .asis\nDirectoryIndex /target/file.txt\nRequestHeader unset Origin\n"
        . "$lines\n", %files);
    for my $detour (@detours) {
        my ($path, $what) = @$detour;
        is(request($path, port => $port, headers => [Origin => origin()])->aceh, '*', "$title, $what: Origin is known");
        log_mark();
        request($path, port => $port, headers => [Origin => origin(), Cookie => 'a=b']);
        like((log_lines(qr/\[cors_expose:debug\]/))[0] // '', qr/written-out: .*\(credentialed: Cookie\)/,
            "$title, $what: the cookie is known");
    }
}
