# conf-examples/recipes/git.conf, with git's own http-backend
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
chmod 0755, $folder;
write_files($folder, users => "me:{SHA}NWoZK3kTsExUV00Ywo1G5jlUKKs=\n", 'wanted/first' => 'text');    # me:1
for my $name (qw(public private)) {
    system('git', 'init', '--quiet', '--bare', "$folder/srv/$name.git") == 0 or die "git init failed\n";
}
write_files($folder, 'srv/public.git/git-daemon-export-ok' => '');

# What an administrator adds: who may push. And once the backend is too busy.
my $login = <<"END";
<Location "/git/">
    <If "%{QUERY_STRING} =~ /service=git-receive-pack/ || %{REQUEST_URI} =~ m#/git-receive-pack\$#">
        AuthType Basic
        AuthName repositories
        AuthUserFile "$folder/users"
        Require valid-user
    </If>
</Location>
RewriteEngine On
RewriteRule "^/git/busy.git/" - [R=503]
<Location "/git/busy.git/">
    Header always set Retry-After 5
</Location>
END
my $port = serve_recipe('git', { GIT_FOLDER => "$folder/srv" }, $login);
my @me = (headers => [Authorization => 'Basic bWU6MQ==']);
my $refs = 'info/refs?service=git';
my @git = (httpds => 1);

try_cases($port,
    ['a fetch', "GET /git/public.git/$refs-upload-pack", @git, reads => 'Content-Type'],
    ['a repository that is not for everybody', "GET /git/private.git/$refs-upload-pack", @git, status => 404],
    ['a push without a login', "GET /git/public.git/$refs-receive-pack", @git, status => 401, reads => 'WWW-Authenticate'],
    ['a push', "GET /git/public.git/$refs-receive-pack", @git, @me, reads => 'Content-Type'],
    ['the push itself, without a login', 'POST /git/public.git/git-receive-pack', @git, status => 401, body => '0000', reads => 'WWW-Authenticate'],
    ['too busy', "GET /git/busy.git/$refs-upload-pack", @git, status => 503, reads => 'Retry-After'],
);
my $fetch = request("/git/public.git/$refs-upload-pack", port => $port, headers => ['Git-Protocol' => 'version=2']);
like $fetch->body, qr/^[0-9a-f]{4}version 2$/m, 'git learns which version of its protocol the client speaks';
try_preflights($port,
    (map { ["a $_", "$_ /git/public.git/$refs-upload-pack", [qw(Authorization Content-Type Git-Protocol)]] } qw(GET HEAD POST)),
    ['a push', 'POST /git/public.git/git-receive-pack', [qw(Authorization Content-Type)]],
);

# Nobody pushes before the administrator has said who: the recipe as it stands.
my $closed = serve_recipe('git', { GIT_FOLDER => "$folder/srv" });
is request("/git/public.git/$refs-receive-pack", port => $closed, headers => $me[1])->status, 403, 'by itself the recipe lets nobody push';
is request('/git/public.git/git-receive-pack', port => $closed, method => 'POST', body => '0000')->status, 403, '... in either step';
is request("/git/public.git/info/refs?x=1&service=git-receive-pack", port => $closed)->status, 403, '... whatever comes before that';
is request("/git/public.git/$refs-upload-pack", port => $closed)->status, 200, 'but everybody fetches';
tried_all('git');
done_testing;
