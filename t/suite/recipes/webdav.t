# conf-examples/recipes/webdav.conf, with mod_dav itself, and with what CalDAV servers and ownCloud answer
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

use Apache::Test ();
use CorsExpose::Cases;
use File::Temp ();

my $folder = File::Temp::tempdir(DIR => Apache::Test::vars('t_state'), CLEANUP => 1);
write_files($folder, 'dav/a.txt' => 'text', 'dav/inner/index.html' => 'an index',
    users => "me:{SHA}NWoZK3kTsExUV00Ywo1G5jlUKKs=\n");    # me:1
my $login = <<"END";
DavLockDB "$folder/locks"
<Directory "$folder">
    Require all granted
</Directory>
<Location "/dav/">
    AuthType Basic
    AuthName files
    AuthUserFile "$folder/users"
    Require valid-user
</Location>
END
my $port = serve_recipe('webdav', { DAV_FOLDER => "$folder/dav" }, $login);
my @me = (Authorization => 'Basic bWU6MQ==');
my $xml = '<?xml version="1.0"?>';
my @find = (body => qq($xml<propfind xmlns="DAV:"><propname/></propfind>));
my @lock = (body => qq($xml<lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>));
my @with = (httpds => 1, mode => 'include');

try_cases($port,
    ['what the folder can do', 'OPTIONS /dav/', @with, headers => \@me, reads => 'DAV MS-Author-Via Allow'],
    ['the folder', 'PROPFIND /dav/', @with, headers => [@me, Depth => 1], @find, status => 207, reads => 'Content-Type'],
    ['a folder with an index file', 'PROPFIND /dav/inner/', @with, headers => [@me, Depth => 1], @find, status => 207],
    ['what a folder with an index file can do', 'OPTIONS /dav/inner/', @with, headers => \@me, reads => 'DAV Allow'],
    ['a file', 'GET /dav/a.txt', @with, headers => \@me, reads => 'ETag Accept-Ranges Last-Modified'],
    ['a part of a file', 'GET /dav/a.txt', @with, headers => [@me, Range => 'bytes=0-1'], status => 206,
        reads => 'ETag Content-Range'],
    ['a new file', 'PUT /dav/new.txt', @with, headers => \@me, body => 'new', status => 201, reads => 'Location'],
    ['a new folder', 'MKCOL /dav/folder/', @with, headers => \@me, status => 201, reads => 'Location'],
    ['a file that is copied', 'COPY /dav/a.txt', @with, headers => [@me, Destination => "http://127.0.0.1:$port/dav/b.txt"],
        status => 201, reads => 'Location'],
    ['a lock', 'LOCK /dav/a.txt', @with, headers => \@me, @lock, reads => 'Lock-Token'],
    ['a file that is locked', 'PUT /dav/a.txt', @with, headers => \@me, body => 'x', status => 423],
    ['a file that has changed', 'PUT /dav/b.txt', @with, headers => [@me, 'If-Match' => '"other"'], body => 'x', status => 412],
    ['a folder that is there', 'MKCOL /dav/folder/', @with, headers => \@me, status => 405, reads => 'Allow'],
    ['a file that is not there', 'GET /dav/none', @with, headers => \@me, status => 404],
    ['a login is asked for', 'PROPFIND /dav/', @with, @find, status => 401, reads => 'WWW-Authenticate'],
    ['another origin', 'OPTIONS /dav/', httpds => 1, headers => \@me, origin => 'https://example.org', hides => 'DAV Allow'],
);
my @sends = qw(Authorization Depth Content-Type);
try_preflights($port,
    (map { [$_, "$_ /dav/a.txt", [@sends, qw(If Lock-Token Destination Overwrite Timeout)],
        mode => 'include'] }
        qw(GET HEAD OPTIONS PROPFIND PROPPATCH PUT POST DELETE MKCOL COPY MOVE LOCK UNLOCK)),
    ['a part of a file', 'GET /dav/a.txt', [qw(Authorization Range If-Match If-None-Match X-Requested-With)], mode => 'include'],
    (map { ['CalDAV', "$_ /dav/", [@sends, qw(Prefer If-Schedule-Tag-Match)],
        mode => 'include'] } qw(REPORT MKCALENDAR ACL SEARCH)),
);

# Nobody gets in before the administrator has said who: the recipe as it stands.
my $closed = serve_recipe('webdav', { DAV_FOLDER => "$folder/dav" }, "DavLockDB \"$folder/locks\"");
is request('/dav/a.txt', port => $closed, method => $_)->status, 403,
    "by itself the recipe lets nobody $_" for qw(GET PUT PROPFIND OPTIONS);

# The same names in front of a calendar server and an ownCloud: the recipe's list, with a server behind it.
my $backend = stand_in(
    'OPTIONS /dav/cal/'     => [200, [DAV => '1, 3, calendar-access', Allow => 'OPTIONS, REPORT', 'X-Sabre-Status' => 'x'], ''],
    'PUT /dav/cal/1.ics'    => [201, [ETag => '"1"', 'Schedule-Tag' => '"2"', 'Preference-Applied' => 'return=minimal'], ''],
    'GET /dav/cal/1.ics'    => [200, [ETag => '"1"', 'Schedule-Tag' => '"2"'], 'BEGIN:VCALENDAR'],
    'PUT /dav/cal/2.ics'    => [412, [ETag => '"3"'], ''],
    'PUT /dav/files/1'      => [201, ['OC-ETag' => '"1"', 'OC-FileId' => 7, 'OC-Checksum' => 'SHA1:1', ETag => '"1"',
        'Content-Location' => '/dav/files/1'], ''],
    'MOVE /dav/files/1'     => [202, ['OC-JobStatus-Location' => '/jobs/1', 'Webdav-Location' => '/dav/files/2',
        Link => '</>; rel=up'], ''],
);
$port = serve_recipe('webdav', { DAV_FOLDER => "$folder/dav" }, <<"END");
DavLockDB "$folder/locks"
<Location "/dav/">
    Dav Off
    ProxyPass "http://127.0.0.1:$backend/dav/"
    Require all granted
</Location>
END
try_cases($port,
    ['a calendar', 'OPTIONS /dav/cal/', reads => 'DAV Allow X-Sabre-Status'],
    ['a new event', 'PUT /dav/cal/1.ics', body => 'x', status => 201, reads => 'ETag Schedule-Tag Preference-Applied'],
    ['an event', 'GET /dav/cal/1.ics', reads => 'ETag Schedule-Tag'],
    ['an event that has changed', 'PUT /dav/cal/2.ics', body => 'x', status => 412, reads => 'ETag'],
    ['ownCloud, a file', 'PUT /dav/files/1', body => 'x', status => 201,
        reads => 'OC-ETag OC-FileId OC-Checksum ETag Content-Location'],
    ['ownCloud, a job', 'MOVE /dav/files/1', status => 202, reads => 'OC-JobStatus-Location Webdav-Location Link'],
);
tried_all('webdav');
done_testing;
