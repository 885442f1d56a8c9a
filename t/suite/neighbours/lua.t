# mod_lua's handler, which reaches both of httpd's header tables.
use strict;
use warnings;
use Test::More;
use CorsExpose::Neighbours;

plan tests => backend_tests();
try_backend('lua', "by Lua\n");

__END__
AliasMatch "^/neighbours/lua/\w+/\w+$" "@DocumentRoot@/neighbours/respond.lua"
<LocationMatch "^/neighbours/lua/">
    SetHandler lua-script
</LocationMatch>
