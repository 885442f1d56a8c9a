# expr= is evaluated when the response's headers are final: with its real status and the headers that others set.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

# Lines that hold for one status each, in all the folders below
my @statuses = (200, 204, 206, 301, 302, 304, 401, 403, 404, 405, 410, 416, 418, 500);
my $lines    = join '', map { "ExposeHeaders X-$_ \"expr=%{REQUEST_STATUS} == $_\"\n" } @statuses;
my $headers  = join '', map { "Header always set X-Headers $_ \"expr=%{REQUEST_STATUS} == $_\"\n" } @statuses;

my $cgi = "#!$^X\nprint qq(Status: \$ENV{QUERY_STRING}\\nETag: \"1\"\\nContent-Type: text/plain\\n\\n);\n";

# [the page, what .htaccess says besides, options of the request, the status, the status that an expression sees if it's another]
my @final = (
    ['page.html',   '', {}, 200],
    ['page.html',   '', { method => 'HEAD' }, 200],
    # httpd cuts out the range behind all filters for headers; mod_headers is told the same
    ['page.html',   '', { headers => [Range => 'bytes=0-1'] }, 206, 200],
    ['page.html',   '', { headers => [Range => 'bytes=100-'] }, 416],
    ['page.html',   '', { method => 'PUT', body => '' }, 405],
    ['absent.html', '', {}, 404],
    ['page.html',   'Require all denied', {}, 403],
    ['page.html',   "AuthType Basic\nAuthName x\nAuthUserFile /dev/null\nRequire valid-user", {}, 401],
    ['page.html',   'Redirect 301 /conditions http://127.0.0.1/', {}, 301],
    ['page.html',   'Redirect 302 /conditions http://127.0.0.1/', {}, 302],
    ['page.html',   'Redirect 410 /conditions', {}, 410],
    ['page.cgi?204', '', {}, 204],
    ['page.cgi?404', '', {}, 404],
    ['page.cgi?418', '', {}, 418],
    ['page.cgi?500', '', {}, 500],
    ['broken.cgi',  '', {}, 500],
    ['absent.html', 'ErrorDocument 404 "nothing here"', {}, 404],
    ['absent.html', 'ErrorDocument 404 @FOLDER@page.html', {}, 404],
    ['absent.html', 'ErrorDocument 404 @FOLDER@page.cgi?404', {}, 404],
    ['page.html',   "Require all denied\nErrorDocument 403 \@FOLDER\@page.html\n<Files page.html>\n</Files>", {}, 403],
);

# [expression, whether it holds for page.html, its headers being X-Kind: html and, from .htaccess, X-Late: late]
my @others = (
    ['true',                                            1],
    ['false',                                           0],
    ['%{REQUEST_STATUS} -eq 200',                       1],
    ['%{REQUEST_STATUS} -in {"404", "500"}',            0],
    ['%{REQUEST_STATUS} =~ /^2/',                       1],
    ["%{resp:X-Kind} == 'html'",                        1],
    ["%{resp:X-Late} == 'late'",                        1],
    ["%{resp:X-Kind} == 'late'",                        0],
    ['-z resp("X-Absent")',                             1],
    ["%{REQUEST_METHOD} == 'GET'",                      1],
    ["%{REQUEST_URI} =~ m#/page\\.html\$#",             1],
    ["%{req:X-Asked} == 'x'",                           1],
    ["req_novary('X-Asked') == 'y'",                    0],
    ["reqenv('CONDITIONS_SET') == 'yes'",               1],
    ['%{CONTENT_TYPE} =~ /html/',                       1],
    ["! %{QUERY_STRING} =~ /x/ && %{HTTPS} != 'on'",    1],
);

plan tests => 3 * @final + 2 * @others + 4 + 8 + 3;

