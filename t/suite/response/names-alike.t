# Names that look like those that the module looks for: as long, and with one letter changed, at each place; or a letter longer or
# shorter. None of them is taken for the one that it looks like.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Fields qw(is_never_written_out);
use CorsExpose::Test;
use Test::More;

# All names like this one.
sub lookalikes {
    my ($name) = @_;
    my @alike;
    for my $i (0 .. length($name) - 1) {
        my $letter = substr $name, $i, 1;
        for my $other ($letter =~ /[xX]/ ? 'y' : 'x', '~', $letter =~ /[A-Za-z]/ ? chr(ord($letter) ^ 0x01) : ()) {
            next unless $other =~ /[A-Za-z~]/;
            my $alike = $name;
            substr $alike, $i, 1, $other;
            push @alike, $alike;
        }
    }
    push @alike, "${name}s", substr($name, 0, -1), "x$name", substr($name, 1);
    my %seen = (lc $name => 1);
    return grep { /[A-Za-z]/ && !$seen{ lc $_ }++ } @alike;
}

# In the request: [name, a value, further headers, method, the policy's path, what is sent, what it shows]. 50 headers fit.
my @origin  = (Origin => origin());
my @request = (
    ['Origin',        origin(),        [],       'GET', 'names', undef,   'no Origin'],
    ['Origin',        origin(),        [],       'GET', 'always-origin', 'X-One', 'no origin that a condition could hold for'],
    ['Authorization', 'Bearer x',      [@origin], 'GET', 'wild', '*',     'no credentials'],
    ['Cookie',        'a=b',           [@origin], 'GET', 'wild', '*',     'no cookie'],
    ['Access-Control-Request-Method', 'PUT', [@origin], 'OPTIONS', 'names', 'X-One', 'no preflight'],
    ['Origin',        origin(),        ['Access-Control-Request-Method' => 'PUT'], 'OPTIONS', 'always-origin', 'X-One', 'no preflight'],
    ['Range',         'bytes=0-1',     [@origin, Cookie => 'a=b'], 'GET', 'range', 'X-One', 'no range'],
);

# In the response: [name, value, the policy's path, status, what is sent, what it shows]
my @response = (
    ['Access-Control-Expose-Headers', 'X-Evil, *', 'names',       'X-One',  "no list of the response's own"],
    ['Access-Control-Allow-Origin',   '*',         'allowed',     undef,    'not allowed'],
    ['Access-Control-Allow-Credentials', 'true',   'wild',        '*',      'no credentials'],
    ['Connection',                    'X-Two',     'pattern',     'X-Two',  'named by no Connection'],
    ['ETag',                          '"x"',       'other',       undef,    'no validator'],
    ['Last-Modified', 'Sun, 01 Nov 2026 00:00:00 GMT', 'other',   undef,    'no validator'],
);

my @never = qw(Cache-Control Content-Language Content-Length Content-Type Expires Last-Modified Pragma Authorization Connection
    Keep-Alive Proxy-Connection Proxy-Authenticate Proxy-Authorization TE Trailer Transfer-Encoding Upgrade
    Access-Control-Allow-Origin Access-Control-Max-Age);
my @vary = lookalikes('Vary');

plan tests => 2 * @request + @response + 3 + 2 * @never + 2 + 3;

# A file with so many response headers, below a path.
my %files = ('plain/page.asis' => file(), 'vary/page.asis' => file(map { [$_ => 'Origin'] } @vary), 'real/page.asis' => file(['Vary' => 'ORIGIN']),
    'one/page.asis' => file(map { [$_ => '*'] } 'Access-Control-Allow-Origin', lookalikes('Access-Control-Allow-Origin')));
$files{"response$_/page.asis"} = do { my $row = $response[$_]; file(map { [$_ => $row->[1]] } lookalikes($row->[0])) } for 0 .. $#response;
$files{"never$_/page.asis"} = do { my $name = $never[$_]; file(map { [$_ => 1] } lookalikes($name)) } for 0 .. $#never;
sub file { return "Content-Type: text/plain\nX-Two: 2\n" . join('', map { "$_->[0]: $_->[1]\n" } @_) . "\nbody\n" }

