# What the tests of conf-examples/ share. The files are loaded as they are, by a server of the test's own.
package CorsExpose::Examples;
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Test;
use Exporter qw(import);
use Test::More;

our @EXPORT = qw(example examples TESTS_PER_CASE try_cases);

# The path of conf-examples/$name.
sub example { return Apache::Test::vars('top_dir') . "/conf-examples/$_[0]" }

sub examples { return sort map { m{([^/]+)\z} } glob example('*.conf') }

use constant TESTS_PER_CASE => 4;

# try_cases($port, $title, [$sentence, $method, $path, \%expected, \@headers, host => ...], ...)
# The origin is the suite's own, unless the headers have one. What is expected: `status` (200), `allowed` (the whole
# Access-Control-Allow-Origin, undef for none), `exposed` (the names, in any order; undef for no such header), and
# that an answer to a GET varies with Origin.
sub try_cases {
    my ($port, $title, @cases) = @_;
    for my $case (@cases) {
        my ($sentence, $method, $path, $expected, $headers, %opt) = @$case;
        my %has = @{ $headers // [] };
        my @origin = exists $has{Origin} ? () : (Origin => origin());
        my $r = request($path, method => $method, port => $port, %opt,
            headers => [@origin, map { defined $has{$_} ? ($_ => $has{$_}) : () } sort keys %has]);
        my $what = "$title: $sentence";
        is $r->status, $expected->{status} // 200, "$what: the status";
        is $r->header('Access-Control-Allow-Origin'), $expected->{allowed}, "$what: who may read it";
        is $r->aceh && join(' ', @{ $r->names }), $expected->{exposed} && join(' ', sort split / /, lc $expected->{exposed}),
            "$what: what is exposed";
        my $preflight = $has{'Access-Control-Request-Method'};
        is scalar(grep { $_ eq 'origin' } @{ $r->vary }), $preflight ? $expected->{vary} // 0 : 1, "$what: Origin in Vary";
    }
    return;
}

1;
