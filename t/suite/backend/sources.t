# A list that is there already: from mod_headers in either table, from a script, from a proxied backend, on one line or on
# several, under Merge, Replace and Keep.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

# Every source has X-Own, which stays, X-Gone, which the policy takes away, x-shared, which the policy has too, as X-Shared,
# and X-Never. Where something is in both of httpd's tables, X-Err is in the second.
my $plain = 'X-Config X-Shared';
my $one   = "X-Config X-Own X-Shared";
my $two   = "X-Config X-Err X-Own X-Shared";
my $set   = 'Header set ACEH "X-Own, X-Gone, x-shared, X-Never"';
my $both  = 'Header set ACEH "X-Own, X-Gone"; Header always set ACEH "X-Err, x-shared, X-Never, X-Own"';

# [where the list comes from, the document, and what is sent under Merge, Replace and Keep]
my @table = (
    ['',                                   'file.txt',  $plain, $plain, $plain],
    [$set,                                 'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    [$set =~ s/set/always set/r,           'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    [$both,                                'file.txt',  $two,   $plain, 'X-Err X-Gone X-Own x-shared'],
    ['Header add ACEH "X-Own"; Header add ACEH "X-Gone , x-shared"; Header always add ACEH "X-Err"; Header always add ACEH "X-Never"',
                                           'file.txt',  $two,   $plain, 'X-Err X-Gone X-Own x-shared'],
    ["Header set ACEH \",, X-Own ,\tX-Gone\t,x-shared,\"",
                                           'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    ['',                                   'own.cgi',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['',                                   'error.cgi', $one,   $plain, 'X-Gone X-Own'],
    [$set,                                 'own.cgi',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['',                                   'missing',   $plain, $plain, $plain],
    [$set =~ s/set/always set/r,           'missing',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['backend: ',                          'file.txt',  $plain, $plain, $plain],
    ["backend: $set",                      'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    ["backend: $set",                      'own.cgi',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['backend: Header add ACEH "X-Own"; Header add ACEH "X-Gone,x-shared"; Header add ACEH "X-NEVER"',
                                           'file.txt',  $one,   $plain, 'X-Gone X-Own x-shared'],
    ['backend: ',                          'own.cgi',   $one,   $plain, 'X-Gone X-Own x-shared'],
    ['backend: Header add ACEH "X-Own, x-own"; Header add ACEH "X-OWN, X-Shared"',
                                           'file.txt',  $one,   $plain, 'X-Own X-Shared'],
    ['Header always set ACEH "X-Err"; backend: Header set ACEH "X-Own"',
                                           'file.txt',  $two,   $plain, 'X-Err X-Own'],
    ['backend: Header set ACEH ""',        'file.txt',  $plain, $plain, $plain],
    ['backend: Header set ACEH " , ,,"',   'file.txt',  $plain, $plain, $plain],
    ['backend: Header set ACEH "X-Own, Set-Cookie, set-cookie2"',
                                           'file.txt',  $one,   $plain, 'X-Own'],
);

# [the configuration's lines; the names, in any order; what it shows]
my @others = (
    ["ExposeHeaders None X-Config; $set",  'X-Config', "None forgets the response's own list"],
    ["ExposeHeaders None X-Config; $both", 'X-Config', 'and so in both tables'],
    ["ExposeHeaders -*; $both",            undef,      'where nothing is left, there is no header, in neither table'],
    ['ExposeHeaders -*; backend: Header add ACEH "X-Own"; Header add ACEH "X-Gone,x-shared"', undef, 'and so on several lines'],

    # without an edit, any of the other directives puts the module to work
    ["ExposeHeadersBackend Merge; $both",  'X-Err X-Gone X-Never X-Own x-shared', 'Merge alone unites both tables'],
    ["ExposeHeadersBackend Keep; $both",   'X-Err X-Gone X-Never X-Own x-shared', 'and so does Keep'],
    ["ExposeHeadersBackend Replace; $both", undef,     'Replace alone removes the list'],
    ['ExposeHeadersBackend Merge',         undef,      'and where there is no list, none comes of it'],

    # signs, None and patterns are configuration; in a response they are names, or no names at all
    ['ExposeHeaders X-Shared; backend: Header set X-Pat-Seen 1; Header set ACEH "+X-Plus, -X-Shared, None, X-Pat-*"',
        '+X-Plus -X-Shared None X-Pat-* X-Shared', "a sign, None and a pattern are plain names in a response's own list"],
);

plan tests => 3 * @table + @others + 4;

my $containers = containers(map { $_->[0] } @table, @others);
my $port = serve(<<"END", 'file.txt' => "text\n", 'own.cgi' => <<'OWN', 'error.cgi' => <<'ERROR');
<Directory "\@ROOT\@">
    Options +ExecCGI
    AddHandler cgi-script .cgi
</Directory>
$containers
<LocationMatch "^/(?:merge|replace|keep)/">
    ExposeHeaders X-Shared X-Config -X-Gone
    ExposeHeadersNever X-Never
</LocationMatch>
<Location "/replace/">
    ExposeHeadersBackend Replace
</Location>
<Location "/keep/">
    ExposeHeadersBackend Keep
</Location>
END
#!/bin/sh
# on two lines
echo 'Content-Type: text/plain'
echo 'Access-Control-Expose-Headers: X-Own, X-Gone'
echo 'Access-Control-Expose-Headers: x-shared,X-Never'
echo
OWN
#!/bin/sh
# an error that a script reports itself
echo 'Status: 503 Busy'
echo 'Content-Type: text/plain'
echo 'Access-Control-Expose-Headers: X-Own, X-Gone'
echo
ERROR

sub get {
    my ($path, @headers) = @_;
    return request("/$path", port => $port, headers => \@headers);
}

# The names, sorted; two lines would show as '||'.
sub sent {
    my $aceh = get(@_)->aceh;
    return defined $aceh ? join ' ', sort split /,? /, $aceh : undef;
}

for my $i (0 .. $#table) {
    my ($lines, $document, %expected);
    ($lines, $document, @expected{qw(merge replace keep)}) = @{ $table[$i] };
    for my $mode (qw(merge replace keep)) {
        is(sent("$mode/$i/$document", Origin => origin()), $expected{$mode}, "$mode: $document from '$lines'");
    }
}
for my $i (0 .. $#others) {
    my ($lines, $expected, $title) = @{ $others[$i] };
    is(sent(@table + $i . '/file.txt', Origin => origin()), $expected, "$title ($lines)");
}

my ($plain_at, $set_at, undef, $both_at) = 0 .. 3;
is(get("merge/$set_at/file.txt", Origin => origin())->aceh, 'X-Shared, X-Config, X-Own',
    "the response's own names come last, but for those that the configuration has too");
is(scalar(get("$both_at/file.txt", Origin => origin())->lines('Access-Control-Expose-Headers')), 2,
    'without a directive both tables stay as they are');

# A response without Origin gets no new explicit names, but what is there is put in order.
is(sent("merge/$both_at/file.txt"), $two, 'without Origin, a list that is there is replaced by the computed one');
is(sent("merge/$plain_at/file.txt"), undef, 'and where there is none, no explicit names are added');
