# What the tests of conf-examples/recipes/ share: a stand-in for the server that a recipe is for, and a script's look at what
# comes through. The recipes are loaded as they are, by a server of the test's own.
package Recipe;
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Test;
use Exporter qw(import);
use FindBin;
use IO::Socket::INET;
use POSIX ();
use Test::More;
use lib "$FindBin::Bin/../../caches";
use Browser qw(passes_cors_check reads);

our @EXPORT = qw(recipe recipe_says recipe_text recipes serve_recipe stand_in try_cases try_preflights was_read tried_all);

# what the cases have read so far, and what their preflights have asked for
my (%read, %asked);

# for a server of a recipe that says who may read: "true" if it says so of requests with cookies
my %credentials;

# What each answer of a stand-in has besides the protocol's own headers, and no recipe may let a script read.
use constant INTERNAL => ('X-Internal-Node' => 'db-7', 'Set-Cookie' => 'session=1');

# X-Internal-Asked comes with them, for a test: "METHOD /path Host X-Forwarded-Proto". And the server says of its own who may
# read, which httpd has to replace, unless the answer's headers say so.
use constant ELSEWHERE => ('Access-Control-Allow-Origin' => 'https://elsewhere.example', 'Access-Control-Allow-Credentials' => 'true');

sub recipe { return Apache::Test::vars('top_dir') . "/conf-examples/recipes/$_[0].conf" }

sub recipes { return sort map { m{([^/]+)\.conf\z} } glob recipe('*') }

sub recipe_text {
    my ($name) = @_;
    open my $file, '<', recipe($name) or die "$name: $!\n";
    local $/;
    return scalar <$file>;
}

