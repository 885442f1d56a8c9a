# ExposeHeadersWhen: CORS, Allowed (Fetch's CORS check on the final response), Always, Off.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my @null   = (Origin => 'null');
my $all    = qr/\A(?=.*\bX-One\b)(?=.*\bX-Seen\b)(?=.*\bDate\b)[^*]+\z/;

# path, request headers, what is sent, Vary, what it shows
my @table = (
    ['file.txt',                 [@origin], 'X-One', 'origin', 'CORS, with Origin'],
    ['file.txt',                 [@null],   'X-One', 'origin', 'CORS, with Origin: null'],
    ['file.txt',                 [],        undef,   'origin', 'CORS, without Origin'],
    ['pattern/file.txt',         [],        'X-One, X-Seen', 'origin', 'CORS, without Origin, a pattern: explicit names come along'],
    ['everything/file.txt',      [],        $all,    'origin', 'CORS, without Origin, the wildcard: written out'],
    ['list/file.txt',            [],        'X-One, X-Err, X-Own', 'origin', 'CORS, without Origin, a list that is there'],

    ['allowed/origin/file.txt',      [@origin], 'X-One', 'origin', 'Allowed, the origin itself'],
    ['allowed/err-origin/file.txt',  [@origin], 'X-One', 'origin', 'Allowed, the origin in the other table'],
    ['allowed/origin/file.txt',      [Origin => 'https://other.example.com'], undef, 'origin', 'Allowed, another origin'],
    ['allowed/file.txt',             [@origin], undef, 'origin', 'Allowed, no Access-Control-Allow-Origin'],
    ['allowed/star/file.txt',        [@origin], 'X-One', 'origin', 'Allowed, *'],
    ['allowed/star/credentials/file.txt', [@origin], 'X-One', 'origin', 'Allowed, * with credentials, which passes in every mode but include'],
    ['allowed/star/err-credentials/file.txt', [@origin], 'X-One', 'origin', 'Allowed, * with credentials in the other table'],
    ['allowed/star/Credentials/file.txt', [@origin], 'X-One', 'origin', 'Allowed, * with "True", which allows none'],
    ['allowed/star/file.txt', [@origin, Cookie => 'a=b'], 'X-One', 'origin', 'Allowed, * with a cookie'],
    ['allowed/origin/credentials/file.txt', [@origin], 'X-One', 'origin', 'Allowed, the origin with credentials'],
    ['allowed/origin/err-origin/file.txt', [@origin], undef, 'origin', 'Allowed, the origin on two lines'],
    ['allowed/list-of-two/file.txt', [@origin], undef, 'origin', 'Allowed, the origin twice on one line'],
    ['allowed/slash/file.txt',       [@origin], undef, 'origin', 'Allowed, the origin with a slash'],
    ['allowed/upper/file.txt',       [@origin], undef, 'origin', 'Allowed, the origin in upper case'],
    ['allowed/null/file.txt',        [@null],   'X-One', 'origin', 'Allowed, null'],
    ['allowed/null/file.txt',        [@origin], undef, 'origin', 'Allowed, null for an origin'],
    ['allowed/list/file.txt',        [@origin], undef, 'origin', 'Allowed, a list that is there is removed from both tables'],
    ['allowed/list/origin/file.txt', [@origin], 'X-One, X-Err, X-Own', 'origin', 'Allowed, a list that is there is merged'],
    ['allowed/file.txt',             [],        undef, 'origin', 'Allowed, without Origin'],
    ['pattern/allowed/file.txt',     [],        'X-One, X-Seen', 'origin', 'Allowed, without Origin, a pattern'],
    ['everything/allowed/star/file.txt', [@origin], '*', 'origin', 'Allowed, the wildcard'],
    ['allowed/origin/missing',       [@origin], undef, 'origin', "Allowed, an error that doesn't say so (no `always`)"],
    ['allowed/err-origin/missing',   [@origin], 'X-One', 'origin', 'Allowed, an error that does'],

    ['always/file.txt',              [@origin], 'X-One', '', 'Always, with Origin'],
    ['always/file.txt',              [],        'X-One', '', 'Always, without Origin'],
    ['always/list/file.txt',         [],        'X-One, X-Err, X-Own', '', 'Always, without Origin, a list that is there'],
    ['everything/always/file.txt',   [@origin], '*', '', 'Always, the wildcard'],
    ['everything/always/file.txt',   [],        $all, '', 'Always, without Origin, the wildcard: written out'],
    ['conditional/always/file.txt',  [@origin], 'X-One', 'origin', 'Always with an origin= that does not hold'],
    ['conditional/always/file.txt',  [],        'X-One', 'origin', 'Always with origin=, without Origin'],
    ['conditional/always/file.txt',  [Origin => 'https://other.example.com'], 'X-One, X-Two', 'origin', 'Always with an origin= that holds'],

    ['off/file.txt',                 [@origin], undef, '', 'Off'],
    ['pattern/off/file.txt',         [],        undef, '', 'Off, without Origin'],
    ['off/list/file.txt',            [@origin], 'X-Err || X-Own', '', 'Off, lists that are there stay as they are'],
);

plan tests => 2 * @table;

for my $case (@table) {
    my ($path, $headers, $expected, $vary, $title) = @$case;
    my $r = request("/response/when/$path", headers => $headers);
    ref $expected ? like($r->aceh // '', $expected, "$title ($path): what is sent")
        : is($r->aceh, $expected, "$title ($path): what is sent");
    is("@{ $r->vary }", $vary, "$title ($path): Vary");
}

__END__
<Location "/response/when">
    Header always unset Access-Control-Allow-Origin
    Header set X-Seen 1
    ExposeHeaders X-One
</Location>
<Location "/response/when/pattern">
    ExposeHeaders X-S*
</Location>
<LocationMatch "^/response/when/(?:[^/]+/)*everything/">
    ExposeHeaders None *
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*conditional/">
    ExposeHeaders X-Two origin=https://other.example.com
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*allowed/">
    ExposeHeadersWhen Allowed
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*always/">
    ExposeHeadersWhen Always
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*off/">
    ExposeHeadersWhen Off
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*list/">
    Header set Access-Control-Expose-Headers "X-Own"
    Header always set Access-Control-Expose-Headers "X-Err"
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*origin/">
    Header set Access-Control-Allow-Origin "https://app.example.com"
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*err-origin/">
    Header always set Access-Control-Allow-Origin "https://app.example.com"
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*star/">
    Header set Access-Control-Allow-Origin "*"
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*null/">
    Header set Access-Control-Allow-Origin "null"
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*slash/">
    Header set Access-Control-Allow-Origin "https://app.example.com/"
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*upper/">
    Header set Access-Control-Allow-Origin "https://APP.example.com"
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*list-of-two/">
    Header set Access-Control-Allow-Origin "https://app.example.com, https://app.example.com"
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*credentials/">
    Header set Access-Control-Allow-Credentials true
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*err-credentials/">
    Header always set Access-Control-Allow-Credentials true
</LocationMatch>
<LocationMatch "^/response/when/(?:[^/]+/)*Credentials/">
    Header set Access-Control-Allow-Credentials True
</LocationMatch>
