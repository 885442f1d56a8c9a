# Subrequests of mod_include: the page is one response, with one decision and one list.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More tests => 8;

my @origin = (Origin => origin());

log_mark();
my $r = request('/response/includes/page.shtml', headers => [@origin]);
is($r->status, 200, 'the page came');
like($r->body, qr/0123456789.*between.*sorry: none/s, 'with what it includes');
is($r->aceh, 'X-Main', "the policies of what it includes don't count");
is_deeply($r->vary, ['origin'], 'Vary has Origin once');
my @lines = log_lines(qr/\[cors_expose:\w+\]/);
is(scalar @lines, 1, 'one decision, not one for each subrequest');
like($lines[0], qr/names: sent "X-Main"/, "and it is the page's");

$r = request('/response/none/page.shtml', headers => [@origin]);
is($r->aceh, undef, 'a page without a policy gets none from what it includes');
is_deeply($r->vary, [], 'nor a Vary');

__END__
<Location "/response/includes">
    ExposeHeaders X-Main
</Location>
<Location "/response/included">
    ExposeHeaders X-Included
    Header always set X-Included 1
    Header always set Access-Control-Expose-Headers "X-From-Subrequest"
</Location>
