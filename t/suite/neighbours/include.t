# mod_include: the page's list is the page's business, whatever its parts send.
use strict;
use warnings;
use Test::More tests => 5 + 4;
use CorsExpose::Neighbours;
use CorsExpose::Test;

# (httpd's header filter takes ETag away again, as mod_include asked it to; so it isn't among the names.)
log_mark();
my $page = try_wildcard('/neighbours/include/page.shtml', 200);
like($page->body, qr/^the part\nown\nby .*https:/s, 'all parts are in the page');
my @lines = log_lines(qr/cors_expose:debug/, 4);
is(@lines, 4, 'four pages were decided, and no part of them');
is((grep { /include|page/ } @{ $page->names }), 0, 'names of the parts');
is_deeply($page->vary, ['origin'], "Vary is the page's");

__END__
<Directory "@DocumentRoot@/neighbours/include">
    ExposeHeaders *
    Options +Includes
    AddOutputFilter INCLUDES shtml
    AddType text/html shtml
</Directory>
<Location "/neighbours/include/inner/">
    ExposeHeaders None X-Policy-Of-The-Part
    Header set X-Part 1
    Header set Access-Control-Expose-Headers X-Own-Of-The-Part
</Location>
