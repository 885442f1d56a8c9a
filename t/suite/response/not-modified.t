# 304: its headers replace those that the browser stored with the 200, and it has fewer of them. So it carries a list only
# if that is the one that the 200 had or would have now.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Model qw(decide);
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my @other  = (Origin => 'https://other.example.com');
my @cookie = (Cookie => 'a=b');

# path, request headers, what is sent, the reason, what it shows
my @table = (
    ['names/file.txt',               [@origin],          'X-One, X-Absent', 'names', 'explicit names'],
    ['names/file.txt',               [@origin, @cookie], 'X-One, X-Absent', 'names', 'explicit names, credentialed'],
    ['everything/file.txt',          [@origin],          '*',   'wildcard',     'the wildcard'],
    ['everything/file.txt',          [@origin, @cookie], undef, 'not-modified', 'the wildcard, credentialed'],
    ['expand/file.txt',              [@origin],          undef, 'not-modified', 'the wildcard, written out'],
    ['pattern/file.txt',             [@origin],          undef, 'not-modified', 'a pattern'],
    ['with-expr/file.txt',           [@origin],          undef, 'not-modified', 'an expr= that holds'],
    ['with-false-expr/file.txt',     [@origin],          undef, 'not-modified', 'an expr= that does not hold'],
    ['forgotten-expr/file.txt',      [@origin],          'X-One', 'names',      'an expr= that None forgets'],
    ['with-env/file.txt',            [@origin],          'X-One', 'names',      'env='],
    ['nothing-left/file.txt',        [@origin],          undef, 'empty',        'nothing exposed'],
    ['off/file.txt',                 [@origin],          undef, 'off',          'When Off'],

    ['names/no-acao/file.txt',       [@origin],          undef, 'not-modified', 'explicit names without Access-Control-Allow-Origin'],
    ['everything/no-acao/file.txt',  [@origin],          undef, 'not-modified', 'the wildcard without Access-Control-Allow-Origin'],
    ['nothing-left/no-acao/file.txt', [@origin],         undef, 'not-modified', 'nothing, without Access-Control-Allow-Origin'],
    ['allowed/file.txt',             [@origin],          'X-One', 'names',      'When Allowed'],
    ['allowed/no-acao/file.txt',     [@origin],          undef, 'not-allowed', 'When Allowed without Access-Control-Allow-Origin'],
    ['allowed/file.txt',             [@other],           undef, 'not-allowed',  "When Allowed with another origin's"],
    ['allowed-origin/no-acao/file.txt', [@other],        'Cache-Control', 'empty', "When Allowed, without it: another origin's stored list goes"],

    ['with-origin/file.txt',         [@origin],          'X-One, X-Absent, X-Two', 'names', 'origin= that holds'],
    ['with-origin/file.txt',         [@other],           'X-One, X-Absent', 'names', 'origin= that does not hold'],
    ['with-origin/no-acao/file.txt', [@origin],          'X-One, X-Absent, X-Two', 'names', 'origin= without Access-Control-Allow-Origin'],
    ['only-other-origin/file.txt',   [@other],           'X-Two', 'names',      'nothing but an origin= that holds'],
    ['only-other-origin/file.txt',   [@origin],          'Cache-Control', 'empty', "origin= takes another origin's stored list away"],
    ['origin-and-pattern/not-modified.cgi', [@origin],          'X-Two', 'written-out', "a pattern with origin=, from the 304's own headers"],
    ['origin-and-pattern/not-modified.cgi', [@other],           'Cache-Control', 'empty', 'a pattern with an origin= that does not hold'],
    ['origin-and-everything/not-modified.cgi', [@origin],        '*', 'wildcard',        'the wildcard with origin='],
    ['origin-and-everything/not-modified.cgi', [@other],         'Cache-Control', 'empty', 'the wildcard with an origin= that does not hold'],
    ['origin-and-expr/not-modified.cgi', [@origin],          'X-One', 'names',      'origin= outweighs expr='],
    ['forgotten-origin/file.txt',    [@origin],          '*', 'wildcard',       'an origin= that None forgets'],
    ['forgotten-origin/file.txt',    [@origin, @cookie], undef, 'not-modified', 'and credentialed'],

    ['names/file.txt',               [],                 undef, 'no-origin',    'explicit names, no Origin'],
    ['pattern/file.txt',             [],                 undef, 'not-modified', 'a pattern, no Origin'],
    ['everything/file.txt',          [],                 undef, 'not-modified', 'the wildcard, no Origin'],
    ['always-names/file.txt',        [],                 'X-One', 'names',      'When Always, no Origin'],
    ['always-pattern/file.txt',      [],                 undef, 'not-modified', 'When Always and a pattern, no Origin'],
    ['always-names/file.txt',        [@origin],          'X-One', 'names',      'When Always'],

    ['names/has-list/file.txt',      [@origin],          'X-One, X-Absent, X-Own', 'names', 'a list that is there is merged'],
    ['names/has-err-list/file.txt',  [@origin],          'X-One, X-Absent, X-Own', 'names', 'and so in the other table'],
    ['pattern/has-list/file.txt',    [@origin],          undef, 'not-modified', 'a list that is there goes, with a pattern'],
    ['pattern/has-err-list/file.txt', [@origin],         undef, 'not-modified', 'and so in the other table'],
    ['with-expr/has-list/file.txt',  [@origin],          undef, 'not-modified', 'a list that is there goes, with expr='],
    ['names/has-list/no-acao/file.txt', [@origin],       undef, 'not-modified', 'a list that is there goes, without Access-Control-Allow-Origin'],
    ['names/has-list/file.txt',      [],                 'X-One, X-Absent, X-Own', 'names', 'a list that is there, no Origin'],

    ['names/proxied/acao/file.txt',  [@origin],          'X-One, X-Absent', 'names', 'a backend without a list'],
    ['names/proxied/list-acao/file.txt', [@origin],      'X-One, X-Absent, X-Own', 'names', 'a backend with a list'],
    ['names/proxied/list/file.txt',  [@origin],          undef, 'not-modified', 'a backend with a list, without Access-Control-Allow-Origin'],
    ['names/proxied/none/file.txt',  [@origin],          undef, 'not-modified', 'a backend that leaves both off'],
    ['pattern/proxied/list-acao/file.txt', [@origin],    undef, 'not-modified', 'a backend with a list, and a pattern'],
    ['pattern/proxied/acao/file.txt', [@origin],         undef, 'not-modified', 'a backend without a list, and a pattern'],
    ['everything/proxied/list-acao/file.txt', [@origin], '*, X-Own', 'wildcard', 'a backend with a list, and the wildcard'],

    ['names/not-modified.cgi',       [@origin],          'X-One, X-Absent', 'names', "a script's own 304"],
    ['pattern/not-modified.cgi',     [@origin],          undef, 'not-modified', "a pattern on a script's own 304"],
);

