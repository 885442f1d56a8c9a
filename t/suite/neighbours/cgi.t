# A CGI program, through mod_cgid or, under prefork, mod_cgi.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;

plan tests => backend_tests();
try_backend('cgi', "by CGI/1.1\n");

__END__
ScriptAliasMatch "^/neighbours/cgi/\w+/(\w+)$" "@DocumentRoot@/neighbours/respond.pl/$1"
