# Tables of other tests once more: on servers without mod_cache, which Debian's httpd hasn't loaded either, and on servers that log at
# warn, where our module has no line to write. All else in the suite has mod_cache, and logs at debug.
use strict;
use warnings FATAL => 'all';
use TAP::Parser;
use Test::More;

my @tables = qw(backend/wildcard merge/containers merge/edits merge/forgetting merge/settings response/chain response/cors-check
    response/request-header response/vary response/when response/ways);
my $logged = 'response/not-modified';    # whose cases look at the reason, too
my @kinds  = (
    ['without mod_cache',           SERVE_WITHOUT => 'cache|cache_disk|cache_socache'],
    ['at warn',                     SERVE_LEVEL   => 'warn'],
    ['without mod_cache, at warn', SERVE_WITHOUT => 'cache|cache_disk|cache_socache', SERVE_LEVEL => 'warn'],
);

plan tests => 2 * @tables + 1;

# Each table with mod_cache at warn, and without it at one of the levels
for my $i (0 .. @tables) {
    my $table = $tables[$i] // $logged;
    for my $kind ($i < @tables ? @kinds[1, $i % 2 ? 0 : 2] : $kinds[0]) {
        my ($title, %environment) = @$kind;
        local @ENV{keys %environment} = values %environment;
        my $parser = TAP::Parser->new({ exec => [$^X, "t/suite/$table.t"] });
        my @failed;
        while (my $result = $parser->next) {
            push @failed, $result->as_string if $result->is_test && !$result->is_ok;
        }
        ok !$parser->has_problems && $parser->tests_run, "$table.t $title: " . ($parser->tests_run // 0) . ' tests' or diag join "\n", @failed, $parser->parse_errors;
    }
}
