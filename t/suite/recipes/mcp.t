# conf-examples/recipes/mcp.conf, with what a server of the protocol answers
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Test;
use Recipe;
use Test::More;

use Apache::Test ();
use IO::Socket::INET;

my $go = Apache::Test::vars('t_state') . "/mcp-go-$$";
my @session = ('Mcp-Session-Id' => '1868a90c', 'Mcp-Protocol-Version' => '2025-11-25');
my $backend = stand_in(
    'POST /mcp'         => [200, [@session, 'Content-Type' => 'application/json', 'Access-Control-Allow-Origin' => '*',
        'Access-Control-Expose-Headers' => 'mcp-session-id'], '{"jsonrpc":"2.0"}'],
    'POST /mcp/notify'  => [202, [@session], ''],
    # no event comes before the client has seen the head
    'GET /mcp'          => [200, [@session, 'Content-Type' => 'text/event-stream'], sub {
        my ($socket) = @_;
        for (1 .. 600) {
            last if -e $go;
            select undef, undef, undef, 0.05;
        }
        print {$socket} "data: {}\n\n";
    }],
    'GET /mcp/resumed'  => [200, [@session, 'Content-Type' => 'text/event-stream', 'Last-Event-Id' => '7'], "data: {}\n\n"],
    'POST /mcp/login'   => [401,
        ['WWW-Authenticate' => 'Bearer resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource"'], ''],
    'POST /mcp/old'     => [404, [], '{}'],
    'POST /mcp/bad'     => [400, ['Mcp-Protocol-Version' => '2025-11-25'], '{}'],
    'DELETE /mcp'       => [405, [Allow => 'GET, POST'], ''],
    'POST /mcp/many'    => [429, ['Retry-After' => 3], ''],
);
my $port = serve_recipe('mcp', { MCP_BACKEND => $backend });
my @post = (body => '{}', headers => ['Content-Type' => 'application/json']);

try_cases($port,
    ['the answer to initialize', 'POST /mcp', @post, reads => 'Mcp-Session-Id Mcp-Protocol-Version'],
    ['with a token', 'POST /mcp', body => '{}', headers => [Authorization => 'Bearer x'], reads => 'Mcp-Session-Id'],
    ['a notification', 'POST /mcp/notify', @post, status => 202, reads => 'Mcp-Session-Id'],
    ['a login is asked for', 'POST /mcp/login', @post, status => 401, reads => 'WWW-Authenticate'],
    ['a stream that goes on', 'GET /mcp/resumed', reads => 'Last-Event-Id Mcp-Session-Id'],
    ['a session that has ended', 'POST /mcp/old', @post, status => 404],
    ['a wrong version', 'POST /mcp/bad', @post, status => 400, reads => 'Mcp-Protocol-Version'],
    ['sessions that no client can end', 'DELETE /mcp', status => 405, hides => 'Allow'],
    ['too many', 'POST /mcp/many', @post, status => 429, reads => 'Retry-After'],
    ['another origin', 'POST /mcp', @post, origin => 'https://example.org', hides => 'Mcp-Session-Id'],
);
try_preflights($port,
    ['a call', 'POST /mcp', [qw(Content-Type Authorization Mcp-Session-Id Mcp-Protocol-Version)]],
    ['a call by the protocol of 2026', 'POST /mcp', [qw(Content-Type Mcp-Protocol-Version Mcp-Method Mcp-Name)]],
    ['a stream that goes on', 'GET /mcp', [qw(Mcp-Session-Id Last-Event-Id)]],
    ['a session ends', 'DELETE /mcp', ['Mcp-Session-Id']],
);

# The head of an event stream is there before the first event.
my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or die "port $port: $!\n";
print {$socket} "GET /mcp HTTP/1.1\r\nHost: 127.0.0.1:$port\r\nOrigin: ${\origin()}\r\nAccept: text/event-stream\r\nConnection: close\r\n\r\n";
$socket->flush;
local $SIG{ALRM} = sub { die "no head came before the first event\n" };
alarm 20;
my $head = '';
$head .= readline $socket until $head =~ /\r\n\r\n/;
alarm 0;
open my $file, '>', $go or die "$go: $!\n";
my ($list) = $head =~ /^Access-Control-Expose-Headers: (.*)\r$/mi;
ok !!(grep { lc eq 'mcp-session-id' } split /, /, $list // ''),
    'an event stream: the script reads Mcp-Session-Id before the first event';
like do { local $/; <$socket> }, qr/^data: \{\}$/m, 'then the event comes';
unlink $go;
tried_all('mcp');
done_testing;