for (@final) {
    my ($page, $more, $options, $status, $seen) = @$_;
    my $folder = folder(conditions => undef, 'page.html' => 'a page', 'page.cgi' => $cgi, 'broken.cgi' => "#!$^X\ndie;\n");
    my $dir    = Apache::Test::vars('documentroot') . $folder;
    write_files($dir, '.htaccess' => "$lines$headers" . ($more =~ s/\@FOLDER\@/$folder/gr) . "\n");
    (my $title = join ' ', $page, %$options ? map { ref ? "@$_" : $_ } %$options : (), $more) =~ s/\n/ | /g;
    my $response = request("$folder$page", %$options, headers => [Origin => origin(), @{ $options->{headers} // [] }]);
    is $response->status, $status, "$title: answered with $status";
    is $response->aceh, 'X-' . ($seen // $status), "$title: the expression sees the final status";
    is $response->header('X-Headers'), $seen // $status, "$title: mod_headers' expression sees the same";
}

for (@others) {
    my ($expr, $holds) = @$_;
    (my $quoted = $expr) =~ s/(["\\])/\\$1/g;
    my $folder = folder(conditions => "ExposeHeaders X-Yes \"expr=$quoted\"\nExposeHeaders X-No \"expr=!($quoted)\"\nHeader set X-Late late\n");
    my $response = request("${folder}page.html", headers => [Origin => origin(), 'X-Asked' => 'x']);
    is $response->status, 200, "$expr: there is a page";
    is $response->aceh, $holds ? 'X-Yes' : 'X-No', "$expr " . ($holds ? 'holds' : 'fails');
}

# After an internal redirect it is the last request's response that is asked about.
my @redirected = (['absent.html', 'ErrorDocument 404 @FOLDER@page.html', 404], ['moved.html', "RewriteEngine On\nRewriteRule moved page.html", 200]);
for (@redirected) {
    my ($page, $more, $status) = @$_;
    my $folder = folder(conditions => undef, 'page.html' => 'a page');
    write_files(Apache::Test::vars('documentroot') . $folder, '.htaccess' => ($more =~ s/\@FOLDER\@/$folder/r) . "\nHeader always set X-Late late\n"
        . qq(ExposeHeaders X-Final "expr=%{resp:X-Late} == 'late' && %{REQUEST_URI} =~ /page/"\n));
    my $response = request("$folder$page", headers => [Origin => origin()]);
    is $response->status, $status, "$page: answered with $status";
    is $response->aceh, 'X-Final', "$page: the expression sees the final response";
}

# 304: with an expression in the policy there is no list, whatever it says; see t/responses
my $folder = folder(conditions => "ExposeHeaders X-304 \"expr=%{REQUEST_STATUS} == 304\"\nHeader set Access-Control-Allow-Origin *\n");
my $stored = request("${folder}page.html", headers => [Origin => origin(), 'If-None-Match' => '*']);
is $stored->status, 304, 'there is a 304';
is $stored->aceh, undef, 'an expression that holds for a 304 sends nothing there';

# What an expression reads of the request goes into Vary, as with mod_headers; Origin is in it once all the same.
my %reads = ('%{req:Origin} == \'x\'' => ['origin'], '%{req:X-Asked} == \'x\'' => ['origin', 'x-asked'], 'req_novary(\'X-Asked\') == \'x\'' => ['origin']);
for my $expr (sort keys %reads) {
    my $folder   = folder(conditions => "ExposeHeaders X-Yes \"expr=$expr\"\n");
    my $response = request("${folder}page.html", headers => [Origin => origin(), 'X-Asked' => 'x']);
    is_deeply $response->vary, $reads{$expr}, "Vary with expr=$expr";
    is $response->status, 200, "$expr: there is a page";
}

# It gets there while the response is decided, even if there was no header before: a written-out list has it all the same.
my $late = folder(conditions => "ExposeHeadersWhen Always\nExposeHeadersWildcard Expand\nExposeHeaders * \"expr=%{req:X-Asked} == 'x'\"\n");
my $missing = request("${late}absent.html", headers => [Origin => origin(), 'X-Asked' => 'x']);
is $missing->status, 404, 'there is no page';
is_deeply $missing->vary, ['x-asked'], 'Vary has what the expression read';
ok scalar(grep { $_ eq 'vary' } @{ $missing->names }), 'and the list has Vary';
