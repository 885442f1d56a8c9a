# conf-examples/demo/run, which `make demo` calls: what it says, what it serves, and that nothing of it stays behind.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Examples;
use CorsExpose::Ports qw(free_ports);
use CorsExpose::Test;
use IO::Socket::INET;
use JSON::PP qw(decode_json encode_json);
use Test::More;

# how it ends, the signal, its exit status
my @ends = (
    ['told to stop by its terminal', INT => 0],
    ['terminated', TERM => 143],
    ['hung up', HUP => 129],
);
# PORT, what the message says
my @refused = (
    ['web',   qr/PORT='web' is no port/],
    ['0',     qr/PORT='0' is no port/],
    ['65534', qr/PORT='65534' is too high/],
);

# What the page may have tried: a sentence, what differs from the usual question, the status, what the answer says.
my %usual = (outer => 'ExposeHeaders X-Total-Count X-RateLimit-*', inner => 'ExposeHeaders -X-RateLimit-Reset',
    origin => 'page', mode => 'cors', credentials => 'omit', cache => 'empty', allow => 'origin', status => '200', list => 'none');
my @tried = (
    ['a name and a pattern', {}, 200, qr/exposed by \\"X-RateLimit-\*\\" \(outer.conf:1\).*hidden by \\"-X-RateLimit-Reset\\" \(inner.conf:1\)/],
    ['it is sent',           {}, 200, qr/\["Access-Control-Expose-Headers","X-Total-Count, X-RateLimit-Limit, X-RateLimit-Remaining"\]/],
    ['the log has its say',  {}, 200, qr/"written-out: sent .* GET \S+ 200 for http:/],
    ['credentials',          { credentials => 'include' }, 200, qr/\["Access-Control-Allow-Credentials","true"\]/],
    ['what holds for it',    {}, 200, qr/"holds":".*counts +ExposeHeaders X-Total-Count X-RateLimit-\* +outer.conf:1\\n/],
    ['a status',             { status => '404' }, 200, qr/"status":404/],
    ['an origin',            { origin => 'https://app.example.com' }, 200, qr{\["Access-Control-Allow-Origin","https://app.example.com"\]}],
    ['no Origin',            { origin => 'none' }, 200, qr/\(credentialed: no Origin\)/],
    ['nobody may read it',   { allow => 'nobody' }, 200, qr/no script can read this response/],
    ['a malformed list',     { list => 'broken' }, 200, qr/dropped 1 malformed element/],
    ['comments, and letters that are not ASCII', { inner => "# Gr\x{fc}\x{df}e\n\n" }, 200, qr/X-RateLimit-Reset/],
    ['Never',                { outer => 'exposeheaders *', inner => 'ExposeHeadersNever X-Internal-*' }, 200,
        qr/hidden by ExposeHeadersNever \\"X-Internal-\*\\" \(inner.conf:1\)/],
    ['a warning at startup', { inner => 'ExposeHeaders X-A origin=https://*.com' }, 200,
        qr/"warnings":\["inner.conf:1: ExposeHeaders: 'origin=https:/],
    ['a note at startup', { inner => 'ExposeHeaders X-A origin=http://localhost' }, 200,
        qr/"notes":\["inner.conf:1: ExposeHeaders: 'origin=http:.*"warnings":\[\]/],
    ['the detail', { inner => 'ExposeHeadersDetail Header' }, 200, qr/\["X-Expose-Headers-Detail","written-out/],
    ["httpd's refusal",      { inner => "\nExposeHeaders X-A:" }, 200, qr/"by":"httpd","refused":"Syntax error on line 2 of inner.conf:\\nExposeHeaders: colon/],
    ['after a refusal',      {}, 200, qr/"refused"|X-RateLimit-Limit/],
    ['in IfModule', { inner => "<IfModule mod_cors_expose.c>\n    ExposeHeaders -X-RateLimit-Reset\n</IfModule>\n" }, 200,
        qr/hidden by \\"-X-RateLimit-Reset\\" \(inner.conf:2\)/],
    ['in IfModule, by its identifier', { inner => "<ifmodule cors_expose_module>\nExposeHeaders -X-RateLimit-Reset\n</ifmodule>" }, 200,
        qr/hidden by \\"-X-RateLimit-Reset\\" \(inner.conf:2\)/],
    ['IfModule that is left open', { inner => "\n<IfModule mod_cors_expose.c>\nExposeHeaders X-A" }, 200, qr/"refused":"inner.conf:2: <IfModule> without <\/IfModule>/],
    ['one that closes what it has not opened', { inner => '</IfModule>' }, 200, qr/"refused":"inner.conf:1: <\/IfModule> without <IfModule>/],
    ['one in another', { inner => "<IfModule mod_cors_expose.c>\n<IfModule mod_cors_expose.c>\n</IfModule>\n</IfModule>" }, 200, qr/"refused":"inner.conf:2: <IfModule> inside/],
    ['another module', { inner => "<IfModule mod_headers.c>\n</IfModule>" }, 200, qr/"refused":"inner.conf:1: '<IfModule' isn't taken here \(the demo takes/],
    ['allowed twice', { allow => 'twice' }, 200, qr{"Access-Control-Allow-Origin","http://127[^\]]*\],.*"Access-Control-Allow-Origin","\*"}],
    ['no-cors', { mode => 'no-cors' }, 200, qr/\(credentialed: no Origin\)/],
    ['an answer to be stored', { cache => 'old' }, 200, qr/\["Cache-Control","max-age=600"\]/],
    ['which is the new one', { cache => 'old' }, 200, qr/\["Access-Control-Expose-Headers","X-Total-Count, X-RateLimit-Limit, X-RateLimit-Remaining"\]/],
    ['and warns of nothing', { cache => 'old' }, 200, qr/"warnings":\[\]/],
    ['what README.md has beside it', { inner => 'LogLevel cors_expose:debug' }, 200, qr/"refused":"inner.conf:1: 'LogLevel' isn't taken here \(the demo has the whole log/],
    ['another directive',    { inner => "ExposeHeaders X-A\nHeader set X-A 1" }, 200, qr/"by":"demo","refused":"inner.conf:2: 'Header' isn't taken/],
    ['a container',          { inner => '</Location>' }, 200, qr/"refused":"inner.conf:1: '<\/Location>' isn't/],
    ['a directive that begins alike', { inner => 'ExposeHeadersX a' }, 200, qr/"refused":"inner.conf:1: 'ExposeHeadersX' isn't/],
    ['Include',              { outer => 'Include /etc/passwd' }, 200, qr/"refused":"outer.conf:1: 'Include' isn't/],
    ['a line that goes on',  { inner => "ExposeHeaders X-A \\\nHeader" }, 200, qr/"refused":"inner.conf:1: a line that goes on/],
    ['a variable',           { inner => 'ExposeHeaders \${RUN}' }, 200, qr/"refused":"inner.conf:1: variables/],
    ['an expression',        { inner => 'ExposeHeaders -X-Total-Count "expr=%{REQUEST_STATUS} == 200"' }, 200, qr/hidden by \\"-X-Total-Count\\"/],
    ['one that reads files', { inner => q(ExposeHeaders X-A "expr=file('/etc/passwd') =~ /root/") }, 200, qr/"refused":"inner.conf:1: expressions that look at files/],
    ['one that looks for files', { inner => q(ExposeHeaders X-A "expr=-f '/etc/passwd'") }, 200, qr/"refused":"inner.conf:1: expressions that look at files/],
    ['many lines',           { inner => "#\n" x 21 }, 200, qr/"refused":"inner.conf: at most 20 lines/],
    ['a long line',          { inner => '#' . 'x' x 500 }, 200, qr/"refused":"inner.conf:1: at most 500/],
    ['a control character',  { inner => "ExposeHeaders X-A\0" }, 200, qr/"refused":"inner.conf:1: a control/],
    ['what cannot be chosen', { allow => 'evil' }, 200, qr/"refused":"allow: not 'evil'/],
    ['what is no text',      { inner => ['x'] }, 200, qr/"refused":"inner: no text/],
);
# Who may not: a sentence, headers or the method instead of the page's, the status.
my @forbidden = (
    ['without the token',    { 'X-Demo-Token' => undef }, 403],
    ['with another token',   { 'X-Demo-Token' => '0' x 32 }, 403],
    ['from another origin',  { Origin => 'https://app.example.com' }, 403],
    ['from another port',    { Origin => 'http://127.0.0.1:1' }, 403],
    ['without an Origin',    { Origin => undef }, 403],
    ['by a foreign name',    { Host => 'rebound.example', Origin => 'http://rebound.example' }, 403],
    ['as a form',            { 'Content-Type' => 'text/plain' }, 415],
    ['with GET',             { method => 'GET' }, 405],
    ['too much',             { body => 'x' x 20_000 }, 413],
);

plan tests => 6 + 6 * @ends + 2 * @tried + 2 * @forbidden + 9 + 3 + 2 * @refused;

my $module = Apache::Test::vars('top_dir') . '/build/mod_cors_expose.so';
local $ENV{HTTPD} = Apache::Test::vars('httpd');
delete @ENV{qw(ONCE PORT)};

# A demo that doesn't end would hang the suite.
my $running;
$SIG{ALRM} = sub { kill KILL => $running; die "the demo doesn't end\n" };

# Starts the demo with these variables. Returns its process and a handle to read its output from.
sub demo {
    my (%env) = @_;
    my $pid = open(my $output, '-|') // die "fork: $!\n";
    if ($pid) {
        $running = $pid;
        alarm 120;
        return ($pid, $output);
    }
    @ENV{ keys %env } = values %env;
    setpgrp;    # a terminal's signals go to all of a group
    $SIG{INT} = 'DEFAULT';
    open STDERR, '>&', \*STDOUT or die "dup: $!\n";
    exec example('demo/run'), $module or die "exec: $!\n";
}

sub are_free {
    my ($port) = @_;
    for my $p ($port .. $port + 2) {
        IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $p, Listen => 1, ReuseAddr => 1) or return 0;
    }
    return 1;
}

my $port = free_ports(3);
{
    my ($pid, $output) = demo(ONCE => 1, PORT => $port);
    my $text = do { local $/; <$output> };
    close $output;
    is $?, 0, 'ONCE=1 ends by itself, and well' or diag $text;
    my @rows = $text =~ m{^(/[a-z-]+  .*)}mg;
    cmp_ok scalar @rows, '>=', 12, 'the table has a row for each policy, with credentials and without';
    is join(' ', grep { length > 80 } split /\n/, $text), '', 'the table fits into a terminal';
    my @words = $text =~ /^  ([a-z-]+): (?:sent "[^"]+"|left alone) \((?:not )?credentialed/mg;
    is scalar @words, scalar @rows, 'each row has the words of the log';
    like $text, qr/^@{[scalar @rows]} requests, each/m, 'and the count adds up';
    ok are_free($port), 'nothing of it listens any more';
}

for my $end (@ends) {
    my ($title, $signal, $status) = @$end;
    my ($pid, $output) = demo(PORT => $port);
    my $text = '';
    while (<$output>) {
        $text .= $_;
        last if /^Ctrl-C/;
    }
    my ($folder) = $text =~ m{^The log: +(/.+)/error_log$}m or diag $text;
    ok -d $folder, "$title: it has a folder";
    my $page = request('/', port => $port);
    is $page->status, 200, "$title: it serves the page";
    like $page->body, qr/<title>.*cross-origin/, "$title: which is the page";
    alarm 120;
    kill "-$signal" => $pid;
    1 while <$output>;    # to its end: what it still prints mustn't meet a closed pipe
    close $output;
    is $? & 127 ? "signal " . ($? & 127) : $? >> 8, $status, "$title: its status";
    ok !-e $folder, "$title: the folder is gone";
    ok are_free($port), "$title: nothing of it listens any more";
}

{
    my ($pid, $output) = demo(PORT => $port);
    my $text = '';
    while (<$output>) {
        $text .= $_;
        last if /^Ctrl-C/;
    }
    my ($folder) = $text =~ m{^The log: +(/.+)/error_log$}m;
    my ($token) = request('/', port => $port)->body =~ /name="demo-token" content="([0-9a-f]{32})"/;
    ok $token, 'the page has a token';
    my $foreign = request('/', port => $port, host => "rebound.example:$port");
    is $foreign->status . ($foreign->body =~ /$token/ ? ', with the token' : ''), 403, 'a foreign name gets no page';
    my %own = (Host => "127.0.0.1:$port", Origin => "http://127.0.0.1:$port", 'X-Demo-Token' => $token, 'Content-Type' => 'application/json');
    my $try = sub {
        my ($question, %differs) = @_;
        my ($method, $body) = (delete $differs{method} // 'POST', delete $differs{body} // encode_json({ %usual, %$question }));
        my %headers = (%own, %differs);
        return request('/try', port => $port, method => $method, body => $body, headers => [map { defined $headers{$_} ? ($_ => $headers{$_}) : () } sort keys %headers]);
    };
    for my $case (@tried) {
        my ($title, $question, $status, $says) = @$case;
        my $answer = $try->($question);
        is $answer->status, $status, "tried, $title: the status";
        like $answer->body, $says, "tried, $title: the answer";
        alarm 120;
    }
    for my $case (@forbidden) {
        my ($title, $differs, $status) = @$case;
        my $answer = $try->({}, %$differs);
        is $answer->status, $status, "refused, $title";
        unlike $answer->body, qr/X-Total-Count/, "refused, $title: nothing is answered";
    }
    # What the page asks for before it asks again.
    my ($path) = $try->({ cache => 'old' })->body =~ m{"path":"(/try/\d+/orders)"};
    my $list = sub { scalar request($path, port => $port + 1, headers => [Origin => "http://127.0.0.1:$port", @_])->header('Access-Control-Expose-Headers') };
    is $list->(Accept => 'application/x.before'), undef, 'an answer from before the lines has no list';
    ok $list->(Accept => '*/*'), 'one from after them has';
    for my $file (qw(/why-null/ /why-null/cors.js /why-null/page.js /why-null/page.css)) {
        my $answer = request($file, port => $port);
        is join(' ', $answer->status, $answer->header('Content-Type') =~ m{^([a-z/]+)}), '200 ' . ($file =~ /js$/ ? 'text/javascript' : $file =~ /css$/ ? 'text/css' : 'text/html'), "$file is served";
    }
    my @left = glob "$folder/candidate/*";
    is "@left", '', 'nothing that was refused is left';
    alarm 120;
    kill -INT => $pid;
    1 while <$output>;
    close $output;
}

for my $offset (0 .. 2) {
    my $taken = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $port + $offset, Listen => 1, ReuseAddr => 1)
        or die "port: $!\n";
    my ($pid, $output) = demo(ONCE => 1, PORT => $port);
    my $text = do { local $/; <$output> };
    close $output;
    my $number = $port + $offset;
    like +($? >> 8) . " $text", qr/^1 port $number: .*\n.*make demo PORT=/, "taken, the port + $offset is named, and the way out";
}

for my $case (@refused) {
    my ($value, $message) = @$case;
    my ($pid, $output) = demo(ONCE => 1, PORT => $value);
    my $text = do { local $/; <$output> };
    close $output;
    is $? >> 8, 1, "PORT=$value: it stops";
    like $text, $message, "PORT=$value: and says why";
}
