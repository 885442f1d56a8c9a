# mod_lua's handler, which reaches both of httpd's header tables.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;

plan tests => backend_tests();
try_backend('lua', "by Lua\n");