plan tests => 4 * @table + 2;

for my $case (@table) {
    my ($path, $headers, $expected, $reason, $title) = @$case;
    log_mark();
    my $r = request("/response/$path", headers => [@$headers, 'If-None-Match' => '*']);
    is($r->status, 304, "$title ($path): the status");
    is($r->aceh, $expected, "$title ($path): what is sent");
    my @logged = log_lines(qr/\[cors_expose:debug\]/);
    is_deeply([map { /\] ([\w-]+): / } @logged], [$reason], "$title ($path): the reason");
    is_deeply($r->vary, $path =~ /^(?:always|nothing-left|off)/ ? [] : ['origin'], "$title ($path): Vary");
}

# With an origin= condition a written-out list comes from the 304's own headers.
my @ask = (@origin, @cookie, 'If-None-Match' => '*');
my $r = request('/response/origin-and-everything/not-modified.cgi', headers => [@ask]);
my @request = map { [$ask[2 * $_], $ask[2 * $_ + 1]] } 0 .. $#ask / 2;
my $verdict = decide(
    containers => [['ExposeHeaders * origin=https://app.example.com']], method => 'GET', status => 304,
    request => \@request, response => [grep { lc $_->[0] ne 'access-control-expose-headers' } $r->fields],
);
is_deeply($r->names, [sort map { lc } @{ $verdict->{aceh} }], 'the wildcard with origin=, credentialed: written out');
ok((grep { $_ eq 'x-one' } @{ $r->names }), 'and the 304 has something to write out');

