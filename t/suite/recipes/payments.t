# conf-examples/recipes/payments.conf, with what x402's servers and the Payment scheme's answer
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

my $backend = stand_in(
    'GET /paid/report'  => [402, ['PAYMENT-REQUIRED' => 'eyJ4NDAyVmVyc2lvbiI6Mn0=',
        'Access-Control-Expose-Headers' => 'PAYMENT-RESPONSE'], '{}'],
    'POST /paid/report' => [200, ['PAYMENT-RESPONSE' => 'eyJzdWNjZXNzIjp0cnVlfQ=='], 'report'],
    'POST /paid/old'    => [200, ['X-PAYMENT-RESPONSE' => 'eyJzdWNjZXNzIjp0cnVlfQ=='], 'report'],
    'GET /paid/scheme'  => [402, ['WWW-Authenticate' => 'Payment id="1", method="card", intent="charge"'], ''],
    'GET /paid/scheme2' => [200, ['Payment-Receipt' => 'eyJzdGF0dXMiOiJzdWNjZXNzIn0'], 'report'],
    'GET /paid/many'    => [429, ['Retry-After' => 5], ''],
);
my $port = serve_recipe('payments', { PAYMENTS_BACKEND => $backend });

try_cases($port,
    ['a price', 'GET /paid/report', status => 402, reads => 'PAYMENT-REQUIRED'],
    ['what is paid for', 'POST /paid/report', headers => ['PAYMENT-SIGNATURE' => 'x'], body => '{}', reads => 'PAYMENT-RESPONSE'],
    ['the first version', 'POST /paid/old', headers => ['X-PAYMENT' => 'x'], body => '{}', reads => 'X-PAYMENT-RESPONSE'],
    ['the Payment scheme asks', 'GET /paid/scheme', status => 402, reads => 'WWW-Authenticate'],
    ['the Payment scheme answers', 'GET /paid/scheme2', headers => [Authorization => 'Payment x'], reads => 'Payment-Receipt'],
    ['too often', 'GET /paid/many', status => 429, reads => 'Retry-After'],
);
try_preflights($port,
    (map { ["a paid $_", "$_ /paid/report", [qw(PAYMENT-SIGNATURE Access-Control-Expose-Headers)]] } qw(GET HEAD POST PUT PATCH DELETE)),
    ['the first version', 'POST /paid/old', [qw(X-PAYMENT Access-Control-Expose-Headers Content-Type)]],
    ['the Payment scheme', 'GET /paid/scheme', ['Authorization']],
    ['somebody who has paid before', 'GET /paid/report', ['SIGN-IN-WITH-X']],
);
tried_all('payments');
done_testing;
