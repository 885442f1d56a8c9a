# Random edits in nested containers, and random responses, against the naive model of the design (CorsExpose::Model).
#
# The seed is printed. From the environment: PROPERTY_SEED repeats a run, PROPERTY_CASES asks for more or fewer cases (100000,
# for an hour of them; PROPERTY_ONLY=NUMBER is one case of such a run). A case that fails prints its configuration, its exchange
# and what the model expects.
#
# Each case has folders of its own in a virtual host, and the containers that it wants around them; it may lead through
# several requests, each of which has containers. The cases of a batch share a server; of its main configuration and its virtual
# hosts some have directives too.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve stop);
use CorsExpose::Fields qw(is_never_written_out);
use CorsExpose::Model qw(decide drops_validators);
use CorsExpose::Test;
use List::Util qw(shuffle);
use Test::More;

use constant {
    BATCH    => 500,   # cases of a server, at most
    HOSTS    => 10,    # virtual hosts of each
    PIPELINE => 25,    # requests on one connection
};

my $seed  = $ENV{PROPERTY_SEED}  // int rand 2**31;
my $cases = $ENV{PROPERTY_CASES} // 2000;
diag "seed $seed (PROPERTY_SEED=$seed repeats this run)";

my $batches = int(($cases + BATCH - 1) / BATCH);
$batches = 4 if $batches < 4;

# What httpd leaves off its 304s, the model can't read there.
my $unmodified = sends_on_304 ? 304 : 200;
my @REASONS = (qw(off preflight not-allowed no-origin empty names wildcard written-out), sends_on_304 ? 'not-modified' : ());
plan tests => defined $ENV{PROPERTY_ONLY} ? 2 : $cases + $batches + @REASONS + 1;

my %seen;    # reasons, and how often

# ---------------------------------------------------------------------------------------------------------------------
# Chance

sub chance { return rand() < $_[0] }
sub pick   { return $_[rand @_] }

# A random choice of a few, in any order.
sub some {
    my ($most, @of) = @_;
    return map { pick(@of) } 1 .. int rand($most + 1);
}

# Keys with weights.
sub weighted {
    my %weights = @_;
    my $total = 0;
    $total += $_ for values %weights;
    my $at = rand $total;
    for my $key (sort keys %weights) {
        $at -= $weights{$key};
        return $key if $at < 0;
    }
    die 'weights';
}

# The same name in other letters, now and then.
sub respelled {
    my ($name) = @_;
    return chance(0.15) ? pick(lc $name, uc $name) : $name;
}

# ---------------------------------------------------------------------------------------------------------------------
# What a case is made of

