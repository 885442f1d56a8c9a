# Several conditions on a line: different kinds are all required, of several origins one suffices; and they hold for all the
# line's edits and for no other line's.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

my ($app, $other, $local) = ('https://app.example.com', 'https://other.example.com', 'http://localhost:3000');
my $env  = 'env=CONDITIONS_ASKED';
my $expr = '"expr=%{req_novary:X-Asked} == \'yes\'"';

# the request's headers that make a condition hold, or fail
my @set   = ('X-Set' => 'x');
my @asked = ('X-Asked' => 'yes');

# [the lines ("ExposeHeaders" left out), Origin, other headers, the value]
my @cases = (
    # one of several origins
    (map { [["X-A origin=$app origin=$local"],              $_->[0], [], $_->[1]] } [$app, 'X-A'], [$local, 'X-A'], [$other, undef], [undef, undef]),
    (map { [["X-A origin=$local origin=https://*.example.com origin=http://[::1]"], $_->[0], [], $_->[1]] }
        [$app, 'X-A'], [$other, 'X-A'], [$local, 'X-A'], ['http://[::1]', 'X-A'], ["$app:8443", undef], ["http://localhost", undef]),

    # two kinds
    (map { [["X-A origin=$app $env"],  @$_] } [$app, [@set], 'X-A'], [$app, [], undef],        [$other, [@set], undef],   [$other, [], undef]),
    (map { [["X-A $env origin=$app"],  @$_] } [$app, [@set], 'X-A'], [$app, [], undef],        [$other, [@set], undef],   [$other, [], undef]),
    (map { [["X-A origin=$app $expr"], @$_] } [$app, [@asked], 'X-A'], [$app, [], undef],      [$other, [@asked], undef], [$other, [], undef]),
    (map { [["X-A $env $expr"],        @$_] } [$app, [@set, @asked], 'X-A'], [$app, [@set], undef], [$app, [@asked], undef], [$app, [], undef]),
    (map { [["X-A env=!CONDITIONS_ASKED $expr"], @$_] } [$app, [@asked], 'X-A'], [$app, [@set, @asked], undef], [$app, [@set], undef], [$app, [], undef]),

    # all three, and two origins among them, in any order
    (map {
        my $conditions = $_;
        map { [["X-A $conditions"], @$_] }
            [$app, [@set, @asked], 'X-A'], [$local, [@set, @asked], 'X-A'], [$other, [@set, @asked], undef],
            [$app, [@set], undef], [$app, [@asked], undef], [$local, [@set], undef], [$local, [], undef], [undef, [@set, @asked], undef]
    } "origin=$app origin=$local $env $expr", "$expr origin=$app $env origin=$local", "$env $expr origin=$local origin=$app"),

    # all edits of the line, and of no other
    (map { [['X-A X-B', "-X-A X-C origin=$app"], @$_] }          [$app, [], 'X-B, X-C'], [$other, [], 'X-A, X-B']),
    (map { [['X-A', "X-B None X-C origin=$app", 'X-D'], @$_] }   [$app, [], 'X-C, X-D'], [$other, [], 'X-A, X-D']),
    (map { [["X-A origin=$app", "X-B origin=$other", 'X-C'], @$_] } [$app, [], 'X-A, X-C'], [$other, [], 'X-B, X-C'], [$local, [], 'X-C']),
    (map { [["X-A $env", 'X-B env=!CONDITIONS_ASKED'], @$_] }    [$app, [@set], 'X-A'], [$app, [], 'X-B']),
    (map { [["X-A $env", "X-A origin=$app", "X-A $expr"], @$_] } [$other, [@set], 'X-A'], [$app, [], 'X-A'], [$other, [@asked], 'X-A'], [$other, [], undef]),
    (map { [['*', "-X-* origin=$other"], @$_] }                  [$app, [], '*']),
    (map { [["* origin=$app", 'X-A'], @$_] }                     [$app, [], '*, X-A'], [$other, [], 'X-A']),
);

plan tests => 3 * @cases;

for (@cases) {
    my ($lines, $origin, $headers, $value) = @$_;
    my $folder   = folder(conditions => join '', map { "ExposeHeaders $_\n" } @$lines);
    my $title    = join(' | ', @$lines) . ' for ' . join ' ', $origin // 'no Origin', @$headers;
    my $response = request("${folder}page.html", headers => [defined $origin ? (Origin => $origin) : (), @$headers]);
    is $response->status, 200, "$title: there is a page";
    is $response->aceh, $value, $title;
    is_deeply $response->vary, ['origin'], "$title: Vary says that it depends on Origin";
}