__END__
<Location "/response/with-expr">
    ExposeHeaders X-One
    ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 304"
</Location>
<Location "/response/with-false-expr">
    ExposeHeaders X-One
    ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 200"
</Location>
<Location "/response/forgotten-expr">
    ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 304"
    ExposeHeaders None X-One
</Location>
<Location "/response/with-env">
    SetEnv RESPONSE_SET 1
    ExposeHeaders X-One env=RESPONSE_SET
    ExposeHeaders X-Two env=RESPONSE_UNSET
</Location>
<Location "/response/with-origin">
    ExposeHeaders X-One X-Absent
    ExposeHeaders X-Two origin=https://app.example.com
</Location>
<Location "/response/only-other-origin">
    ExposeHeaders X-Two origin=https://other.example.com
</Location>
<Location "/response/origin-and-pattern">
    ExposeHeaders X-T* origin=https://app.example.com
</Location>
<Location "/response/origin-and-everything">
    ExposeHeaders * origin=https://app.example.com
</Location>
<Location "/response/origin-and-expr">
    ExposeHeaders X-One origin=https://app.example.com
    ExposeHeaders X-Two "expr=%{REQUEST_STATUS} == 200"
</Location>
<Location "/response/forgotten-origin">
    ExposeHeaders X-* origin=https://app.example.com
    ExposeHeaders None *
</Location>
<Location "/response/expand">
    ExposeHeaders *
    ExposeHeadersWildcard Expand
</Location>
<Location "/response/nothing-left">
    ExposeHeaders None
</Location>
<Location "/response/allowed">
    ExposeHeaders X-One
    ExposeHeadersWhen Allowed
</Location>
<Location "/response/allowed-origin">
    ExposeHeaders X-One origin=https://app.example.com
    ExposeHeadersWhen Allowed
</Location>
<Location "/response/off">
    ExposeHeaders X-One
    ExposeHeadersWhen Off
</Location>
<Location "/response/always-names">
    ExposeHeaders X-One
    ExposeHeadersWhen Always
</Location>
<Location "/response/always-pattern">
    ExposeHeaders X-*
    ExposeHeadersWhen Always
</Location>

# Further down than the policies: without Access-Control-Allow-Origin, or with a list that is there already.
<LocationMatch "^/response/[^/]+/(?:[^/]+/)*no-acao/">
    Header always unset Access-Control-Allow-Origin
</LocationMatch>
<LocationMatch "^/response/[^/]+/proxied/">
    # only what the origin itself says
    Header always unset Access-Control-Allow-Origin
</LocationMatch>
<LocationMatch "^/response/[^/]+/has-list/">
    Header set Access-Control-Expose-Headers "X-Own"
</LocationMatch>
<LocationMatch "^/response/[^/]+/has-err-list/">
    Header always set Access-Control-Expose-Headers "X-Own"
</LocationMatch>

# What serves as a backend, without the module.
<VirtualHost response_origin>
    AliasMatch "^/(?:.+/)?([^/]+)$" "@DocumentRoot@/response/$1"
    Header always set X-One 1
    Header always set X-Two 2
    <LocationMatch "^/(?:list|list-acao)/">
        Header set Access-Control-Expose-Headers "X-Own"
    </LocationMatch>
    <LocationMatch "^/(?:acao|list-acao)/">
        Header set Access-Control-Allow-Origin "https://app.example.com"
    </LocationMatch>
</VirtualHost>
# /response/<policy>/proxied/<origin's folder>/<document>
ProxyPassMatch "^/response/[^/]+/proxied/([^/]+/.+)$" "http://127.0.0.1:@response_origin_port@/$1"
