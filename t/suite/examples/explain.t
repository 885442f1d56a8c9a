# conf-examples/explain.conf
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Examples;
use CorsExpose::Test;
use Test::More;

my $port = serve('Include "' . example('explain.conf') . '"' . "\nExposeHeaders X-One\n");
my $r    = request('/expose-headers?url=/page.html&origin=https://app.example.com', port => $port);
is $r->status, 200, 'it answers';
like $r->body, qr/^  names: Access-Control-Expose-Headers: X-One$/m, 'and says what comes out';
like $r->body, qr/^    counts     ExposeHeaders X-One  .*case\.conf:2$/m, 'and why';

# The guard: where nobody is local, nobody is answered.
open my $file, '<', example('explain.conf') or die "explain.conf: $!\n";
my $text = do { local $/; <$file> };
is scalar($text =~ s/^( *)Require local$/$1Require ip 192.0.2.1/mg), 1, 'there is one guard';
$port = serve($text);
is request('/expose-headers?url=/', port => $port)->status, 403, 'who may not ask is refused';

done_testing;
