# conf-examples/demo/run, which `make demo` calls: what it says, what it serves, and that nothing of it stays behind.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Examples;
use CorsExpose::Server qw(free_ports);
use CorsExpose::Test;
use IO::Socket::INET;
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

plan tests => 6 + 6 * @ends + 3 + 2 * @refused;

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