my $port = serve(<<'END', %files);
AddHandler send-as-is .asis
AliasMatch "^/(?:names|always-origin|wild|range|allowed|pattern|other|never|secret)/(.*)" "@ROOT@/$1"
LimitRequestFields 500
<Location "/names">
    ExposeHeaders X-One
</Location>
<Location "/always-origin">
    ExposeHeaders X-One
    ExposeHeaders X-Origin origin=https://app.example.com
    ExposeHeadersWhen Always
</Location>
<Location "/wild">
    ExposeHeaders *
</Location>
<Location "/range">
    ExposeHeaders X-One Content-R*
</Location>
<Location "/allowed">
    ExposeHeaders X-One
    ExposeHeadersWhen Allowed
</Location>
<Location "/pattern">
    ExposeHeaders X-Tw*
</Location>
<Location "/other">
    ExposeHeaders X-One origin=https://other.example.com
</Location>
<Location "/never">
    ExposeHeaders *
    ExposeHeadersWildcard Expand
</Location>
<Location "/secret">
    ExposeHeaders * X-Secret Secret
    ExposeHeadersNever X-Secret
</Location>
END

for my $row (@request) {
    my ($name, $value, $also, $method, $policy, $expected, $title) = @$row;
    my @alike = map { ($_ => $value) } lookalikes($name);
    is request("/$policy/plain/page.asis", port => $port, method => $method, headers => [@$also, @alike])->aceh, $expected,
        "names like $name in the request: $title";
    isnt request("/$policy/plain/page.asis", port => $port, method => $method, headers => [@$also, $name => $value])->aceh // '', $expected // '',
        "which $name itself would change";
}

for my $i (0 .. $#response) {
    my ($name, $value, $policy, $expected, $title) = @{ $response[$i] };
    is request("/$policy/response$i/page.asis", port => $port, headers => [@origin])->aceh, $expected, "names like $name in the response: $title";
}

# Vary: its lookalikes say Origin, and it has to be said all the same, once.
is_deeply request('/names/vary/page.asis', port => $port, headers => [@origin])->vary, ['origin'], 'names like Vary: Origin is added';
is_deeply request('/names/real/page.asis', port => $port, headers => [@origin])->vary, ['origin'], 'Vary itself: it is there';

# Two lines of this one would allow nobody; its lookalikes are none of them.
is request('/allowed/one/page.asis', port => $port, headers => [@origin])->aceh, 'X-One', 'names like Access-Control-Allow-Origin beside it: it is there once';

# What is never written out: what looks like it is.
for my $i (0 .. $#never) {
    my $name  = $never[$i];
    my @alike = map { lc } grep { !is_never_written_out($_) } lookalikes($name);
    my $r = request("/never/never$i/page.asis", port => $port, headers => [@origin]);
    my %listed = map { $_ => 1 } @{ $r->names };
    is join(' ', grep { !$listed{$_} } @alike), '', "names like $name are written out";
    ok !$listed{ lc $name }, "$name itself is not";
}

# A name that is forbidden, and what httpd adds behind the filter
my $r = request('/secret/plain/page.asis', port => $port, headers => [@origin, Cookie => 'a=b']);
is_deeply [grep { /secret/ } @{ $r->names }], ['secret'], 'a shorter name than the forbidden one';
is_deeply [grep { /^(?:date|server)$/ } @{ $r->names }], [qw(date server)], 'what httpd adds is listed, once';

# And the tables themselves: two headers as long as each other, of which one is asked for.
my @pairs = map { ["X-Pair-$_", "X-Pair-" . chr(1 + ord)] } qw(a m y);
my $pairs = serve(join('', map { "<Location /$_->[0]>\nExposeHeaders $_->[0] X-Pair-*\nExposeHeaders -$_->[1]\n</Location>\n" } @pairs)
    . join('', map { "Header set $_->[0] 1\nHeader set $_->[1] 1\n" } @pairs) . "AliasMatch ^/X- \"\@ROOT\@/page.html\"\n");
for my $pair (@pairs) {
    my $names = request("/$pair->[0]", port => $pairs, headers => [@origin])->names;
    is_deeply [grep { $_ eq lc $pair->[0] || $_ eq lc $pair->[1] } @$names], [lc $pair->[0]], "@$pair: one is listed, the other not";
}
