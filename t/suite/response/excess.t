# All containers of a request together: four times what one may say. Each <Files> of a .htaccess file is one.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

# So many sections of a .htaccess file, each with removals, and with what comes at its end
sub sections {
    my ($sections, $removals, $more) = @_;
    return join '', map {
        my $section = $_;
        "<Files \"*.txt\">\n" . join('', map { "ExposeHeaders -X-$section-$_-*\n" } 1 .. $removals) . "$more</Files>\n"
    } 1 .. $sections;
}

my %htaccess = (
    enough   => sections(4, 100, "ExposeHeaders X-Listed\n"),
    patterns => sections(5, 99,  "ExposeHeaders X-Listed\n"),
    bytes    => sections(5, 0,   join '', map { 'ExposeHeaders X-' . $_ x 998 . "\n" } 'a' .. 'o'),
    keep     => "ExposeHeadersBackend Keep\n" . sections(5, 99, ''),
    off      => "ExposeHeadersWhen Off\n" . sections(5, 99, ''),
    own      => sections(5, 99, ''),
);
my $own = 'Header set Access-Control-Expose-Headers "X-Own, *"';
my $port = serve(<<'END', map({ ("$_/.htaccess" => $htaccess{$_}, "$_/page.txt" => "x\n") } keys %htaccess), 'none/page.txt' => "x\n");
<Directory "@ROOT@">
    AllowOverride FileInfo
</Directory>
ExposeHeaders X-Outer
<LocationMatch "^/(keep|off|own)/">
    Header set Access-Control-Expose-Headers "X-Own, *"
</LocationMatch>
END

# folder, what is sent, the error
my @table = (
    ['none',     'X-Outer',           undef],
    ['enough',   'X-Outer, X-Listed', undef],
    ['patterns', undef,               qr/more than 400 patterns .* \S+\/patterns\/\.htaccess:410: no/],
    ['bytes',    undef,               qr/more than 64000 bytes of names .* \S+\/bytes\/\.htaccess:70: no/],
    ['keep',     undef,               qr/more than 400 patterns .*\/keep\/\.htaccess:/],
    ['off',      undef,               qr/more than 400 patterns .*\/off\/\.htaccess:/],
    ['own',      undef,               qr/more than 400 patterns .*\/own\/\.htaccess:/],
);

plan tests => 3 * @table;
for my $case (@table) {
    my ($folder, $expected, $error) = @$case;
    log_mark();
    my $r = request("/$folder/page.txt", port => $port, headers => [Origin => origin()]);
    is($r->aceh, $expected, "$folder: what is sent");
    is("@{ $r->vary }", $folder eq 'off' ? '' : 'origin', "$folder: Vary stays");
    my @errors = grep { /more than/ } log_lines(qr/\[cors_expose:error\]/, $error ? 1 : 0);
    $error ? ok(@errors == 1 && $errors[0] =~ $error, "$folder: one error names the container") || diag("@errors") : is("@errors", '', "$folder: no error");
}