my @HEADERS = qw(X-A X-B X-C X-D X-Rate-Limit X-Rate-Left X-Rate-Reset X-Internal-Key X-Public-Key ETag Retry-After Link
    X_Under.Score X-Odd!~`| *);
my @NAMES = grep { $_ ne '*' } @HEADERS;    # a header may be called so, but nobody can ask for it
# These mean something to somebody.
my @SPECIAL = qw(Date Server Vary Content-Type Content-Length Cache-Control Last-Modified Expires Pragma Authorization
    Upgrade Trailer Content-Range Access-Control-Max-Age);
my @ABSENT   = qw(X-Absent X-Rate-Absent Absent-Key);
my @PATTERNS = qw(X-* X-Rate-* *-Key *-rate-* X-*-* *e* D* X-Internal-* *A *);
my @NEVER    = qw(X-Internal-* X-A X-Rate-Reset D* *-Key X-Nothing Set-Cookie Set-Cookie2 x-rate-* *);
my @ORIGINS  = qw(https://app.example.com https://*.example.com http://localhost:* https://other.test https://*.other.test:8443);
my @SENT     = qw(https://app.example.com https://app.example.com https://app.example.com https://deep.sub.example.com
    https://example.com http://localhost:3000 http://localhost https://other.test null https://app.example.com.evil.test);

# Expressions, and what they give for a status and the request's X-Flags.
my %EXPRESSION = (
    'true'                         => sub { 1 },
    'false'                        => sub { 0 },
    '%{REQUEST_STATUS} -lt 400'    => sub { $_[0] < 400 ? 1 : 0 },
    '%{REQUEST_STATUS} == 404'     => sub { $_[0] == 404 ? 1 : 0 },
    # %{HTTP:...} would add to Vary
    q(req_novary('X-Flags') =~ /one/) => sub { $_[1] =~ /one/ ? 1 : 0 },
    q(file('/nowhere/at/all') == '') => sub { undef },
);
my $BROKEN = q(file('/nowhere/at/all') == '');

# What kinds of words a case uses. The first ones are those for which the module may take a shorter way.
my %PROFILE = (
    names     => { weight => 5, edits => { name => 8, special => 1, absent => 1 } },
    removals  => { weight => 4, edits => { name => 6, remove => 3, special => 1 } },
    forgets   => { weight => 2, edits => { name => 6, remove => 2, none => 2, pattern => 1 } },
    patterns  => { weight => 4, edits => { name => 3, remove => 1, pattern => 4, unpattern => 1 } },
    wildcard  => { weight => 4, edits => { everything => 5, name => 3, special => 1 } },
    minus     => { weight => 3, edits => { everything => 4, name => 2, remove => 2, unpattern => 1 } },
    all       => { weight => 8, edits => { name => 6, special => 2, absent => 1, remove => 3, pattern => 3, unpattern => 2,
            everything => 1, none => 1 }, conditions => 0.3 },
    conditions => { weight => 5, edits => { name => 6, remove => 1, pattern => 1, everything => 1, none => 1 }, conditions => 0.7 },
);

sub edit {
    my ($kinds) = @_;
    my $kind = weighted(%$kinds);
    my $sign = chance(0.2) ? '+' : '';
    return 'None' if $kind eq 'none';
    return "$sign*" if $kind eq 'everything';
    return $sign . respelled(pick(@SPECIAL)) if $kind eq 'special';
    return $sign . pick(@ABSENT) if $kind eq 'absent';
    return $sign . respelled(pick(@PATTERNS)) if $kind eq 'pattern';
    return '-' . respelled(pick(@PATTERNS)) if $kind eq 'unpattern';
    return '-' . respelled(pick(@NAMES, @SPECIAL)) if $kind eq 'remove';
    return $sign . respelled(pick(@NAMES));
}

sub conditions {
    my ($edits, $in_htaccess) = @_;
    # Whether None counts when its line's expression can't be evaluated, and what that comes to beside another condition
    # that fails, the design leaves open; and .htaccess files may not read files.
    return qq("expr=$BROKEN") if chance(0.1) && !$in_htaccess && !grep { lc $_ eq 'none' } @$edits;
    my @conditions;
    push @conditions, map { "origin=$_" } pick(@ORIGINS), some(1, @ORIGINS) if chance(0.5);
    push @conditions, 'env=' . pick('', '!') . pick(qw(FLAG_ONE FLAG_TWO FLAG_SUB FLAG_TO FLAG_ERR FLAG_FIXUP)) if chance(0.4);
    push @conditions, qq("expr=@{[pick(grep { $_ ne $BROKEN } sort keys %EXPRESSION)]}") if chance(0.3) || !@conditions;
    return shuffle @conditions;
}

# The directives of one container.
sub directives {
    my ($profile, $in_htaccess) = @_;
    my @lines;
    for (1 .. pick(1, 1, 1, 2, 3)) {
        my @edits = map { edit($profile->{edits}) } 1 .. pick(1, 1, 2, 3, 4);
        my @conditions = $profile->{conditions} && chance($profile->{conditions}) ? conditions(\@edits, $in_htaccess) : ();
        push @lines, join ' ', 'ExposeHeaders', join(pick(' ', ' ', ', '), @edits), @conditions;
    }
    push @lines, 'ExposeHeadersBackend ' . pick(qw(Merge Replace Keep keep)) if chance(0.12);
    push @lines, 'ExposeHeadersWildcard ' . pick(qw(Auto Expand expand)) if chance(0.1);
    push @lines, 'ExposeHeadersWhen ' . weighted(CORS => 2, Allowed => 4, Always => 4, Off => 2, always => 1) if chance(0.17);
    push @lines, join ' ', 'ExposeHeadersNever', pick(@NEVER), some(1, @NEVER) if chance(0.13) && !$in_htaccess;
    # Any of them may also stand alone.
    @lines = grep { !/^ExposeHeaders / } @lines if @lines > 1 && $lines[-1] !~ /^ExposeHeaders / && chance(0.2);
    return shuffle @lines;
}

# An Access-Control-Expose-Headers that a response brings along.
sub own_list {
    my @elements = map { pick(respelled(pick(@NAMES)), respelled(pick(@NAMES)), pick(@SPECIAL), pick(@ABSENT)) } 1 .. pick(0, 1, 1, 2, 3);
    push @elements, '*' if chance(0.25);
    push @elements, pick('X-*', 'None', '-X-A', '', 'Set-Cookie') if chance(0.15);
    push @elements, pick('bad name', '(X-A)', 'X-B;q=1', 'X-A X-B') if chance(0.15);
    return join pick(', ', ','), shuffle @elements;
}

# ---------------------------------------------------------------------------------------------------------------------
# A case

# Where containers can be, from the outermost to the innermost as httpd merges them: which requests they hold for, and what is
# written around the directives, for a case's number and its folders. .htaccess files go into the folder that is named.
my @PLACES = (
    [qr{},                '<Directory "ROOT/CASE">', '</Directory>'],
    [qr{},                'CASE/.htaccess'],
    [qr{^sub/},           '<Directory "ROOT/CASE/sub">', '</Directory>'],
    [qr{^to/},            '<Directory "ROOT/CASE/to">', '</Directory>'],
    [qr{^err/},           '<Directory "ROOT/CASE/err">', '</Directory>'],
    [qr{^sub/},           'CASE/sub/.htaccess'],
    [qr{^to/},            'CASE/to/.htaccess'],
    [qr{^err/},           'CASE/err/.htaccess'],
    [qr{^sub/},           '<DirectoryMatch "/CASE/sub">', '</DirectoryMatch>'],
    [qr{^(?:to|err)/},    '<DirectoryMatch "/CASE/(?:to|err)">', '</DirectoryMatch>'],
    [qr{/r},              qq(<Directory "ROOT/CASE">\n<Files "r.*">), "</Files>\n</Directory>"],
    [qr{^sub/r},          qq(<Directory "ROOT/CASE/sub">\n<FilesMatch "^r\\.">), "</FilesMatch>\n</Directory>"],
    [qr{},                '<Location "/CASE">', '</Location>'],
    [qr{^sub/},           '<LocationMatch "^/CASE/s">', '</LocationMatch>'],
    [qr{^(?:sub|to)/},    '<LocationMatch "^/CASE/(?:sub|to)/">', '</LocationMatch>'],
    [qr{^sub/},           '<Location "/CASE/sub">', '</Location>'],
    [qr{^to/},            '<Location "/CASE/to">', '</Location>'],
    [qr{^on/},            '<Location "/CASE/on">', '</Location>'],
    [qr{^err/},           '<Location "/CASE/err">', '</Location>'],
    [qr{},                qq(<Location "/CASE">\n<If "%{REQUEST_URI} =~ m#CASE#">), "</If>\n</Location>"],
    [qr{^sub/},           qq(<Location "/CASE/sub">\n<If "true">), "</If>\n</Location>"],
    [qr{^to/},            qq(<Location "/CASE/to">\n<If "true">), "</If>\n</Location>"],
);

# What a case asks for, and the requests that this comes to. [weight, what is asked for, the requests' paths, how the first
# becomes the second, what stands in the place of the last one's file]
my %WAY = (
    file       => [70, 'sub/r.asis', ['sub/r.asis'], ''],
    static     => [10, 'sub/r.txt',  ['sub/r.txt'], ''],
    local      => [6,  'sub/r.asis', ['sub/r.asis', 'to/r.asis'], 'local Location'],
    twice      => [3,  'sub/r.asis', ['sub/r.asis', 'to/r.asis', 'on/r.asis'], 'local Location'],
    rewrite    => [6,  'sub/r.asis', ['sub/r.asis', 'to/r.asis'], qq(<Directory "ROOT/CASE/sub">\nRewriteEngine On\nRewriteRule ^ /CASE/to/r.asis\n</Directory>\n)],
    index      => [6,  'sub/',       ['sub/', '+sub/r.asis'], qq(<Directory "ROOT/CASE/sub">\nDirectoryIndex r.asis\n</Directory>\n)],
    fallback   => [6,  'sub/r.gone', ['sub/r.gone', '+to/r.asis'], qq(<Directory "ROOT/CASE/sub">\nFallbackResource /CASE/to/r.asis\n</Directory>\n)],
    missing    => [4,  'sub/r.asis', ['sub/r.asis'], '', 'missing'],
    denied     => [4,  'sub/r.asis', ['sub/r.asis'], qq(<Location "/CASE/sub">\nRequire all denied\n</Location>\n), 'denied'],
    options    => [5,  'sub/r.asis', ['sub/r.asis'], '', 'options'],
    missing_page => [4, 'sub/r.gone', ['sub/r.gone', '!err/r.asis'], qq(<Location "/CASE">\nErrorDocument 404 /CASE/err/r.asis\n</Location>\n), 'page'],
    denied_page => [4, 'sub/r.asis', ['sub/r.asis', '!err/r.asis'], qq(<Location "/CASE/sub">\nRequire all denied\nErrorDocument 403 /CASE/err/r.asis\n</Location>\n), 'page'],
    later_page => [4, 'sub/r.asis', ['sub/r.asis', 'to/r.asis', '!err/r.asis'],
        qq(<Location "/CASE/to">\nRequire all denied\nErrorDocument 403 /CASE/err/r.asis\n</Location>\n), 'page'],
    far_page   => [3, 'sub/r.gone', ['sub/r.gone', '!err/r.asis', 'on/r.asis'], qq(<Location "/CASE">\nErrorDocument 404 /CASE/err/r.asis\n</Location>\n), 'page'],
);

sub new_case {
    my ($number, $host) = @_;
    my $id  = sprintf 'c%06d', $number;
    my $way = weighted(map { $_ => $WAY{$_}[0] } keys %WAY);
    my (undef, $asked, $paths, $how, $kind) = @{ $WAY{$way} };
    my %case = (number => $number, id => $id, host => $host, way => $way, asked => $asked, kind => $kind // 'file', htaccess => {});
    my $in = sub { map { s/ROOT/\@ROOT\@\/$host->{name}/gr =~ s/CASE/$id/gr } @_ };
    my $profile = $PROFILE{ weighted(map { $_ => $PROFILE{$_}{weight} } keys %PROFILE) };
    ($case{configuration}) = $in->($how =~ /^</ ? $how : '');

    # The containers. Where several requests come, as many more are wanted.
    my %used = map { $_ => 1 } map { int rand @PLACES } 1 .. pick(0, 1, 1, 1, 1, 2, 2, 3, 4, 6, 10) * (@$paths > 1 ? 2 : 1);
    my @containers;
    for my $i (grep { $used{$_} } 0 .. $#PLACES) {
        my ($where, $open, $close) = ($PLACES[$i][0], $in->(grep { defined } @{ $PLACES[$i] }[1, 2]));
        my @lines = directives($profile, !defined $close);
        push @containers, [$where, \@lines];
        if (defined $close) {
            $case{configuration} .= join "\n", $open, @lines, $close, '';
        }
        else {
            $case{htaccess}{$open} = join "\n", @lines, '';
        }
    }
    my ($flags) = (join ' ', some(2, 'one', 'two'));
    my %env = map { /one/ ? (FLAG_ONE => 1) : (), /two/ ? (FLAG_TWO => 1) : () } $flags;
    for my $path (@$paths) {
        # '+': the same request goes on with another configuration; '!': the page of an error
        my ($swap, $page, $uri) = $path =~ /^(\+?)(!?)(.*)/;
        my ($folder) = $uri =~ m{^(\w+)/};
        push @{ $case{chain} }, {
            containers => [map { $_->[1] } grep { $uri =~ $_->[0] } @containers],
            # these two come with the request line, and before the fixups
            env        => { %env, $swap ? () : ("FLAG_\U$folder" => 1), $folder eq 'sub' && $way !~ /^denied/ ? (FLAG_FIXUP => 1) : () },
            error_page => $page ? 1 : 0,
        };
    }
    if (chance(0.1)) {    # one that doesn't count
        $case{configuration} .= join "\n", qq(<Location "/$id">\n<If "false">), directives($profile), "</If>\n</Location>", '';
    }

    # The response: a file as it is, with what mod_headers adds; or an error, which keeps only what mod_headers always adds.
    $case{status} = pick(200, 200, 200, 200, ($unmodified) x 3, 404, 500, 204, 302, 418);
    my (@file, @set, @always);
    my @tables = ($way eq 'static' ? \@set : \@file, \@set, \@always, \@always);
    my $put = sub {
        my ($name, $value) = @_;
        push @{ pick(@tables) }, [$name, $value];
    };
    $put->(respelled($_), $_ eq 'ETag' ? '"x"' : 1) for some(8, @HEADERS);
    $put->(pick(qw(Cache-Control Retry-After Authorization Upgrade Trailer Keep-Alive X-Content-Type-Options Set-Cookie)), 1) if chance(0.4);
    $put->('Access-Control-Allow-Origin', pick(@SENT[0 .. 3], '*', '*')) if chance(0.7);
    $put->('Access-Control-Allow-Origin', pick(@SENT)) if chance(0.03);
    $put->('Access-Control-Allow-Credentials', pick('true', 'true', 'True', 'false')) if chance(0.25);
    $put->('Last-Modified', 'Sun, 01 Nov 2026 00:00:00 GMT') if chance(0.15) && $way ne 'static';
    $put->('Connection', join ', ', some(2, @HEADERS), pick(@HEADERS)) if chance(0.06);
    my (@own, @vary);
    # Lines of these two are remembered: in the response they are the module's.
    my $remember = sub {
        my ($list, $name, $value) = @_;
        my $where = pick(@tables[0 .. 2]);
        push @$where, [$name, $value];
        push @$list, [$where, $value];
    };
    if (chance(0.35)) { $remember->(\@own, 'Access-Control-Expose-Headers', own_list()) for 1 .. pick(1, 1, 2, 3) }
    if (chance(0.3))  { $remember->(\@vary, 'Vary', pick('Accept-Encoding', 'ORIGIN', 'Accept-Encoding, Cookie', '*', 'Origin, Cookie', 'X-Origin')) for 1 .. pick(1, 1, 2) }

    # the variable that mod_cache sets for its own answers: nobody believes it
    my $says_stored = chance(0.05) && $way !~ /^denied/ ? "SetEnv cache-hit 1\n" : '';
    $case{configuration} .= qq(<Location "/$id">\n) . $says_stored . (join '',
        map({ qq(Header add $_->[0] "@{[$_->[1] =~ s/"/\\"/gr]}"\n) } @set),
        map({ qq(Header always add $_->[0] "@{[$_->[1] =~ s/"/\\"/gr]}"\n) } @always)) . "</Location>\n";
    # An error's page says no status of its own.
    my $file = ($case{kind} eq 'page' ? '' : "Status: $case{status} Status\n") . "Content-Type: text/plain\n"
        . (join '', map { "$_->[0]: $_->[1]\n" } @file) . "\n" . ($case{status} == 204 || $case{status} == 304 ? '' : "body\n");
    my @existing = grep { !/gone|\/\z/ } map { s/^[+!]//r } @$paths;
    $case{files} = { map { ($existing[$_] => $_ < $#existing ? "Status: 200 OK\nLocation: /$id/$existing[$_ + 1]\n\n" : $file) } 0 .. $#existing };
    delete @{ $case{files} }{qw(sub/r.asis)} if $case{kind} eq 'missing';
    my %carried = (file => { map { $_ => 1 } \@file, \@set, \@always }, options => { map { $_ => 1 } \@set, \@always },
        missing => { \@always => 1 }, denied => { \@always => 1 });
    $carried{page} = $carried{file};
    # httpd sends what comes with a file or is always added in front of the rest, and so they are read.
    my %rank = (\@file => 0, \@always => 1, \@set => 2);
    my $carries = sub {
        my ($list) = @_;
        return map { $_->[1] } sort { $rank{ $a->[0] } <=> $rank{ $b->[0] } } grep { $carried{ $case{kind} }{ $_->[0] } } @$list;
    };
    $case{own}  = [$carries->(\@own)];
    $case{vary} = [$carries->(\@vary)];

    # Edits of another module's, which come with the fixups: too late for what is denied.
    if ($way !~ /^denied/ && chance(0.08)) {
        my @calls = map { join ' ', map { edit($profile->{edits}) } 1 .. pick(1, 2) } 1 .. pick(1, 2);
        # DirectoryIndex looks for the file in a subrequest, which has fixups too.
        $case{added} = [(@calls) x ($way eq 'index' ? 2 : 1)];
        $case{configuration} .= qq(<Location "/$id/sub">\n) . (join '', map { qq(AddEdits fixup "$_"\n) } @calls) . "</Location>\n";
    }

    # The request.
    my @request = (['Host', $host->{name}], ['X-Case', $id]);
    push @request, ['Origin', pick(@SENT)] if chance(0.8);
    push @request, ['X-Flags', $flags];
    push @request, ['Cookie', 'a=b'] if chance(0.15);
    push @request, ['Authorization', 'Bearer x'] if chance(0.1);
    push @request, ['Range', 'bytes=0-1'] if chance(0.05);
    push @request, ['If-None-Match', '*'] if $way eq 'static' && chance(0.8) && sends_on_304;
    my $asks = $case{kind} eq 'options' || ($way eq 'denied_page' && chance(0.1));
    push @request, ['Access-Control-Request-Method', 'PUT'] if chance($asks ? 0.6 : 0.02);
    $case{request} = \@request;
    $case{method}  = $asks ? 'OPTIONS' : chance(0.1) ? 'HEAD' : 'GET';
    return \%case;
}

# ---------------------------------------------------------------------------------------------------------------------
# A batch: one server

sub batch {
    my ($number, @numbers) = @_;
    # Each batch begins anew, so that chance outside of it (a port that is taken) changes no case. Seeds that are close to each
    # other have no batch in common.
    srand(($seed * 65_537 + $number) % 2**32);
    my $main  = $number && chance(0.5) ? [directives($PROFILE{all})] : [];
    my @hosts = map { { name => "h$_.test", lines => chance(0.4) ? [directives($PROFILE{all})] : [] } } 1 .. HOSTS;
    my @cases = map { new_case($_, pick(@hosts)) } @numbers;
    my (%text, %files);
    for my $case (@cases) {
        my $host = $case->{host};
        my $root = "$host->{name}/$case->{id}";
        $files{"$root/$_"} = $case->{files}{$_} for keys %{ $case->{files} };
        $files{"$root/$_/other"} = '' for qw(sub to on err);
        $files{"$host->{name}/$_"} = $case->{htaccess}{$_} for keys %{ $case->{htaccess} };
        $text{ $host->{name} } .= $case->{configuration};
        unshift @{ $_->{containers} }, grep { @$_ } $main, $host->{lines} for @{ $case->{chain} };
        $case->{outer} = join "\n", '# the main server', @$main, '# the virtual host', @{ $host->{lines} }, '# the case';
    }
    my $port = serve(join("\n", server_configuration(), @$main, map {
        ('<VirtualHost 127.0.0.1:@PORT@>', "ServerName $_->{name}", qq(DocumentRoot "\@ROOT\@/$_->{name}"), @{ $_->{lines} },
            $text{ $_->{name} } // '', "</VirtualHost>\n")
    } @hosts), %files);

    my (@responses, @together);
    log_mark();
    for my $case (@cases) {
        push @together, $case;
        # httpd closes the connection behind a 500
        next if @together < PIPELINE && $case != $cases[-1] && $case->{status} != 500 && $case->{way} !~ /_page/;
        push @responses, exchange($port, @together);
        @together = ();
    }
    my %log;
    for (log_lines(qr/^c\d+ cors_expose /, 0)) {
        my ($id, $level, $text) = /^(c\d+) cors_expose (\w+) (?:\S+\(\d+\): )?(.*)$/;
        push @{ $log{$id} }, { level => $level, text => $text };
    }
    for my $i (grep { !defined $ENV{PROPERTY_ONLY} || $cases[$_]{number} == $ENV{PROPERTY_ONLY} } 0 .. $#cases) {
        judge($cases[$i], $responses[$i], $log{ $cases[$i]{id} } || []);
    }
    ok(stop($port), "the server of batch $number ended well");
    return;
}

sub server_configuration {
    my $modules = Apache::Test::vars('top_dir') . '/c-modules';
    return (
        "LoadModule add_edits_module $modules/add_edits/.libs/mod_add_edits.so",
        # each line says which case it is about
        'ErrorLogFormat "%{X-Case}i %m %l %M"',
        'KeepAlive On', 'MaxKeepAliveRequests 0', 'AddHandler send-as-is .asis',
        'SetEnvIf X-Flags one FLAG_ONE', 'SetEnvIf X-Flags two FLAG_TWO',
        'SetEnvIf Request_URI "^/c\d+/sub/" FLAG_SUB', 'SetEnvIf Request_URI "^/c\d+/to/" FLAG_TO',
        'SetEnvIf Request_URI "^/c\d+/err/" FLAG_ERR', '<LocationMatch "^/c\d+/sub/">', 'SetEnv FLAG_FIXUP 1', '</LocationMatch>',
        '<Directory />', 'AllowOverride FileInfo', '</Directory>',
    );
}

# Several requests on one connection; their responses.
sub exchange {
    my ($port, @cases) = @_;
    my $bytes = '';
    for my $case (@cases) {
        $bytes .= "$case->{method} /$case->{id}/$case->{asked} HTTP/1.1\r\n"
            . (join '', map { "$_->[0]: $_->[1]\r\n" } @{ $case->{request} })
            . ($case == $cases[-1] ? "Connection: close\r\n" : '') . "\r\n";
    }
    my $r = request('/', port => $port, raw => $bytes);
    my @responses = ($r);
    while (@responses < @cases && length $r->rest) {
        $r = CorsExpose::Test::Response->_new($r->rest, $cases[@responses]{method});
        push @responses, $r;
    }
    die "of @{[scalar @cases]} responses @{[scalar @responses]} came; the last:\n" . $r->all . "\n" if @responses != @cases || length $r->rest;
    return @responses;
}

# ---------------------------------------------------------------------------------------------------------------------
# What came, and what should have come

sub judge {
    my ($case, $r, $log) = @_;
    my %request = map { lc $_->[0] => $_->[1] } @{ $case->{request} };
    my @response = grep { $_->[0] !~ /\A(?:Vary|Access-Control-Expose-Headers)\z/i } $r->fields;
    my %asked = (
        chain => $case->{chain}, added => $case->{added}, method => $case->{method}, request => $case->{request},
        expr  => { map { $_ => $EXPRESSION{$_}->($r->status, $request{'x-flags'}) } keys %EXPRESSION },
    );
    my $model = decide(%asked, status => $r->status, response => [
        @response, (map { ['Access-Control-Expose-Headers', $_] } @{ $case->{own} }), map { ['Vary', $_] } @{ $case->{vary} },
    ]);
    $seen{ $model->{reason} // 'untouched' }++;

    my @lines = $r->lines('Access-Control-Expose-Headers');
    my @sent  = grep { length } map { s/\A\s+|\s+\z//gr } map { split /,/ } @lines;
    my %sent  = (
        list => list(!$model->{left_alone} && @lines > 1 ? ['two lines:', @lines] : @lines ? \@sent : undef, $model->{explicit}),
        Vary => members($r->vary),
        status => $case->{way} eq 'static' ? $r->status : '',
    );
    my %expected = (
        list => list($model->{aceh}, $model->{explicit}), Vary => members($model->{vary}),
        status => $case->{way} ne 'static' ? '' : $request{'if-none-match'} && !drops_validators(%asked) ? 304 : $request{range} ? 206 : 200,
    );

    # The line in the log: its reason, and the credential state where something was decided.
    my @decided = map { /^([\w-]+): / ? $1 : $_ } map { $_->{text} } grep { $_->{level} eq 'debug' } @$log;
    my ($state) = map { $_->{text} =~ /\((credentialed: [^()]*|not credentialed)\)/ ? $1 : () } @$log;
    my $touched = defined $model->{reason} && $model->{reason} !~ /^(?:off|preflight)\z/;
    # Where nothing is read from the response's own list, nobody knows what is malformed in it.
    my ($dropped) = map { $_->{text} =~ /^dropped (\d+) malformed/ ? $1 : () } @$log;
    my $read = defined $model->{reason} && $model->{reason} =~ /^(?:names|wildcard|written-out)$/
        && !grep { /Replace/i } map { @$_ } map { @{ $_->{containers} } } @{ $case->{chain} };
    $sent{log}     = join ', ', @decided, $touched ? $state // '' : (), $read ? 'dropped ' . ($dropped // 0) : ();
    $expected{log} = join ', ', $model->{reason} // (), $touched ? $model->{credentialed} ? "credentialed: $model->{credentialed}" : 'not credentialed' : (),
        $read ? 'dropped ' . @{ $model->{malformed} } : ();

    # What it remarks: headers of the response that a script might miss
    my ($withheld) = map { $_->{text} =~ /; withheld: ([^;]*)/ ? $1 : () } @$log;
    my %hops = map { lc $_ => 1 } map { split /[\s,]+/ } $r->lines('Connection');
    my %out  = map { lc $_ => 1 } @sent;
    if (($model->{reason} // '') =~ /^(?:empty|names|written-out)$/) {
        $sent{withheld}     = members([split /, /, lc($withheld // '')]);
        $expected{withheld} = members([grep { !$out{$_} && !$hops{$_} && !is_never_written_out($_) && !/^(?:date|server|content-range|set-cookie2?)$/ && /^[!#\$%&'*+.^_`|~0-9a-z-]+$/ && $_ ne '*' }
            map { lc $_->[0] } @response]);
    }
    my @wrong = grep { $sent{$_} ne $expected{$_} } sort keys %expected;
    ok(!@wrong, "case $case->{number}") or diag(join "\n", "case $case->{number} ($case->{way}):", 'configuration:', $case->{outer}, $case->{configuration},
        (map { ("# $_", $case->{htaccess}{$_}) } sort keys %{ $case->{htaccess} }),
        (map { "$_:\n$case->{files}{$_}" } sort keys %{ $case->{files} }),
        'request:', "$case->{method} $case->{asked}", (map { "$_->[0]: $_->[1]" } @{ $case->{request} }), '',
        'response:', $r->all, '', 'the log:', (map { "$_->{level}: $_->{text}" } @$log), '',
        (map { ("$_: '$sent{$_}'", "   instead of '$expected{$_}'") } @wrong), '');
    return;
}

sub members {
    my %once = map { $_ => 1 } @{ $_[0] };
    return join ' ', sort keys %once;
}

# A list as one string. What is written out may come in any order, behind what is explicit.
sub list {
    my ($members, $explicit) = @_;
    return 'none' unless defined $members;
    my @members = @$members;
    my @first   = splice @members, 0, $explicit < @members ? $explicit : scalar @members;
    return join ', ', @first, @members ? ('written out:', sort @members) : ();
}

# ---------------------------------------------------------------------------------------------------------------------
# The run

for my $batch (0 .. $batches - 1) {
    my @numbers = grep { $_ % $batches == $batch } 0 .. $cases - 1;
    next if defined $ENV{PROPERTY_ONLY} && $ENV{PROPERTY_ONLY} % $batches != $batch;
    batch($batch, @numbers);
}
exit if defined $ENV{PROPERTY_ONLY};
# A run in which some outcome hardly happens shows little.
my $enough = int($cases / 200);
cmp_ok($seen{$_} // 0, '>=', $enough, "cases that came out as $_") for @REASONS;
cmp_ok($seen{untouched} // 0, '>=', $enough, 'cases that were left alone');
