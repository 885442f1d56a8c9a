# mod_dir, and mod_autoindex with it: the index of a folder, a folder without its slash, a listing, the fallback for what isn't there.
use strict;
use warnings;
use Test::More tests => 2 * 5 + 6;
use CorsExpose::Neighbours;
use CorsExpose::Test;

try_wildcard('/neighbours/dir/list/', 200);
my $slash = try_wildcard('/neighbours/dir/list', 301);
ok((grep { $_ eq 'location' } @{ $slash->names }), 'a redirect for the slash lists Location');

check(request('/neighbours/dir/index/?own', headers => anonymous()), '*, X-Index, X-Own', "the index's own container adds to the folder's");
check(request('/neighbours/dir/index/', headers => []), ['PRESENT', 'X-Index'], 'and writes out what a stored copy needs');

my $path = '/neighbours/dir/app/no/such/thing';
my $fallback = request($path, headers => anonymous());
is($fallback->body, "front\n", 'a front controller answers for what is not there');
check($fallback, '*, X-Front-Own', 'its list: a wildcard');
check(request($path, headers => cookie()), ['PRESENT', 'X-Front-Own'], 'its list, written out');

__END__
<Directory "@DocumentRoot@/neighbours/dir">
    ExposeHeaders *
    Options +ExecCGI +Indexes
    AddHandler cgi-script pl
    IndexIgnore *
</Directory>
<Directory "@DocumentRoot@/neighbours/dir/app">
    FallbackResource /neighbours/dir/app/front.pl
</Directory>
<Directory "@DocumentRoot@/neighbours/dir/index">
    DirectoryIndex missing.html index.html
    <Files "index.html">
        ExposeHeaders X-Index
        Header set X-Index 1
    </Files>
</Directory>
