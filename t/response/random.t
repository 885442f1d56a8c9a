# Random edits in nested containers, and random responses, against the naive model of the design (CorsExpose::Model).
#
# The seed is printed. From the environment: PROPERTY_SEED repeats a run, PROPERTY_CASES asks for more or fewer cases.
# A case that fails prints its configuration, its exchange and what the model expects.
#
# Each case has folders of its own in a virtual host, and the containers that it wants around them. The cases of a batch
# share a server; of its main configuration and its virtual hosts some have directives too.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Model qw(decide);
use CorsExpose::Test;
use List::Util qw(shuffle);
use Test::More;

use constant {
    BATCHES  => 8,     # servers
    HOSTS    => 10,    # virtual hosts of each
    PIPELINE => 25,    # requests on one connection
};

my $seed  = $ENV{PROPERTY_SEED}  // int rand 2**31;
my $cases = $ENV{PROPERTY_CASES} // 2000;
diag "seed $seed (PROPERTY_SEED=$seed repeats this run)";

my @REASONS = qw(preflight not-allowed no-origin not-modified empty names wildcard written-out);
plan tests => 3 * $cases + @REASONS + 1;

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
    X_Under.Score X-Odd!~`|);
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
    return '-' . respelled(pick(@HEADERS, @SPECIAL)) if $kind eq 'remove';
    return $sign . respelled(pick(@HEADERS));
}

sub conditions {
    my ($edits, $in_htaccess) = @_;
    # Whether None counts when its line's expression can't be evaluated, and what that comes to beside another condition
    # that fails, the design leaves open; and .htaccess files may not read files.
    return qq("expr=$BROKEN") if chance(0.1) && !$in_htaccess && !grep { lc $_ eq 'none' } @$edits;
    my @conditions;
    push @conditions, map { "origin=$_" } pick(@ORIGINS), some(1, @ORIGINS) if chance(0.5);
    push @conditions, 'env=' . pick('', '!') . pick(qw(FLAG_ONE FLAG_TWO)) if chance(0.4);
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
    push @lines, 'ExposeHeadersWhen ' . weighted(CORS => 2, Allowed => 4, Always => 4, Off => 1, always => 1) if chance(0.15);
    push @lines, join ' ', 'ExposeHeadersNever', pick(@NEVER), some(1, @NEVER) if chance(0.1) && !$in_htaccess;
    # Any of them may also stand alone.
    @lines = grep { !/^ExposeHeaders / } @lines if @lines > 1 && $lines[-1] !~ /^ExposeHeaders / && chance(0.2);
    return shuffle @lines;
}

# An Access-Control-Expose-Headers that a response brings along.
sub own_list {
    my @elements = map { pick(respelled(pick(@HEADERS)), respelled(pick(@HEADERS)), pick(@SPECIAL), pick(@ABSENT)) } 1 .. pick(0, 1, 1, 2, 3);
    push @elements, '*' if chance(0.15);
    push @elements, pick('X-*', 'None', '-X-A', '', 'Set-Cookie') if chance(0.15);
    push @elements, pick('bad name', '(X-A)', 'X-B;q=1', 'X-A X-B') if chance(0.15);
    return join pick(', ', ','), shuffle @elements;
}

# ---------------------------------------------------------------------------------------------------------------------
# A case

# Where containers can be, from the outermost to the innermost as httpd merges them: what is written around the
# directives, %s, for a case's number and its folders. .htaccess files go into the folder that is named.
my @PLACES = (
    ['directory',     '<Directory "ROOT/CASE">', '</Directory>'],
    ['htaccess',      'CASE/.htaccess'],
    ['subdirectory',  '<Directory "ROOT/CASE/sub">', '</Directory>'],
    ['subhtaccess',   'CASE/sub/.htaccess'],
    ['match',         '<DirectoryMatch "/CASE/sub">', '</DirectoryMatch>'],
    ['files',         qq(<Directory "ROOT/CASE">\n<Files "r.*">), "</Files>\n</Directory>"],
    ['subfiles',      qq(<Directory "ROOT/CASE/sub">\n<FilesMatch "^r\\.">), "</FilesMatch>\n</Directory>"],
    ['location',      '<Location "/CASE">', '</Location>'],
    ['locationmatch', '<LocationMatch "^/CASE/s">', '</LocationMatch>'],
    ['sublocation',   '<Location "/CASE/sub">', '</Location>'],
    ['if',            qq(<Location "/CASE">\n<If "%{REQUEST_URI} =~ m#CASE#">), "</If>\n</Location>"],
    ['subif',         qq(<Location "/CASE/sub">\n<If "true">), "</If>\n</Location>"],
);

sub new_case {
    my ($number, $host) = @_;
    my %case = (number => $number, id => sprintf('c%06d', $number), host => $host, htaccess => {});
    my $id = $case{id};
    my $profile = $PROFILE{ weighted(map { $_ => $PROFILE{$_}{weight} } keys %PROFILE) };

    # The containers.
    my %used = map { $_ => 1 } map { $PLACES[rand @PLACES][0] } 1 .. pick(0, 1, 1, 1, 1, 2, 2, 3, 4, 6, 10);
    for my $place (grep { $used{ $_->[0] } } @PLACES) {
        my ($name, $open, $close) = map { s/ROOT/\@ROOT\@\/$host->{name}/gr =~ s/CASE/$id/gr } @$place;
        my @lines = directives($profile, !defined $close);
        push @{ $case{containers} }, \@lines;
        if (defined $close) {
            $case{configuration} .= join "\n", $open, @lines, $close, '';
        }
        else {
            $case{htaccess}{$open} = join "\n", @lines, '';
        }
    }
    if (chance(0.1)) {    # one that doesn't count
        $case{configuration} .= join "\n", qq(<Location "/$id">\n<If "false">), directives($profile), "</If>\n</Location>", '';
    }

    # The response: a file as it is, with what mod_headers adds; or an error, which keeps only what mod_headers always adds.
    $case{kind} = weighted(file => 80, missing => 7, denied => 7, options => 6);
    $case{status} = pick(200, 200, 200, 200, 304, 304, 304, 404, 500, 204, 302, 418);
    my (@file, @set, @always);
    my $put = sub {
        my ($name, $value) = @_;
        push @{ pick(\@file, \@set, \@always, \@always) }, [$name, $value];
    };
    $put->(respelled($_), $_ eq 'ETag' ? '"x"' : 1) for some(8, @HEADERS);
    $put->(pick(qw(Cache-Control Retry-After Authorization Upgrade Trailer Keep-Alive X-Content-Type-Options Set-Cookie)), 1) if chance(0.4);
    $put->('Access-Control-Allow-Origin', pick(@SENT[0 .. 3], '*', '*')) if chance(0.7);
    $put->('Access-Control-Allow-Origin', pick(@SENT)) if chance(0.03);
    $put->('Access-Control-Allow-Credentials', pick('true', 'true', 'True', 'false')) if chance(0.25);
    $put->('Connection', join ', ', some(2, @HEADERS), pick(@HEADERS)) if chance(0.06);
    my (@own, @vary);
    # Lines of these two are remembered: in the response they are the module's.
    my $remember = sub {
        my ($list, $name, $value) = @_;
        my $where = pick(\@file, \@set, \@always);
        push @$where, [$name, $value];
        push @$list, [$where, $value];
    };
    if (chance(0.35)) { $remember->(\@own, 'Access-Control-Expose-Headers', own_list()) for 1 .. pick(1, 1, 2, 3) }
    if (chance(0.3))  { $remember->(\@vary, 'Vary', pick('Accept-Encoding', 'ORIGIN', 'Accept-Encoding, Cookie', '*', 'Origin, Cookie', 'X-Origin')) for 1 .. pick(1, 1, 2) }

    my $denied = $case{kind} eq 'denied' ? "Require all denied\n" : '';
    $case{configuration} .= qq(<Location "/$id">\n$denied) . (join '',
        map({ qq(Header add $_->[0] "@{[$_->[1] =~ s/"/\\"/gr]}"\n) } @set),
        map({ qq(Header always add $_->[0] "@{[$_->[1] =~ s/"/\\"/gr]}"\n) } @always)) . "</Location>\n";
    $case{file} = "Status: $case{status} Status\nContent-Type: text/plain\n" . (join '', map { "$_->[0]: $_->[1]\n" } @file) . "\n"
        . ($case{status} == 204 || $case{status} == 304 ? '' : "body\n");
    my %carried = (file => { map { $_ => 1 } \@file, \@set, \@always }, options => { map { $_ => 1 } \@set, \@always },
        missing => { \@always => 1 }, denied => { \@always => 1 });
    # httpd sends what comes with a file or is always added in front of the rest, and so they are read.
    my %rank = (\@file => 0, \@always => 1, \@set => 2);
    my $carries = sub {
        my ($list) = @_;
        return map { $_->[1] } sort { $rank{ $a->[0] } <=> $rank{ $b->[0] } } grep { $carried{ $case{kind} }{ $_->[0] } } @$list;
    };
    $case{own}  = [$carries->(\@own)];
    $case{vary} = [$carries->(\@vary)];

    # Edits of another module's, which come with the fixups: too late for what is denied.
    if ($case{kind} ne 'denied' && chance(0.08)) {
        my @calls = map { join ' ', map { edit($profile->{edits}) } 1 .. pick(1, 2) } 1 .. pick(1, 2);
        $case{added} = \@calls;
        $case{configuration} .= qq(<Location "/$id">\n) . (join '', map { qq(AddEdits fixup "$_"\n) } @calls) . "</Location>\n";
    }

    # The request.
    my @request = (['Host', $host->{name}], ['X-Case', $id]);
    push @request, ['Origin', pick(@SENT)] if chance(0.8);
    push @request, ['X-Flags', join ' ', some(2, 'one', 'two')];
    push @request, ['Cookie', 'a=b'] if chance(0.15);
    push @request, ['Authorization', 'Bearer x'] if chance(0.1);
    push @request, ['Range', 'bytes=0-1'] if chance(0.05);
    push @request, ['Access-Control-Request-Method', 'PUT'] if chance($case{kind} eq 'options' ? 0.6 : 0.02);
    $case{request} = \@request;
    $case{method}  = $case{kind} eq 'options' ? 'OPTIONS' : chance(0.1) ? 'HEAD' : 'GET';
    return \%case;
}

# ---------------------------------------------------------------------------------------------------------------------
# A batch: one server

sub batch {
    my ($number, @numbers) = @_;
    # Each batch begins anew, so that chance outside of it (a port that is taken) changes no case.
    srand $seed + $number;
    my $main  = $number && chance(0.5) ? [directives($PROFILE{all})] : [];
    my @hosts = map { { name => "h$_.test", lines => chance(0.4) ? [directives($PROFILE{all})] : [] } } 1 .. HOSTS;
    my @cases = map { new_case($_, pick(@hosts)) } @numbers;
    my (%text, %files);
    for my $case (@cases) {
        my $host = $case->{host};
        my $root = "$host->{name}/$case->{id}";
        $files{"$root/sub/r.asis"} = $case->{file} unless $case->{kind} eq 'missing';
        $files{"$root/sub/other"} = '';
        $files{"$host->{name}/$_"} = $case->{htaccess}{$_} for keys %{ $case->{htaccess} };
        $text{ $host->{name} } .= $case->{configuration};
        unshift @{ $case->{containers} }, grep { @$_ } $main, $host->{lines};
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
        next if @together < PIPELINE && $case != $cases[-1] && $case->{status} != 500;
        push @responses, exchange($port, @together);
        @together = ();
    }
    my %log;
    for (log_lines(qr/^c\d+ cors_expose /, 0)) {
        my ($id, $level, $text) = /^(c\d+) cors_expose (\w+) (?:\S+\(\d+\): )?(.*)$/;
        push @{ $log{$id} }, { level => $level, text => $text };
    }
    judge($cases[$_], $responses[$_], $log{ $cases[$_]{id} } || []) for 0 .. $#cases;
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
        '<Directory />', 'AllowOverride FileInfo', '</Directory>',
    );
}

# Several requests on one connection; their responses.
sub exchange {
    my ($port, @cases) = @_;
    my $bytes = '';
    for my $case (@cases) {
        $bytes .= "$case->{method} /$case->{id}/sub/r.asis HTTP/1.1\r\n"
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
    my $model = decide(
        containers => $case->{containers}, added => $case->{added}, method => $case->{method}, request => $case->{request},
        env  => { $request{'x-flags'} =~ /one/ ? (FLAG_ONE => 1) : (), $request{'x-flags'} =~ /two/ ? (FLAG_TWO => 1) : () },
        expr => { map { $_ => $EXPRESSION{$_}->($r->status, $request{'x-flags'}) } keys %EXPRESSION },
        status => $r->status,
        response => [
            @response, (map { ['Access-Control-Expose-Headers', $_] } @{ $case->{own} }), map { ['Vary', $_] } @{ $case->{vary} },
        ],
    );
    $seen{ $model->{reason} // 'untouched' }++;

    my $touched = defined $model->{reason} && $model->{reason} ne 'preflight';
    my @lines = $r->lines('Access-Control-Expose-Headers');
    my @sent  = grep { length } map { s/\A\s+|\s+\z//gr } map { split /,/ } @lines;
    my $sent  = list($touched && @lines > 1 ? ['two lines:', @lines] : @lines ? \@sent : undef, $model->{explicit});
    my $expected = list($model->{aceh}, $model->{explicit});
    my %once = map { $_ => 1 } @{ $r->vary };
    my %expected_once = map { $_ => 1 } @{ $model->{vary} };
    my ($vary, $expected_vary) = map { join ' ', sort keys %$_ } \%once, \%expected_once;

    my @decided = map { $_->{text} =~ /^([\w-]+): (?:.* \((.*)\)|left alone)$/ ? "$1 (" . ($2 // '') . ')' : $_->{text} }
        grep { $_->{level} eq 'debug' } @$log;
    my $state = $model->{credentialed} ? "credentialed: $model->{credentialed}" : 'not credentialed';
    my @expected_decided = !defined $model->{reason} ? () : !$touched ? ("$model->{reason} ()") : ("$model->{reason} ($state)");
    # Where nothing is read from the response's own list, nobody knows what is malformed in it.
    my ($dropped) = map { $_->{text} =~ /^dropped (\d+) malformed/ } @$log;
    my $read = defined $model->{reason} && $model->{reason} =~ /^(?:names|wildcard|written-out)$/ && !grep { /Replace/i } map { @$_ } @{ $case->{containers} };
    my $malformed = $read ? scalar @{ $model->{malformed} } : $dropped // 0;

    my $name = "case $case->{number}";
    my $ok = is($sent, $expected, "$name: the list");
    $ok = is($vary, $expected_vary, "$name: Vary") && $ok;
    $ok = is("@decided, dropped " . ($dropped // 0), "@expected_decided, dropped $malformed", "$name: the log") && $ok;
    diag(join "\n", $name, 'configuration:', $case->{outer}, $case->{configuration},
        (map { ("# $_", $case->{htaccess}{$_}) } sort keys %{ $case->{htaccess} }),
        ($case->{kind} eq 'file' ? "the file:\n$case->{file}" : "no file: $case->{kind}"),
        'request:', $case->{method}, (map { "$_->[0]: $_->[1]" } @{ $case->{request} }), '',
        'response:', $r->all, '', 'the log:', (map { "$_->{level}: $_->{text}" } @$log), '',
        'the model expects:', "list:   $expected", "Vary:   $expected_vary", "reason: @expected_decided", '') unless $ok;
    return;
}

# A list as one string. The order is the module's affair, but for the wildcard, and for what is explicit: that comes first.
sub list {
    my ($members, $explicit) = @_;
    return 'none' unless defined $members;
    my @members = @$members;
    my @stars   = grep { $_ eq '*' } splice @members, 0, @members && $members[0] eq '*' ? 1 : 0;
    my @first   = splice @members, 0, $explicit - @stars < @members ? $explicit - @stars : scalar @members;
    return join ', ', @stars, sort(@first), @members ? ('written out:', sort @members) : ();
}

# ---------------------------------------------------------------------------------------------------------------------
# The run

for my $batch (0 .. BATCHES - 1) {
    my @numbers = grep { $_ % BATCHES == $batch } 0 .. $cases - 1;
    batch($batch, @numbers) if @numbers;
}
# A run in which some outcome hardly happens shows little.
my $enough = int($cases / 200);
cmp_ok($seen{$_} // 0, '>=', $enough, "cases that came out as $_") for @REASONS;
cmp_ok($seen{untouched} // 0, '>=', $enough, 'cases that were left alone');
