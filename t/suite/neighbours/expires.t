# mod_expires: its filter comes first, so a condition sees what it said.
use strict;
use warnings;
use Test::More tests => 4;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my $response = request('/neighbours/expires/long.txt', headers => anonymous());
is($response->header('Cache-Control'), 'max-age=60', 'mod_expires is at work');
check($response, ['X-Here'], 'a condition on Cache-Control');
check(request('/neighbours/expires/long.txt?own', headers => anonymous()), ['X-Here', 'X-Own'], 'the same, and a list of its own');
check(request('/neighbours/expires/not-there', headers => anonymous()), undef, 'on an error, for which mod_expires says nothing');

__END__
<Location "/neighbours/expires/">
    ExposeHeaders X-Here "expr=resp('Cache-Control') == 'max-age=60'"
    ExpiresActive On
    ExpiresDefault "access plus 60 seconds"
</Location>
