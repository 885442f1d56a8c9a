# What a browser's stored copy needs, which a 304 refreshes and a script of another origin may be given: a full answer where a 304
# can't be made right, a list for everybody where it hangs on the status, and one that exposes nothing where an origin has none.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

my $other   = 'https://other.example.com';
my @app     = (Origin => origin());
my @strange = (Origin => $other);
my $date    = 'Sun, 01 Nov 2026 00:00:00 GMT';
my @etag    = ('If-None-Match' => '*');
my @since   = ('If-Modified-Since' => $date);

# name, the policy's lines, whether a 304 can be made right
my @policies = (
    ['names',              'X-A',                                              1],
    ['names-origin',       'X-A origin=https://app.example.com',               1],
    ['names-allowed',      "X-A\nExposeHeadersWhen Allowed",                   1],
    ['pattern',            'X-*',                                              1],
    ['everything',         '*',                                                1],
    ['expr',               'X-A "expr=%{REQUEST_STATUS} == 200"',              1],
    ['pattern-always',     "X-*\nExposeHeadersWhen Always",                    1],
    ['pattern-origin',     "X-*\nExposeHeaders -X-B origin=$other",            0],
    ['pattern-of-origin',  "X-* origin=https://app.example.com",               0],
    ['pattern-unheld',     "X-* env=UNSET\nExposeHeaders X-A origin=$other",   0],
    ['everything-origin',  "*\nExposeHeaders -X-B origin=$other",              0],
    ['everything-allowed', "*\nExposeHeadersWhen Allowed",                     0],
    ['pattern-allowed',    "X-*\nExposeHeadersWhen Allowed",                   0],
    ['always-origin',      "X-* origin=$other\nExposeHeadersWhen Always",      0],
    ['expr-origin',        "X-A \"expr=%{REQUEST_STATUS} == 200\"\nExposeHeaders X-B origin=$other", 0],
    ['expr-allowed',       "X-A \"expr=%{REQUEST_STATUS} == 200\"\nExposeHeadersWhen Allowed", 0],
    ['forgotten',          "X-* origin=$other\nExposeHeaders None X-A",        1],
    ['pattern-forgotten',  "X-*\nExposeHeaders None\nExposeHeaders X-A origin=$other", 1],
    ['pattern-maybe',      "X-*\nExposeHeaders None X-A origin=$other",        0],
    ['off',                "X-* origin=$other\nExposeHeadersWhen Off",         1],
    ['removal-origin',     "X-A\nExposeHeaders -X-* origin=$other",            1],
    ['never-allowed',      "X-A\nExposeHeadersNever X-Z*\nExposeHeadersWhen Allowed", 1],
);

# how it is asked for, whether validators may be dropped there
my @asks = (
    ['GET with an ETag',             1, headers => [@app, @etag]],
    ['GET with a date',              1, headers => [@app, @since]],
    ['GET with both',                1, headers => [@app, @etag, @since]],
    ['GET of another origin',        1, headers => [@strange, @etag]],
    ['HEAD with an ETag',            1, headers => [@app, @etag], method => 'HEAD'],
    ['GET without Origin',           0, headers => [@etag]],
    ['HEAD without Origin',          0, headers => [@since], method => 'HEAD'],
);

my @lists = (
    # policy, more lines, request's headers, what is sent, what it shows
    ['X-A "expr=%{REQUEST_STATUS} == 200"', '', [],           'X-A', 'an expr=, without Origin'],
    ['X-A "expr=%{REQUEST_STATUS} == 404"', '', [],           undef, 'an expr= that does not hold, without Origin'],
    ["X-A\nExposeHeaders -X-B expr=false", '', [],            'X-A', 'an expr= on a removal, without Origin'],
    ["X-A expr=true\nExposeHeaders None X-B", '', [],         undef, 'an expr= that is forgotten, without Origin'],
    ['X-A env=UNSET expr=true',            '', [],            undef, 'an expr= and an env= that fails, without Origin'],
    ['X-A',                                '', [],            undef, 'names alone, without Origin'],
    ["X-A\nExposeHeadersWhen Allowed",     '', [],            undef, 'the same When Allowed'],
    ['X-*',                                '', [],            'X-A, X-B', 'a pattern, without Origin'],
    ["X-A origin=$other",                  '', [@app],        'Cache-Control', 'an origin= that leaves nothing'],
    ["X-A origin=$other",                  '', [@strange],    'X-A', 'the origin that it is for'],
    ["X-A origin=$other",                  '', [],            undef, 'no Origin'],
    ["X-A origin=$other\nExposeHeadersWhen Always", '', [],   undef, 'Always, no Origin'],
    ["X-A origin=$other\nExposeHeadersWhen Always", '', [@app], 'Cache-Control', 'Always, an origin that it is not for'],
    ["X-A origin=$other\nExposeHeadersWhen Allowed", '', [@app], 'Cache-Control', 'Allowed'],
    ["X-A origin=$other\nExposeHeadersWhen Allowed", 'Header always unset Access-Control-Allow-Origin', [@app], undef, 'not allowed'],
    ["X-Z* origin=$other",                 '', [@strange],    'Cache-Control', 'a pattern that nothing matches'],
    ["X-A\nExposeHeaders -X-A origin=https://app.example.com", '', [@app], 'Cache-Control', 'a removal that leaves nothing'],
    ["X-A origin=$other",                  'Header unset ETag', [@app], 'Cache-Control', 'a date alone'],
    ["X-A origin=$other",                  'Header unset Last-Modified', [@app], 'Cache-Control', 'an ETag alone'],
    ["X-A origin=$other",                  "Header unset Last-Modified\nHeader unset ETag", [@app], undef, 'no validator'],
    ["X-A origin=$other",                  "Header unset Last-Modified\nHeader unset ETag\nHeader always set ETag '\"y\"'", [@app], 'Cache-Control',
        'an ETag in the other table'],
    ['X-A env=UNSET',                      '', [@app],        undef, 'an env= that leaves nothing'],
    ["X-A origin=$other\nExposeHeadersNever Cache-Control", '', [@app], undef, 'and a Never that names Cache-Control'],
    ["X-A origin=$other",                  'Header set Access-Control-Expose-Headers X-Own', [@app], 'X-Own', "a list of the response's own"],
    ["X-A origin=$other\nExposeHeaders None", '', [@app],     undef, 'an origin= that is forgotten'],
    ["X-A origin=$other\nExposeHeadersWhen Off", '', [@app],  undef, 'Off'],
);

