# The whole line that a response leaves at LogLevel debug, with all that it remarks: each reason, each remark alone, and those that
# mustn't come. What was seen of it in public: * beside credentials, a name that is sent and isn't listed, a name misspelt.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

my $app    = origin();
my @app    = (Origin => $app);
my @cookie = (@app, Cookie => 'a=b');
my @etag   = ('If-None-Match' => '*');
my $open   = 'Header always set Access-Control-Allow-Origin "*"';
my $named  = qq{Header always set Access-Control-Allow-Origin "$app"};
my $true   = 'Header always set Access-Control-Allow-Credentials "true"';
my $own    = 'Header set Access-Control-Expose-Headers';
my $no     = 'no script can read this response: Access-Control-Allow-Origin';
my $never  = 'with credentials no script can read this response: Access-Control-Allow';
my $long   = 'X-' . 'l' x 300;
my $cut    = substr $long, 0, 200;
my $x      = join "\n", map { "Header set $_ 1" } qw(X-A X-B);

# [lines of a container, headers of the request and more of it, what the log says]. There @N@ is the place of the container's
# Nth line, FOR what was asked for, how it ended and for whom.
my @cases = (
    # nothing to remark
    ["$open\nExposeHeaders X-A X-B\n$x",   [@app], 'names: sent "X-A, X-B" (not credentialed) FOR'],
    ["$open\nExposeHeaders X-A X-B\nExposeHeadersBackend Replace\n$x", [@app], 'names: sent "X-A, X-B" (not credentialed) FOR'],
    ["$open\nExposeHeaders *\n$x",         [@app], 'wildcard: sent "*" (not credentialed) FOR'],
    ["$open\nExposeHeaders X-*\n$x",       [@app], 'written-out: sent "X-A, X-B" (not credentialed) FOR'],
    ["$open\nExposeHeaders X-A X-B\n$x",   [],     'no-origin: nothing sent (credentialed: no Origin) FOR'],
    ["$open\nExposeHeaders X-*\n$x",       [],     'written-out: sent "X-A, X-B" (credentialed: no Origin) FOR'],
    ["$open\nExposeHeaders X-*",           [@app, @etag], 'not-modified: nothing sent (not credentialed) FOR', status => 304],
    ["$open\nExposeHeaders X-A",           [@app, @etag], 'names: sent "X-A" (not credentialed) FOR', status => 304],
    ["$named\n$true\nExposeHeaders X-*\n$x", [@cookie], 'written-out: sent "X-A, X-B" (credentialed: Access-Control-Allow-Credentials) FOR'],

    # headers that httpd, or mod_cache, adds later, and those that every script may read
    ["$open\nExposeHeaders Content-Type Content-Length Last-Modified Cache-Control Expires Pragma Content-Language Keep-Alive "
        . 'Connection Transfer-Encoding Date Server Age X-Cache X-Cache-Detail Vary', [@app],
        'names: sent "Content-Type, Content-Length, Last-Modified, Cache-Control, Expires, Pragma, Content-Language, Keep-Alive, '
        . 'Connection, Transfer-Encoding, Date, Server, Age, X-Cache, X-Cache-Detail, Vary" (not credentialed) FOR'],
    ["$open\nExposeHeaders Content-* X-A\nHeader set X-A 1", [@app], 'names: sent "X-A" (not credentialed) FOR', reason => 'written-out'],

    # withheld: a header is sent, isn't on the list, and nobody notices
    ["$open\nExposeHeaders X-Request-Id\nHeader set X-Request-Id 1\nHeader always set Retry-After 1\nHeader set X-Total-Count 7", [@app],
        'names: sent "X-Request-Id" (not credentialed) FOR; withheld: Retry-After, X-Total-Count'],
    ["$open\nExposeHeaders X-A\n$x\nHeader add X-B 2\nHeader always set x-b 3\nHeader set Connection X-C\nHeader set X-C 1\nHeader set Set-Cookie a=b\n"
        . 'Header set Authorization x', [@app], 'names: sent "X-A" (not credentialed) FOR; withheld: x-b'],
    ["$open\nExposeHeaders X-* -X-B\n$x",                    [@app], 'written-out: sent "X-A" (not credentialed) FOR; withheld: X-B'],
    ["$open\nExposeHeadersNever X-B\nExposeHeaders X-*\n$x", [@app], 'written-out: sent "X-A" (not credentialed) FOR; withheld: X-B'],
    ["$open\nExposeHeaders None\n$x",                        [@app], 'empty: nothing sent (not credentialed) FOR; withheld: X-A, X-B'],
    ["$open\nExposeHeaders X-A\nHeader set X-A 1\nHeader set Accept-Ranges bytes", [@app, Range => 'bytes=0-1'],
        'names: sent "X-A" (not credentialed) FOR; withheld: Accept-Ranges', file => 'abcdef', status => 206, logged => 200],
    ["$open\nExposeHeaders X-A\nHeader set X-A 1\nHeader set Accept-Ranges bytes", [@app],
        'names: sent "X-A" (not credentialed) FOR; withheld: Accept-Ranges', file => 'abcdef'],
    ["$open\nExposeHeaders X-A\nHeader set X-A 1\nHeader set Content-Range 'items 0-1/2'", [@app],
        'names: sent "X-A" (not credentialed) FOR; withheld: Content-Range'],
    ["$open\nExposeHeaders X-A\nHeader set X-A 1\nHeader set Content-Range \"bytes 0-1/6\"", [@app], 'names: sent "X-A" (not credentialed) FOR; withheld: Content-Range'],
    (map {
        my $more = $_;
        ["$open\nExposeHeaders X-A\n" . join("\n", 'Header set X-A 1', map { "Header set X-H$_ 1" } 1 .. 20 + $more), [@app],
            'names: sent "X-A" (not credentialed) FOR; withheld: ' . join(', ', map { "X-H$_" } 1 .. 20) . " and $more more"]
    } 3, 180),
    ["$open\nExposeHeaders X-A\nHeader set X-A 1\nHeader set $long 1", [@app], "names: sent \"X-A\" (not credentialed) FOR; withheld: $cut..."],

    # what is listed, and isn't there
    ["$open\nExposeHeaders X-C X-A x-c\nHeader set X-A 1", [@app], 'names: sent "X-C, X-A" (not credentialed) FOR; not in the response: X-C'],
    ["$open\nExposeHeaders * X-C",                         [@app], 'wildcard: sent "*, X-C" (not credentialed) FOR; not in the response: X-C'],
    ["$open\nExposeHeaders X-C X-D -X-D",                  [@app], 'names: sent "X-C" (not credentialed) FOR; not in the response: X-C'],
    ["$open\nExposeHeaders X-C Authorization",             [@app], 'names: sent "X-C, Authorization" (not credentialed) FOR; not in the response: X-C, Authorization'],
    ["$open\nExposeHeaders " . join(' ', map { "X-N$_" } 1 .. 22), [@app],
        'names: sent "' . join(', ', map { "X-N$_" } 1 .. 22) . '" (not credentialed) FOR; not in the response: ' . join(', ', map { "X-N$_" } 1 .. 20) . ' and 2 more'],
    ["$open\nExposeHeaders X-C", [@app], 'names: sent "X-C" (not credentialed) FOR; not in the response: X-C', status => 404, path => 'absent'],

    ["$open\nExposeHeaders X-Expose-Headers-Detail\nExposeHeadersDetail Note", [@app],
        'names: sent "X-Expose-Headers-Detail" (not credentialed) FOR; not in the response: X-Expose-Headers-Detail'],
    ["$open\nExposeHeaders X-Expose-Headers-Detail\nExposeHeadersDetail Header", [@app], 'names: sent "X-Expose-Headers-Detail" (not credentialed) FOR'],

    # ... but for a letter
    ["$open\nExposeHeaders X-Requst-Id\nHeader set X-Request-Id 1", [@app],
        'names: sent "X-Requst-Id" (not credentialed) FOR; withheld: X-Request-Id; not in the response: X-Requst-Id (it has X-Request-Id)'],
    ["$open\nExposeHeaders X-Requestid X-RequestId X-ReqestIds\nHeader set X-Request-Id 1", [@app],
        'names: sent "X-Requestid, X-ReqestIds" (not credentialed) FOR; withheld: X-Request-Id; not in the response: X-Requestid (it has X-Request-Id), X-ReqestIds'],
    ["$open\nExposeHeaders X-Toatl-Count\nHeader set X-Total-Count 1", [@app],
        'names: sent "X-Toatl-Count" (not credentialed) FOR; withheld: X-Total-Count; not in the response: X-Toatl-Count (it has X-Total-Count)'],
    ["$open\nExposeHeaders " . join(' ', (map { "X-N$_" } 1 .. 20), 'X-Requst-Id') . "\nHeader set X-Request-Id 1", [@app],
        'names: sent "' . join(', ', (map { "X-N$_" } 1 .. 20), 'X-Requst-Id') . '" (not credentialed) FOR; withheld: X-Request-Id; not in the response: '
        . join(', ', map { "X-N$_" } 1 .. 20) . ' and 1 more'],

    ["$open\nExposeHeaders X-Fo\nHeader set X-Foo 1", [@app], 'names: sent "X-Fo" (not credentialed) FOR; withheld: X-Foo; not in the response: X-Fo (it has X-Foo)'],
    ["$open\nExposeHeaders X-F\nHeader set X-Fo 1",   [@app], 'names: sent "X-F" (not credentialed) FOR; withheld: X-Fo; not in the response: X-F'],

    # patterns
    ["$open\nExposeHeaders X-RateLimt-*\nHeader set X-RateLimit-Limit 1", [@app],
        'empty: nothing sent (not credentialed) FOR; withheld: X-RateLimit-Limit; nothing matches X-RateLimt-*'],
    ["$open\nExposeHeaders X-Q* X-D-* X-Q* X-A* X-E* -X-E* X-F* -X-*F*\nHeader set X-A 1", [@app],
        'written-out: sent "X-A" (not credentialed) FOR; nothing matches X-Q*; nothing matches X-D-*; nothing matches X-F*'],
    ["$open\nExposeHeadersNever X-B\nExposeHeaders X-B*\n$x", [@app], 'empty: nothing sent (not credentialed) FOR; withheld: X-A, X-B'],
    ["$open\nExposeHeaders X-C* origin=https://other.example\nHeader set Last-Modified \"Sun, 01 Nov 2026 00:00:00 GMT\"", [@app], 'empty: sent "Cache-Control" (not credentialed) FOR; doesn\'t hold: origin=https://other.example (@2@)'],

    # who may read at all
    ["ExposeHeaders X-A\nHeader set X-A 1",           [@app], "names: sent \"X-A\" (not credentialed) FOR; no script can read this response: no Access-Control-Allow-Origin"],
    ["ExposeHeaders X-A\nHeader set X-A 1\nHeader set Access-Control-Allow-Origin $app/", [@app], "names: sent \"X-A\" (not credentialed) FOR; $no is \"$app/\""],
    ["$named\n$named\nHeader set Access-Control-Allow-Origin *\nExposeHeaders X-A\nHeader set X-A 1", [@app], "names: sent \"X-A\" (not credentialed) FOR; $no is on 2 lines"],
    ["ExposeHeaders X-A\nHeader set X-A 1\nHeader set Access-Control-Allow-Origin $long", [@app], "names: sent \"X-A\" (not credentialed) FOR; $no is \"$cut...\""],
    ["ExposeHeaders X-A\nHeader set X-A 1",           [Origin => 'OWN'], 'names: sent "X-A" (not credentialed) FOR'],
    ["ExposeHeadersWhen Allowed\nExposeHeaders X-A\nHeader set X-B 1", [@app], 'not-allowed: nothing sent (not credentialed) FOR; no script can read this response: no Access-Control-Allow-Origin'],

    # ... and with credentials
    ["$open\n$true\nExposeHeaders X-A\nHeader set X-A 1",  [@cookie], "names: sent \"X-A\" (credentialed: Access-Control-Allow-Credentials) FOR; $never-Origin is \"*\""],
    ["$open\n$true\nExposeHeaders X-A\nHeader set X-A 1",  [@app],    "names: sent \"X-A\" (credentialed: Access-Control-Allow-Credentials) FOR; $never-Origin is \"*\""],
    ["$open\nExposeHeaders X-A\nHeader set X-A 1",         [@cookie], "names: sent \"X-A\" (credentialed: Cookie) FOR; $never-Origin is \"*\""],
    ["$named\nExposeHeaders X-A\nHeader set X-A 1",        [@cookie], "names: sent \"X-A\" (credentialed: Cookie) FOR; " . ($never =~ s/Access.*//r) . 'no Access-Control-Allow-Credentials'],
    ["$named\nHeader set Access-Control-Allow-Credentials True\nExposeHeaders X-A\nHeader set X-A 1", [@app], "names: sent \"X-A\" (not credentialed) FOR; $never-Credentials is \"True\""],
    ["$named\n$true\nHeader set Access-Control-Allow-Credentials true\nExposeHeaders X-A\nHeader set X-A 1", [@app],
        "names: sent \"X-A\" (credentialed: Access-Control-Allow-Credentials) FOR; $never-Credentials is on 2 lines"],
    ["ExposeHeaders X-A\nHeader set X-A 1",                [Origin => 'OWN', Cookie => 'a=b'], 'names: sent "X-A" (credentialed: Cookie) FOR'],
    ["$true\nExposeHeaders X-A\nHeader set X-A 1",         [@cookie], 'names: sent "X-A" (credentialed: Access-Control-Allow-Credentials) FOR; no script can read this response: no Access-Control-Allow-Origin'],

    # what came with the response, and what became of it
    ["$open\nExposeHeaders X-A\n$own X-B\n$x",             [@app], 'names: sent "X-A, X-B" (not credentialed) FOR; came with the response: X-B'],
    ["$open\nExposeHeaders X-A\n$own \"X-B, X(bad), x-b,, X-C\"\n$x", [@app], 'names: sent "X-A, X-B, X-C" (not credentialed) FOR; came with the response: X-B, X-C'],
    ["$open\nExposeHeaders X-A -X-B\n$own X-B\n$x",        [@app], 'names: sent "X-A" (not credentialed) FOR; withheld: X-B; came with the response: X-B; X-B hidden by "-X-B" (@2@)'],
    ["$open\nExposeHeadersNever X-B*\n$own \"X-B, X-A\"\n$x", [@app], 'names: sent "X-A" (not credentialed) FOR; withheld: X-B; came with the response: X-B, X-A; X-B hidden by ExposeHeadersNever "X-B*" (@2@)'],
    ["$open\nExposeHeaders X-A\n$own *\n$x",               [@app], 'wildcard: sent "*, X-A" (not credentialed) FOR; "*" came with the response'],
    ["$open\nExposeHeaders X-A\n$own \"*, X-B\"\n$x",      [@app], 'wildcard: sent "*, X-A, X-B" (not credentialed) FOR; "*" came with the response; came with the response: X-B'],
    ["$open\nExposeHeaders X-A\nExposeHeadersBackend Replace\n$own X-B\n$x", [@app],
        'names: sent "X-A" (not credentialed) FOR; withheld: X-B; came with the response: X-B; its own list is dropped: ExposeHeadersBackend Replace (@3@)'],
    ["$open\nExposeHeaders X-A\nExposeHeadersBackend Keep\n$own X-B\n$x",    [@app],
        'names: sent "X-B" (not credentialed) FOR; withheld: X-A; came with the response: X-B; its own list alone counts: ExposeHeadersBackend Keep (@3@)'],
    ["$open\nExposeHeaders None\n$own \"" . join(', ', map { "X-N$_" } 1 .. 22) . '"', [@app],
        'empty: removed "' . join(', ', map { "X-N$_" } 1 .. 22) . '" (not credentialed) FOR; came with the response: ' . join(', ', map { "X-N$_" } 1 .. 20)
        . ' and 2 more' . join('', map { "; X-N$_ hidden by \"None\" (\@2\@)" } 1 .. 20)],
    ["$open\nExposeHeadersWhen Allowed\nExposeHeaders X-A\n$own X-B\n$named", [Origin => 'https://other.example'],
        'not-allowed: removed "X-B" (not credentialed) FOR; ' . "$no is \"$app\"; came with the response: X-B"],

    # conditions
    ["$open\nExposeHeaders X-B origin=https://a.example origin=https://b.example\nExposeHeaders X-B env=V\nExposeHeaders X-B env=!W\nExposeHeaders X-B \"expr=-z 'a'\"\n"
        . "ExposeHeaders X-A\nHeader set X-A 1\nSetEnvIf Origin . W", [@app], 'names: sent "X-A" (not credentialed) FOR; '
        . q{doesn't hold: origin=https://a.example origin=https://b.example (@2@); doesn't hold: env=V (@3@); doesn't hold: env=!W (@4@); doesn't hold: "expr=-z 'a'" (@5@)}],
    ["$open\nExposeHeaders X-B env=V\nExposeHeaders None X-A\nHeader set X-A 1", [@app], 'names: sent "X-A" (not credentialed) FOR'],

    # left alone
    ["$open\nExposeHeaders X-A\nExposeHeadersWhen Off\n$own X-B\n$x", [@app], 'off: left alone (not credentialed) FOR; came with the response: X-B; ExposeHeadersWhen Off (@3@)'],
    ["$open\nExposeHeadersWhen Off\nExposeHeadersNever X-B\n$own X-B\n$x", [@app],
        'off: removed "X-B" (not credentialed) FOR; came with the response: X-B; X-B hidden by ExposeHeadersNever "X-B" (@3@); ExposeHeadersWhen Off (@2@)'],
    ["ExposeHeaders X-C X-D*\nExposeHeaders X-B env=V\nExposeHeadersBackend Keep\n$own \"*, X-B\"\n$x", [@cookie, 'Access-Control-Request-Method' => 'PUT'],
        'preflight: left alone (credentialed: Cookie) FOR', method => 'OPTIONS'],

    # a list is cut, the rest of the line stands
    ["$open\n" . join("\n", map { "ExposeHeaders $_" . 'x' x 900 } qw(A B C D E F G H I)) . "\nExposeHeaders X-A env=V", [@app],
        'names: sent "' . substr(join(', ', map { $_ . 'x' x 900 } qw(A B C D E F G H I)), 0, 2000) . '..." (not credentialed) FOR; not in the response: '
        . join(', ', map { $_ . 'x' x 199 . '...' } qw(A B C D E F G H I)) . q{; doesn't hold: env=V (@11@)}],
    ["$open\nExposeHeaders None\n$own " . join(',', map { $_ . 'x' x 900 } qw(A B C)), [@app],
        'empty: removed "' . substr(join(',', map { $_ . 'x' x 900 } qw(A B C)), 0, 2000) . '..." (not credentialed) FOR; came with the response: '
        . join(', ', map { $_ . 'x' x 199 . '...' } qw(A B C)) . join '', map { '; ' . $_ . 'x' x 199 . '... hidden by "None" (@2@)' } qw(A B C)],

    # what was asked for, as the client sent it, and what httpd made of it
    ["$open\nExposeHeaders X-A\nHeader set X-A 1", [@app], 'names: sent "X-A" (not credentialed) FOR', path => 'pa%67e.html', ask => '?names:%20sent'],
    ["$open\nExposeHeaders X-A\nHeader always set X-A 1", [@app], 'names: sent "X-A" (not credentialed) FOR', path => 'a%20404%20for%20x;%20b', status => 404],
    ["$open\nExposeHeaders X-A\nHeader always set X-A 1", [@app], 'names: sent "X-A" (not credentialed) FOR', path => 'a;b=(served', status => 404],
    ["$open\nExposeHeaders X-A\nHeader always set X-A 1", [@app], 'names: sent "X-A" (not credentialed) FOR', path => 'a%2541', status => 404],
    ["$open\nExposeHeaders X-A\nHeader always set X-A 1\nDirectoryIndex page.html", [@app], 'names: sent "X-A" (not credentialed) FOR', path => '', served => 'page.html'],
    ["$open\nExposeHeaders X-A\nHeader always set X-A 1\nFallbackResource /fallback.html", [@app], 'names: sent "X-A" (not credentialed) FOR', path => 'b/c%20d', served => '/fallback.html'],
    ["$open\nExposeHeaders X-A\nHeader always set X-A 1\nErrorDocument 404 /sorry%20page.html", [@app], 'names: sent "X-A" (not credentialed) FOR', path => 'c', served => '/sorry%20page.html', status => 404],
    ["$open\nExposeHeaders X-A\nHeader always set X-A 1\nOptions +MultiViews\nAddType text/html .html", [@app], 'names: sent "X-A" (not credentialed) FOR; withheld: Content-Location, TCN', path => 'page', served => 'page.html'],
    ["$open\nExposeHeaders X-A\nHeader always set X-A 1\nRewriteEngine On\nRewriteRule ^old\$ /fallback.html [PT]", [@app], 'names: sent "X-A" (not credentialed) FOR', path => 'old', served => '/fallback.html', in => 'Directory'],
    ["$open\nExposeHeaders X-A\nHeader always set X-A 1", [@app], 'names: sent "X-A" (not credentialed) FOR; withheld: Allow', method => 'BREW', status => 501],
);

my ($config, %files, @first) = ("FileETag None\nHeader unset Accept-Ranges\nHeader unset Last-Modified\n<LocationMatch ^/(fallback|sorry)>\n$open\nHeader always set X-A 1\n</LocationMatch>\n");
for my $i (0 .. $#cases) {
    my ($lines, undef, undef, %more) = @{ $cases[$i] };
    my ($open_tag, $close) = $more{in} ? (qq{<Directory "\@ROOT\@/c$i">}, '</Directory>') : (qq{<Location "/c$i/">}, '</Location>');
    $first[$i] = 1 + $config =~ tr/\n//;
    $config .= "$open_tag\n$lines\n$close\n";
    $files{"c$i/page.html"} = $more{file} // '';
}
my $port = serve($config, %files, 'fallback.html' => '', 'sorry page.html' => '');

plan tests => 2 * @cases + 6;

for my $i (0 .. $#cases) {
    my ($lines, $headers, $expected, %more) = @{ $cases[$i] };
    my @headers = map { $_ eq 'OWN' ? "http://127.0.0.1:$port" : $_ } @$headers;
    my %sent    = @headers;
    my $method  = $more{method} // 'GET';
    my $path    = "/c$i/" . ($more{path} // 'page.html');
    my $served  = !defined $more{served} ? '' : ' (served by ' . ($more{served} =~ m{^/} ? '' : "/c$i/") . "$more{served})";
    my $status  = $more{status} // 200;
    my $logged  = $more{logged} // $status;
    my $for     = $sent{Origin} // 'no Origin';
    (my $title = substr join(' ', $method, $path, "@headers:", $lines), 0, 300) =~ s/\n/ | /g;
    $expected =~ s/ FOR(?=;|$)/ $method $path$served $logged for $for/;
    $expected =~ s/^\w[\w-]*/$more{reason}/ if $more{reason};
    log_mark();
    my $response = request($path . ($more{ask} // ''), port => $port, method => $method, headers => \@headers);
    is $response->status, $status, "$title: answered with $status";
    my @logged = map { s/.*?\[client [^\]]+\] //r =~ s{\([^ ()]*/case\.conf:(\d+)\)}{'(@' . ($1 - $first[$i]) . '@)'}ger } log_lines(qr/cors_expose:debug\].*\[client /);
    is_deeply \@logged, [$expected], "$title: the line" or diag $response->all;
}

# An answer from mod_cache's store: the list on it was ours, so it is not remarked on as one that came along
my $cache = serve(<<"END", 'page.html' => 'page', 'store/x' => '');
CacheRoot "\@ROOT\@/store"
CacheEnable disk /
CacheHeader on
Header set Cache-Control max-age=600
$open
Header set X-A 1
Header set X-B 1
ExposeHeaders X-A
ExposeHeaders X-B env=V
END
request('/page.html', port => $cache, headers => [@app]);
log_mark();
my $hit = request('/page.html', port => $cache, headers => [@app]);
like $hit->header('X-Cache') // '', qr/^HIT/, 'from the store';
is $hit->aceh, 'X-A', 'from the store: the list';
is_deeply [map { s/.*?\[client [^\]]+\] //r } log_lines(qr/cors_expose:debug\].*\[client /)], ["stored: left alone (not credentialed) GET /page.html 200 for $app"], 'from the store: the line';

# The quick handler looks at no container: where only these have directives, there is no line.
$cache = serve(<<"END", 'page.html' => 'page', 'store/x' => '');
CacheRoot "\@ROOT\@/store"
CacheEnable disk /
CacheHeader on
Header set Cache-Control max-age=600
<Location "/page.html">
ExposeHeaders X-A
</Location>
END
request('/page.html', port => $cache, headers => [@app]);
log_mark();
$hit = request('/page.html', port => $cache, headers => [@app]);
like $hit->header('X-Cache') // '', qr/^HIT/, 'from the store, by a container: a hit';
is $hit->aceh, 'X-A', 'from the store, by a container: the list';
is_deeply [log_lines(qr/cors_expose:debug\].*\[client /, 0)], [], 'from the store, by a container: no line';