# What the comment at a recipe's head says after a word, on one line: recipe_says('rest', 'URLs').
sub recipe_says {
    my ($name, $word) = @_;
    my ($said) = recipe_text($name) =~ /^# \Q$word\E: +(.*\n(?:#  .*\n)*)/m or return;
    return $said =~ s/\n(?:# +)?/ /gr =~ s/ \z//r;
}

# serve_recipe($name, { BACKEND => port, ... }, $config, %files) starts a server with that recipe and what a test adds to it; a
# number is the port of a stand-in. Returns the server's port.
sub serve_recipe {
    my ($name, $defines, $config, %files) = @_;
    my @defines = map { "Define $_ " . ($defines->{$_} =~ /\A\d+\z/ ? "http://127.0.0.1:$defines->{$_}" : qq("$defines->{$_}")) }
        sort keys %{ $defines // {} };
    my $port = serve(join("\n", @defines, 'Include "' . recipe($name) . '"', $config // ''), %files);
    my $text = recipe_text($name);
    $credentials{$port} = $text =~ /Allow-Credentials true/ ? 'true' : undef if $text =~ /Allow-Origin/;
    return $port;
}

# stand_in('METHOD /path' => [status, [Name => value, ...], body], ...) starts a server that answers so, and returns its port. The
# path is compared with the query, and then without. A body may be a function: it gets the socket after the head has gone out.
my @stand_ins;

sub stand_in {
    my (%answers) = @_;
    my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 64) or die "no port: $!\n";
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        local $SIG{CHLD} = 'IGNORE';
        while (my $socket = $listener->accept) {
            fork // die "fork: $!\n" or eval { _answer($socket, \%answers); 1 } // print(STDERR $@), POSIX::_exit(0);
        }
        POSIX::_exit(1);
    }
    push @stand_ins, $pid;
    return $listener->sockport;
}

sub _answer {
    my ($socket, $answers) = @_;
    my ($head, $length) = ('', 0);
    while ((my $line = <$socket> // return) ne "\r\n") {
        $head .= $line;
        $length = $1 if $line =~ /\AContent-Length:\s*(\d+)/i;
    }
    read $socket, my ($ignored), $length;
    my ($method, $path) = $head =~ /\A(\S+) (\S+)/;
    my $found = $answers->{"$method $path"} || $answers->{ "$method " . $path =~ s/\?.*//r } || [404, [],
        "no answer to $method $path\n"];
    my ($status, $headers, $body) = @$found;
    my ($host) = $head =~ /^Host: (.*)\r$/mi;
    my ($scheme) = $head =~ /^X-Forwarded-Proto: (.*)\r$/mi;
    my @own = grep({ $_ eq 'Access-Control-Allow-Origin' } @$headers) ? () : ELSEWHERE;
    my $asked = join ' ', $method, $path, $host, $scheme // ();
    my @fields = (@$headers, @own, INTERNAL, 'X-Internal-Asked' => $asked, Connection => 'close');
    my $bare = $method eq 'HEAD' || $status == 204 || $status == 304;
    push @fields, 'Content-Length' => length($body // '') unless ref $body || $status == 204 || $status == 304;
    my $text = "HTTP/1.1 $status Whatever\r\n";
    while (my ($name, $value) = splice @fields, 0, 2) { $text .= "$name: $value\r\n" }
    print {$socket} "$text\r\n", $bare || ref $body ? '' : $body // '';
    $socket->flush;
    $body->($socket) if ref $body;
    return;
}

END {
    my $status = $?;
    kill TERM => @stand_ins;
    waitpid $_, 0 for @stand_ins;
    $? = $status;
}

# try_cases($port, [$sentence, 'METHOD /path', %expected], ...): what is expected is the `status` (200), and the names that the
# script `reads` and those that it `hides`, all of which the answer has. From a stand-in, it hides what is internal, too; an
# answer that is `httpds` own hides Server. The request has `headers` and a `body`, comes from `origin`, in credentials `mode`
# omit or include.
sub try_cases {
    my ($port, @cases) = @_;
    for my $case (@cases) {
        my ($sentence, $request, %opt) = @$case;
        my ($method, $path) = split / /, $request, 2;
        my $origin = $opt{origin} // origin();
        my $response = request($path, method => $method, port => $port, body => $opt{body},
            headers => [Origin => $origin, @{ $opt{headers} // [] }]);
        is $response->status, $opt{status} // 200, "$sentence: the status";
        is $response->header('Access-Control-Allow-Credentials'), $credentials{$port}, "$sentence: whether cookies are welcome"
            if exists $credentials{$port};

        my $answer = { headers => [$response->fields] };
        my $mode = $opt{mode} // 'omit';
        my $script = passes_cors_check($answer, $origin, $mode) ? reads($answer, $mode) : {};
        my @hidden = $opt{httpds} ? 'Server' : (INTERNAL)[0, 2];
        push @hidden, split / /, $opt{hides} // '';
        was_read(my @reads = split / /, $opt{reads} // '');
        is join(' ', grep { !$script->{ lc $_ } } @reads), '', "$sentence: the script reads @reads" if @reads;
        is join(' ', grep { !defined $response->header($_) || $script->{ lc $_ } } @hidden), '',
            "$sentence: it doesn't read @hidden";
    }
    return;
}

# try_preflights($port, [$sentence, 'METHOD /path', [headers that the script sends], mode => 'include', origin => ..., list => ...], ...):
# Fetch's check of a preflight. It has to be httpd itself that answers, and it has no list, or the one that is the option `list`.
sub try_preflights {
    my ($port, @cases) = @_;
    for my $case (@cases) {
        my ($sentence, $request, $headers, %opt) = @$case;
        my ($method, $path) = split / /, $request, 2;
        my $origin = $opt{origin} // origin();
        my $mode = $opt{mode} // 'omit';
        $asked{ lc $_ } = 1 for $method, @$headers;
        my $response = request($path, method => 'OPTIONS', port => $port, headers => [Origin => $origin,
            'Access-Control-Request-Method' => $method, 'Access-Control-Request-Headers' => join(',', sort map { lc } @$headers)]);
        my @problems;
        push @problems, 'the status is ' . $response->status if $response->status !~ /\A2/;
        push @problems, 'it is not for this origin' unless passes_cors_check({ headers => [$response->fields] }, $origin, $mode);
        my ($methods, $names) = map { _list($response->header("Access-Control-Allow-$_")) } qw(Methods Headers);
        my ($any_method, $any_name) = map { $_->{'*'} && $mode eq 'omit' } $methods, $names;
        push @problems, "$method is not allowed" unless $any_method || $methods->{ lc $method } || $method =~ /\A(?:GET|HEAD|POST)\z/;
        push @problems, map { "$_ is not allowed" } grep { !$names->{ lc $_ } && !($any_name && lc $_ ne 'authorization') } @$headers;
        my ($list, $wanted) = ($response->aceh // 'none', $opt{list} // 'none');
        push @problems, "its list is $list" if $list ne $wanted;
        push @problems, 'it comes from the stand-in' if defined $response->header('X-Internal-Node');
        is join('; ', @problems), '', "$sentence: the preflight lets it through";
    }
    return;
}

# tried_all($name): of all names that a recipe exposes, methods and request headers that it allows, none went untried by the cases.
sub was_read { $read{ lc $_ } = 1 for @_; return }

sub tried_all {
    my ($name) = @_;
    my (@exposed, @allowed);
    for my $line (split /\n/, recipe_text($name)) {
        push @exposed, grep { /\A[^-*]/ } split ' ', $1 if $line =~ /\A\s*ExposeHeaders (.*)/;
        push @allowed, grep { $_ ne '*' && !/^expr=/ } split /, /, $1
            if $line =~ /\A\s*Header always \w+ Access-Control-Allow-(?:Methods|Headers) "(.*)"/;
    }
    ok scalar @exposed, "$name exposes something";
    my @unread = grep { my $re = join '.+', map { quotemeta } split /\*/, lc, -1; !grep { /\A$re\z/ } keys %read } @exposed;
    is "@unread", '', "$name: a case reads each name";
    is join(' ', grep { !$asked{ lc $_ } } @allowed), '', "$name: a preflight asks for each method and header";
    return;
}

sub _list { return { map { lc($_) => 1 } split /\s*,\s*/, $_[0] // '' } }

1;
