# Each recipe says whether it can be used in a .htaccess file, and how. Done as it says, in a folder with a script, the same names are
# readable, and the same preflights let through.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Test;
use File::Temp ();
use FindBin;
use lib $FindBin::Bin;
use Recipe;
use Test::More;

my $top = File::Temp::tempdir(DIR => Apache::Test::vars('t_state'), CLEANUP => 1);
chmod 0755, $top;
my (%how, %served);

for my $name (recipes()) {
    my $said = recipe_says($name, '.htaccess') // '';
    my $kind = $said =~ /\ANo: such a file can't / ? 'no' : $said =~ /\bwrite <If "/ ? 'rewritten'
        : $said =~ /the lines between <(Location(?:Match)?)> and <\/\1>(, without those that begin with Proxy)?\.\z/ ? 'lines' : 'unclear';
    push @{ $how{$kind} }, $name;
    next if $kind ne 'lines';
    my ($container, $without) = ($1, $2);
    my $text = recipe_text($name);
    my @parts = $text =~ /^<$container [^\n]*>\n(.*?)^<\/$container>/msg;
    cmp_ok scalar @parts, '>=', 1, "$name: there are lines between <$container> and </$container>";
    for my $n (0 .. $#parts) {
        my $lines = $parts[$n] =~ s/^ *#.*\n//mgr;
        $lines =~ s/^ *Proxy.*\n//mg if $without;
        my @exposed = map { s/\*/Any/gr } map { split } $lines =~ /^ *ExposeHeaders (.*)/mg;
        $served{"$name$n"} = [$name, $lines, @exposed];
        # It says of its own who may read, too. (With 200 and a Location, httpd would make a redirect of it.)
        my $fields = join '', map { "$_: 1\n" } @exposed, 'Access-Control-Allow-Origin';
        write_files("$top/$name$n", '.htaccess' => $lines, 'answer.cgi' => <<"END");
#!/usr/bin/perl
my \$body = \$ENV{REQUEST_METHOD} eq 'HEAD' ? '' : 'answer';
print "Status: 201\nContent-Type: text/plain\n$fields\n\$body";
END
        chmod 0755, "$top/$name$n/answer.cgi";
    }
}
is join(' ', @{ $how{unclear} // [] }), '', 'each says how, or why not';
is join(' ', @{ $how{no} }), 'git grpc-web ipfs registry s3 solid webdav', 'what .htaccess files can\'t be used for';
is join(' ', @{ $how{rewritten} }), 'wordpress', 'in wordpress.conf it is another container: wordpress.t tries it';

# A folder with a login, in the file itself
my $login = qq(AuthType Basic\nAuthName closed\nAuthUserFile "$top/users"\nRequire valid-user\n);
for my $case (['rest-login', ''], ['rest-open', 's']) {
    my ($folder, $cure) = @$case;
    my $lines = $served{rest0}[1];
    $lines =~ s/^( +)Redirect 204\n/$&$1Require all granted\n/m if $cure;
    write_files("$top/$folder", '.htaccess' => $login . $lines, 'answer.cgi' => '');
}
write_files($top, users => "me:{SHA}NWoZK3kTsExUV00Ywo1G5jlUKKs=\n");

my $port = serve(<<"END");
Alias /at/ "$top/"
<Directory "$top">
    AllowOverride FileInfo AuthConfig
    Options +ExecCGI
    AddHandler cgi-script .cgi
    Require all granted
</Directory>
END

for my $folder (sort keys %served) {
    my ($name, $lines, @exposed) = @{ $served{$folder} };
    my $path = "/at/$folder/answer.cgi";
    # The first route of gateway.conf has origins of its own.
    my $origin = $lines =~ /foo\\?\.com/ ? 'https://www.foo.com' : origin();
    my $mode = $lines =~ /Allow-Credentials true/ ? 'include' : 'omit';
    my $response = request($path, port => $port, headers => [Origin => $origin]);
    my @allowed = $response->lines('Access-Control-Allow-Origin');
    is scalar @allowed, 1, "$folder: the script's own Access-Control-Allow-Origin doesn't come beside it";
    try_cases($port, ["$folder: an answer", "GET $path", origin => $origin, mode => $mode, httpds => 1, status => 201,
        @exposed ? (reads => "@exposed") : ()]);
    my ($methods) = $lines =~ /Access-Control-Allow-Methods "(\w+)/;
    my ($names) = $lines =~ /Access-Control-Allow-Headers "([\w, -]+)"/;
    my ($list) = $lines =~ /Access-Control-Expose-Headers "([^"]+)"/;
    try_preflights($port, ["$folder: a request", ($methods // 'GET') . " $path", [split /, /, $names // ''],
        origin => $origin, mode => $mode, list => $list]);
}

my @preflight = (port => $port, method => 'OPTIONS', headers => [Origin => origin(), 'Access-Control-Request-Method' => 'GET']);
is request('/at/rest-login/answer.cgi', @preflight)->status, 401, 'in a .htaccess file a login is asked for before a preflight is answered';
is request('/at/rest-open/answer.cgi', @preflight)->status, 204, '... but not with Require all granted below Redirect 204';
is request('/at/rest-open/answer.cgi', port => $port, headers => [Origin => origin()])->status, 401, '... and the rest is as closed as it was';
done_testing;
