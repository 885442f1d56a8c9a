# httpd -t -D EXPOSE_HEADERS_STRICT, for scripts that check configurations: a warning makes it fail, and it says so. A server that
# starts or restarts with it runs: only httpd -t goes by it.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

my $faulty = "ExposeHeaders Links Cookie\n";
my $sound  = "Header always set Access-Control-Allow-Origin *\nExposeHeaders Link\n";
my $noted  = "ExposeHeaders Link\n";    # nothing sets Access-Control-Allow-Origin

sub strict { my ($config, @defines) = @_; return httpd_t($config, modules => ['headers'], defines => ['EXPOSE_HEADERS_STRICT', @defines]) }

my ($code, $output) = strict($faulty);
my @lines = grep { !/AH00014/ } split /\n/, $output;    # "Configuration check failed", httpd's own
is $code, 1, 'a warning makes httpd -t fail';
like $lines[-1], qr/\[cors_expose:error\].* 2 warnings: with EXPOSE_HEADERS_STRICT, httpd -t ends with status 1$/, 'which its last line says';
is scalar(grep { /cors_expose:warn\]/ } @lines), 2, 'after the warnings';
unlike $output, qr/Syntax OK/, 'and not that all is well';

($code, $output) = strict("ExposeHeaders Links\n");
like $output, qr/(?<!\(1\)Operation not permitted:) 1 warning: with EXPOSE_HEADERS_STRICT/, 'one warning is one, and no error of the system';

is_deeply [strict($sound)], [0, "Syntax OK\n"], 'a sound configuration passes';
is_deeply [strict($noted)], [0, "Syntax OK\n"], 'and so does one with a note';
is_deeply [(httpd_t($faulty, modules => ['headers']))[0]], [0], 'without it, warnings make nothing fail';
($code, $output) = strict($faulty, 'DUMP_EXPOSE_HEADERS');
is $code, 1, 'it fails with the dump, too';
like $output, qr/^The main server.*^  ExposeHeaders Links Cookie .*^Warnings\n.*^Notes\n/ms, 'the dump is printed';
like $output, qr/^Notes\n.* 2 warnings: with EXPOSE_HEADERS_STRICT/ms, 'and then it says so';

# A .htaccess file that is included in its folder (docs/explaining.md)
my $folder = folder(explain => "<FilesMatch \"[.]csv\$\">\n$faulty</FilesMatch>\nExposeHeadersNever X-A\n");
my $file = Apache::Test::vars('documentroot') . "$folder.htaccess";
($code, $output) = strict("<Directory \"" . $file =~ s{/[^/]+$}{}r . "\">\nInclude $file\n</Directory>\n");
is $code, 1, 'so is a .htaccess file checked that is included';
is_deeply [$output =~ /\[cors_expose:warn\] .*?\Q$file\E:(\d+): ExposeHeaders: '(\w+)'/g], [2, 'Links', 2, 'Cookie'], 'each warning has its place in it, and nothing else is said';

is_deeply [(strict("ExposeHeaders +Links\nServerAdmin\n"))[0]], [1], 'what httpd refuses is refused as ever';

# A server: by the command line, and by a Define of that name in a file
for my $case (['on the command line', '', -D => ['EXPOSE_HEADERS_STRICT']], ['by a Define in a file', "Define EXPOSE_HEADERS_STRICT\n"]) {
    my ($how, $define, @options) = @$case;
    my $port = serve("${define}Header always set Access-Control-Allow-Origin *\nExposeHeaders Links X-A\n", @options);
    my $names = sub { return request('/page.html', port => $port, headers => [Origin => origin()])->names };
    is_deeply $names->(), [qw(links x-a)], "$how: a server that starts with it and a warning runs";
    log_mark();
    ok restart($port), 'and is there';
    is scalar(log_lines(qr/resuming normal operations/)), 1, 'it restarts gracefully';
    is scalar(log_lines(qr/cors_expose:warn\].*'Links'/)), 1, 'with its warning in the log';
    is_deeply $names->(), [qw(links x-a)], 'and goes on';
    ok stop($port), 'until it is told to end';
}

done_testing;
