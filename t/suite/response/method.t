# Methods and versions: HEAD, OPTIONS, a preflight and what only looks like one, HTTP/1.0.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

my @origin = (Origin => origin());
my @wants  = ('Access-Control-Request-Method' => 'PUT');
my $merged = 'X-One, X-Err, X-Own';
my $alone  = 'X-Err || X-Own';    # both of httpd's tables, as they were

# how it is asked for, what is sent, Vary, what the log says, what it shows
my @table = (
    [[headers => [@origin]],                                       $merged, 'origin', 'names: sent', 'GET'],
    [[headers => [@origin], method => 'HEAD'],                     $merged, 'origin', 'names: sent', 'HEAD'],
    [[headers => [@origin], method => 'POST', body => 'x'],        $merged, 'origin', 'names: sent', 'POST'],
    [[headers => [@origin], version => '1.0'],                     $merged, 'origin', 'names: sent', 'HTTP/1.0'],
    [[headers => [@origin], version => '1.0', method => 'HEAD'],   $merged, 'origin', 'names: sent', 'HEAD in HTTP/1.0'],
    [[headers => [@origin, @wants], method => 'OPTIONS'],          $alone,  '', 'preflight: left alone', 'a preflight'],
    [[headers => [@origin], method => 'OPTIONS'],                  $merged, 'origin', 'names: sent', 'OPTIONS without Access-Control-Request-Method'],
    [[headers => [@wants], method => 'OPTIONS'],                   $merged, 'origin', 'names: sent', 'OPTIONS without Origin'],
    [[headers => [@origin, 'Access-Control-Request-Headers' => 'x'], method => 'OPTIONS'],
        $merged, 'origin', 'names: sent', 'OPTIONS with Access-Control-Request-Headers alone'],
    [[headers => [@origin, @wants]],                               $merged, 'origin', 'names: sent', 'GET with Access-Control-Request-Method'],
    [[headers => [@origin, @wants], method => 'POST', body => ''], $merged, 'origin', 'names: sent', 'POST with Access-Control-Request-Method'],
    [[headers => [Origin => 'null', @wants], method => 'OPTIONS'], $alone,  '', 'preflight: left alone', 'a preflight of origin null'],
    [[headers => [oRIGIN => origin(), 'access-control-request-METHOD' => 'PUT'], method => 'OPTIONS'],
        $alone, '', 'preflight: left alone', 'a preflight in other letters'],
);

plan tests => 4 * @table + 2;

for my $case (@table) {
    my ($ask, $expected, $vary, $logged, $title) = @$case;
    log_mark();
    my $r = request('/response/method/file.txt', @$ask);
    is($r->status, 200, "$title: the status");
    is($r->aceh, $expected, "$title: what is sent");
    is("@{ $r->vary }", $vary, "$title: Vary");
    my @lines = log_lines(qr/\[cors_expose:debug\]/);
    is_deeply([map { /\] (\w+: (?:sent|left alone))/ } @lines], [$logged], "$title: the log");
}

# A HEAD has the same list as the GET, also where it is written out.
my ($get, $head) = map {
    request('/response/everything/file.txt', method => $_, headers => [@origin, Cookie => 'a=b'])
} qw(GET HEAD);
is($head->aceh, $get->aceh, 'HEAD: the written-out list is that of GET');
like($head->aceh, qr/\bETag\b/, 'and not an empty one');

__END__
<LocationMatch "^/response/method/">
    ExposeHeaders X-One
    Header set Access-Control-Expose-Headers "X-Own"
    Header always set Access-Control-Expose-Headers "X-Err"
</LocationMatch>