plan tests => 2 * @policies * @asks + 2 * @lists + 4 + 2;

# The document has a validator of either kind.
my $common = <<'END';
<Directory "@ROOT@">
    FileETag None
</Directory>
AliasMatch "^/(?:policy|list)" "@ROOT@/page.html"
Header always set X-A 1
Header always set X-B 2
Header always set Access-Control-Allow-Origin "*"
END
my $config = join '', map { "<Location /policy-$_->[0]>\nExposeHeaders $_->[1]\n</Location>\n" } @policies;
$config .= "<Location /list$_/>\nHeader unset Last-Modified\nHeader set ETag '\"x\"'\nHeader set Last-Modified \"$date\"\nExposeHeaders $lists[$_][0]\n$lists[$_][1]\n</Location>\n"
    for 0 .. $#lists;
my $port = serve("$common$config", 'page.html' => 'text');
utime 1793491200, 1793491200, glob(Apache::Test::vars('t_state') . '/*/root/page.html');

sub ask {
    my ($policy, @how) = @_;
    return request("/policy-$policy/", port => $port, @how);
}

for my $policy (@policies) {
    my ($name, $lines, $right) = @$policy;
    for my $ask (@asks) {
        my ($how, $may, %opt) = @$ask;
        my $title = "$name, $how";
        my @headers = @{ $opt{headers} };
        my $r = ask($name, %opt, headers => \@headers);
        my $whole = $may && !$right;
        is $r->status, $whole ? 200 : 304, "$title: " . ($whole ? 'a full answer' : 'a 304');
        my ($origin) = map { $headers[$_] eq 'Origin' ? $headers[$_ + 1] : () } grep { $_ % 2 == 0 } 0 .. $#headers;
        # A full answer's list is the one that there would be without the validators.
        my @plain = defined $origin ? (Origin => $origin) : ();
        if ($whole) {
            is $r->aceh, ask($name, %opt, headers => \@plain)->aceh, "$title: its list";
        }
        else {
            # With an origin= in the policy, what the 304 itself carries is better than another origin's list.
            my $computed = sends_on_304 && $name =~ /^(?:pattern|everything)-(?:origin|maybe)$/ && !$may;
            is scalar(grep { $_ eq 'x-b' } @{ $r->names }), $computed ? 1 : 0, "$title: what is written out on a 304";
        }
    }
}

for my $i (0 .. $#lists) {
    my ($lines, $more, $headers, $expected, $title) = @{ $lists[$i] };
    my $r = request("/list$i/", port => $port, headers => $headers);
    is $r->status, 200, "$title: the status";
    is $r->aceh, $expected, "$title: the list" or diag $r->all;
}

# What isn't asked for with GET or HEAD keeps its conditions, and so does a preflight's like.
is ask('pattern-origin', headers => [@app, 'If-None-Match' => '*'], method => 'POST', body => 'x')->status, 412, 'POST keeps it';
is ask('pattern-origin', headers => [@app, 'If-Match' => '"y"'])->status, 412, 'If-Match stays';
is ask('pattern-origin', headers => [@app, 'If-Unmodified-Since' => 'Fri, 01 Jan 1971 00:00:00 GMT'])->status, 412, 'If-Unmodified-Since stays';
is ask('pattern-origin', headers => [@app, Range => 'bytes=0-1', 'If-Range' => $date])->status, 206, 'If-Range stays';

# At LogLevel trace1 the log says so.
my $traced = serve("LogLevel cors_expose:trace1\nExposeHeaders X-* origin=$other\n", 'page.html' => 'text');
log_mark();
is request('/page.html', port => $traced, headers => [@app, 'If-None-Match' => '*'])->status, 200, 'a full answer';
is scalar(log_lines(qr/dropped If-None-Match/)), 1, 'and the log says why';
