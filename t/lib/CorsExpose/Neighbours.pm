# What the tests of httpd's other modules share: the names that came over the wire, and the cases every backend has to pass.
package CorsExpose::Neighbours;
use strict;
use warnings;
use CorsExpose::Fields qw(is_never_written_out);
use CorsExpose::Test;
use Exporter qw(import);
use Test::More ();

our @EXPORT = qw(anonymous cookie check backend_tests try_backend WILDCARD_TESTS try_wildcard);

# Who asks, as headers of the request.
sub anonymous { return [Origin => origin()] }
sub cookie    { return [Origin => origin(), Cookie => 'id=1'] }

# The headers that came over the wire and that a written-out "*" has to list, in lower case. Whatever httpd or a module adds
# behind the filter is among them, so it is missed in the list.
sub present {
    my ($response) = @_;
    my (undef, @lines) = split /\r\n/, $response->all;
    my %connection = map { lc $_ => 1 } split /\s*,\s*/, $response->header('Connection') // '';
    # a range may be cut out of a whole answer by whoever stores it
    push @lines, 'Content-Range: later' if $response->status == 200 && lc($response->header('Accept-Ranges') // 'none') ne 'none';
    return grep { !is_never_written_out($_) && !/^set-cookie2?\z/ && !$connection{$_} } map { /^([^:]+):/ ? lc $1 : () } @lines;
}

# One test of the list. Expected is: undef, for none; a string, for this very value; or names in any order, among which
# PRESENT stands for the headers that came and -name takes a name away.
sub check {
    my ($response, $expected, $sentence) = @_;
    local $Test::Builder::Level = $Test::Builder::Level + 1;
    return Test::More::is($response->aceh, $expected, $sentence) if !ref $expected;
    my %names;
    for my $word (@$expected) {
        if    ($word eq 'PRESENT') { $names{$_} = 1 for present($response) }
        elsif ($word =~ /^-(.*)/)  { delete $names{ lc $1 } }
        else                       { $names{ lc $word } = 1 }
    }
    return Test::More::is_deeply($response->names, [sort keys %names], $sentence) || Test::More::diag($response->all);
}

# What every kind of backend is asked: policy and variant (see t/server/conf/neighbours.conf.in), who asks, what is exposed.
my @explicit = qw(X-Request-Id X-RateLimit-Limit);
my @cases = (
    # without a list of its own
    ['explicit', 'plain',  'anonymous', \@explicit],
    ['explicit', 'plain',  'nobody',    \@explicit],
    ['wild',     'plain',  'anonymous', '*'],
    ['wild',     'plain',  'cookie',    ['PRESENT']],
    ['wild',     'plain',  'nobody',    ['PRESENT']],
    ['minus',    'plain',  'anonymous', ['PRESENT', '-X-Internal-Key']],
    ['keep',     'plain',  'anonymous', \@explicit],
    ['allowed',  'plain',  'anonymous', undef],
    ['off',      'plain',  'anonymous', undef],
    # with one
    ['explicit', 'own',    'anonymous', [@explicit, 'X-Own', 'X-Internal-Key']],
    ['wild',     'own',    'anonymous', '*, X-Own, X-Internal-Key'],
    ['wild',     'own',    'cookie',    ['PRESENT']],
    ['minus',    'own',    'anonymous', ['PRESENT', '-X-Internal-Key']],
    ['replace',  'own',    'anonymous', \@explicit],
    ['keep',     'own',    'anonymous', 'X-Own, X-Internal-Key'],
    ['allowed',  'own',    'anonymous', undef],
    ['off',      'own',    'anonymous', 'X-Own, X-Internal-Key'],
    # with one that browsers would throw away
    ['explicit', 'messy',  'anonymous', [@explicit, 'X-Own', 'X-Elsewhere']],
    ['wild',     'messy',  'cookie',    ['PRESENT', 'X-Elsewhere']],
    ['keep',     'messy',  'anonymous', ['X-Own', 'X-Request-Id', 'X-Elsewhere']],
    # with a wildcard
    ['explicit', 'star',   'anonymous', '*, X-Request-Id'],
    ['explicit', 'star',   'cookie',    ['PRESENT']],
    ['minus',    'star',   'anonymous', ['PRESENT', '-X-Internal-Key']],
    ['replace',  'star',   'cookie',    \@explicit],
    ['keep',     'star',   'anonymous', '*'],
    # with all that CORS needs, for credentials
    ['allowed',  'shared', 'anonymous', [@explicit, 'X-Own']],
    ['wild',     'shared', 'anonymous', ['PRESENT']],
    # with an error
    ['explicit', 'gone',   'anonymous', [@explicit, 'X-Own']],
    ['wild',     'gone',   'cookie',    ['PRESENT']],
);

sub backend_tests { return 3 * @cases }

# Runs the cases against /neighbours/$kind/...; the body has to end with $signature, so that it is the backend who answers.
sub try_backend {
    my ($kind, $signature) = @_;
    my %headers = (nobody => [], anonymous => anonymous(), cookie => cookie());
    for my $case (@cases) {
        my ($policy, $variant, $who, $expected) = @$case;
        my $response = request("/neighbours/$kind/$policy/$variant", headers => $headers{$who});
        my $what = "$kind, $variant, asked by $who under $policy";
        my $status = $variant eq 'gone' ? 410 : 200;
        Test::More::is($response->status . ' ' . $response->body, "$status $variant\n$signature", "$what: the backend's answer");
        check($response, $expected, "$what: the list");
        my @vary = ($policy eq 'off' ? () : 'origin', $variant eq 'shared' ? 'accept' : ());
        Test::More::is_deeply([grep { $_ ne 'accept-encoding' } @{ $response->vary }], [sort @vary], "$what: Vary");
    }
    return;
}

# A response under "ExposeHeaders *", which with the query string "own" brings a list of its own, for X-Own. Returns the
# response to the credentialed request, for closer looks.
use constant WILDCARD_TESTS => 5;

sub try_wildcard {
    my ($path, $status, %opt) = @_;
    my @also   = @{ delete $opt{headers} // [] };
    my $method = $opt{method} // 'GET';
    my $what   = join ' ', $method, $path, @also;
    my $ask    = sub {
        my ($query, @headers) = @_;
        return request("$path$query", headers => [@headers, @also], %opt);
    };
    my $written = $ask->('', @{ cookie() });
    Test::More::is($written->status, $status, "$what: the status") || Test::More::diag($written->all . "\n" . $written->body);
    check($written, ['PRESENT'], "$what: the headers that came, written out");
    check($ask->('', @{ anonymous() }), '*', "$what: a wildcard");
    check($ask->('?own', @{ cookie() }), ['PRESENT', 'X-Own'], "$what: written out, behind a list of its own");
    check($ask->('?own', @{ anonymous() }), '*, X-Own', "$what: a wildcard, and a list of its own");
    return $written;
}

1;
