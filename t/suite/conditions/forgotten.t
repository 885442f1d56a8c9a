# A policy has a condition, whether it holds or not, until an unconditional None forgets it. It shows under Always, where Vary names
# Origin only for a policy with origin=, and on a 304, which carries no list that an expr= could have changed.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

my $app   = 'origin=https://app.example.com';
my $other = 'origin=https://other.example.com';

# [an outer folder's lines, an inner one's ("ExposeHeaders" left out), whether the policy has an origin=]
my @origins = (
    [["X-A $app"],               [],                       1],
    [["X-A $other"],             [],                       1],
    [["X-A $other"],             ['X-B'],                  1],
    [["-X-A $other"],            ['X-B'],                  1],
    [["None $other"],            ['X-B'],                  1],
    [['X-A'],                    ["X-B $other"],           1],
    [['X-A'],                    ['X-B env=SET'],          0],
    [['X-A'],                    ['X-B expr=true'],        0],
    [["X-A $other"],             ['None X-B'],             0],
    [["X-A $app"],               ['None'],                 0],
    [["X-A $app", 'None'],       ['X-B'],                  0],
    [["X-A $app"],               ['X-B', 'None X-C'],      0],
    [["X-A $other"],             ["None X-B $app"],        1],
    [["X-A $other"],             ["None X-B env=CONDITIONS_SET"],   1],
    [["X-A $other"],             ["None X-B env=CONDITIONS_UNSET"], 1],
    [["X-A $other"],             ['None', "X-B $other"],   1],
    [["X-A $other"],             ['-* X-B'],               1],
);

# The same for expr= and a 304
my @exprs = (
    [['X-A'],                    [],                       'X-A'],
    [['X-A expr=true'],          [],                       undef],
    [['X-A expr=false'],         ['X-B'],                  undef],
    [['-X-A expr=false'],        ['X-B'],                  undef],
    [['X-A'],                    ['X-B expr=false'],       undef],
    [['X-A expr=true'],          ['None X-B'],             'X-B'],
    [['X-A expr=true', 'None X-B'], [],                    'X-B'],
    [['X-A expr=true'],          ['None X-B env=CONDITIONS_SET'], undef],
    [['X-A expr=true'],          ['None', 'X-B expr=true'], undef],
    [['X-A env=CONDITIONS_SET'], [],                       'X-A'],
);

plan tests => 2 * (@origins + @exprs);

for (@origins) {
    my ($outer, $inner, $varies) = @$_;
    my $page     = nested($outer, $inner, 'ExposeHeadersWhen Always');
    my $response = request($page, headers => [Origin => origin()]);
    is $response->status, 200, title($outer, $inner) . ': there is a page';
    is_deeply $response->vary, [$varies ? 'origin' : ()], title($outer, $inner) . ($varies ? ': depends' : ": doesn't depend") . ' on Origin';
}

for (@exprs) {
    my ($outer, $inner, $value) = @$_;
    my $page     = nested($outer, $inner, 'Header set Access-Control-Allow-Origin *');
    my $response = request($page, headers => [Origin => origin(), 'If-None-Match' => '*']);
    is $response->status, 304, title($outer, $inner) . ': there is a 304';
    is $response->aceh, sends_on_304 ? $value : undef, title($outer, $inner) . ': its list';
}

sub nested {
    my ($outer, $inner, $more) = @_;
    my $lines = sub { join '', map { "ExposeHeaders $_\n" } @_ };
    my $folder = folder(conditions => $lines->(@$outer) . "$more\n", 'inner/page.html' => '', 'inner/.htaccess' => $lines->(@$inner));
    return "${folder}inner/page.html";
}

sub title { return join ' | ', map { join ' & ', @$_ } @_ }
