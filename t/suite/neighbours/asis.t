# mod_asis: a response that is in a file, headers and all.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;

plan tests => backend_tests();
try_backend('asis', '');

__END__
AliasMatch "^/neighbours/asis/\w+/(\w+)$" "@DocumentRoot@/neighbours/variants/$1.asis"
