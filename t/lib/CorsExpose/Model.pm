package CorsExpose::Model;

# An oracle: what the design says about one response, written as plainly as
# possible and without a look at the module's code. It knows no flattening, no
# hashes and no shortcuts; for each header name it walks the edits from the last
# to the first until one matches.
#
#   my $verdict = decide(
#       containers => [                 # outermost first, as httpd merges them
#           ['ExposeHeaders X-A X-*', 'ExposeHeadersNever X-Secret'],
#           ['ExposeHeaders -X-B origin=https://app.example.com'],
#       ],
#       env      => { NAME => 'value' },
#       added    => ['X-D -X-E'],       # the calls of cors_expose_add, in order
#       expr     => { TEXT => 1 },      # 1 holds, 0 doesn't, undef: can't be evaluated
#       method   => 'GET',
#       request  => [['Origin' => 'https://app.example.com'], ...],
#       user     => undef, certificate => 0, subrequest => 0,
#       revalidates => 0,               # mod_cache's own question, for a copy of its own
#       status   => 200,
#       response => [['X-A' => '1'], ...],  # every line, as the filter finds them
#   );
#
# For a chain of internal redirects, `chain` takes the place of `containers` and
# `env`: [{ containers => [...], env => {...}, error_page => 0 }, ...], from the
# request that the client sent on. A container that is in force for several of
# them is the same reference in each.
#
# The verdict:
#   reason       the design's word; undef where no directive is in force
#   left_alone   whether the list that came along goes out byte for byte
#   aceh         the members to be sent, in order; undef for no header at all
#   explicit     how many of them come first: '*' and the explicit names
#   vary         the members of Vary, lower-cased and sorted
#   credentialed why the response counts as credentialed; '' if it doesn't
#   malformed    the elements of the response's own list that are no tokens
#   left_out     how many names the bound cut off

use strict;
use warnings FATAL => 'all';

use CorsExpose::Fields qw(is_never_written_out);
use Exporter 'import';
our @EXPORT_OK = qw(decide drops_validators is_token glob_matches origin_matches words);

use constant BOUND => 8000;

my @NEVER = qw(Set-Cookie Set-Cookie2);

sub is_token { return $_[0] =~ /\A[!#\$%&'*+\-.^_`|~0-9A-Za-z]+\z/ }

# "a '*' in it matches any run of characters", "matching ignores case"
sub glob_matches {
    my ($pattern, $name) = @_;
    my $re = join '.*', map { quotemeta } split /\*/, $pattern, -1;
    return $name =~ /\A$re\z/is;
}

# One directive's arguments as words, quotes taken off as httpd does.
sub words {
    my ($text) = @_;
    my @words;
    while ($text =~ /\G\s*(?:"((?:[^"\\]|\\.)*)"|(\S+))/gc) {
        my $word = defined $1 ? $1 =~ s/\\(["\\])/$1/gr : $2;
        push @words, $word =~ /\A(?:origin|env|expr)=/i
            ? $word
            : grep { length } split /[\s,]+/, $word;
    }
    return @words;
}

sub origin_matches {
    my ($condition, $origin) = @_;
    return 0 unless defined $origin;
    return $origin eq $condition ? 1 : 0 if $condition eq 'file://';
    my ($scheme, $host, $port) = $condition =~ m{\A([a-z][a-z0-9+.-]*)://(\[[^\]]*\]|[^:]*)(?::(.*))?\z}
        or die "the model can't read the origin '$condition'";
    return $origin =~ m{\A\Q$scheme\E://[^/]+\z}s ? 1 : 0 if $host eq '*';
    my $label = qr/[^.:\/\@\[\]]+/;
    my $h = $host =~ /\A\*\.(.*)\z/s ? qr/$label(?:\.$label)*\.\Q$1\E/ : qr/\Q$host\E/;
    my $p = !defined $port ? qr// : $port eq '*' ? qr/(?::[0-9]+)?/ : qr/:\Q$port\E/;
    return $origin =~ m{\A\Q$scheme\E://$h$p\z} ? 1 : 0;
}

# All lines of one field, outer white space taken off.
sub lines_of {
    my ($headers, $name) = @_;
    return map { $_->[1] =~ s/\A[ \t]+|[ \t]+\z//gr }
        grep { lc $_->[0] eq lc $name } @$headers;
}

sub members {
    return grep { length } map { s/\A[ \t]+|[ \t]+\z//gr } map { split /,/ } @_;
}

# Step 2: the containers in force, outermost first. The client's request comes
# first, and each later one adds what isn't there yet, innermost; an error's page
# (and what it is redirected to) adds its Never lists, which are returned apart.
sub containers_of {
    my (@chain) = @_;
    my (@containers, @never_only, $error);
    for my $request (@chain) {
        $error ||= $request->{error_page};
        my $list = $error ? \@never_only : \@containers;
        for my $container (@{ $request->{containers} || [] }) {
            push @$list, $container unless grep { $_ == $container } @$list;
        }
    }
    # One that says no more than what is forbidden anyway adds nothing, and puts nothing in force.
    return (\@containers, [grep { /\A\s*ExposeHeadersNever\s/i && forbids_more({ never => [(words($_))[1 .. words($_) - 1]] }) } map { @$_ } @never_only]);
}

# "if the variable is set for the request that decides or any request before it":
# for an error's page, it is the one that failed that decides.
sub environment_of {
    my (@chain) = @_;
    my %env;
    for my $request (@chain) {
        last if $request->{error_page};
        %env = (%env, %{ $request->{env} || {} });
    }
    return \%env;
}

# What the containers say, joined: the edits in order, and the last word of each
# other directive.
sub read_policy {
    my ($case) = @_;
    my @chain = $case->{chain} ? @{ $case->{chain} } : { containers => $case->{containers}, env => $case->{env} };
    my ($containers, $never) = containers_of(@chain);
    my %policy = (
        any => 0, edits => [], never => [], conditions => {}, adds => 0, adds_patterns => 0,
        backend => 'merge', wildcard => 'auto', when => 'cors',
        env => environment_of(@chain),
    );
    for my $line ((map { @$_ } @$containers), @$never) {
        my ($directive, $rest) = $line =~ /\A\s*(\S+)\s*(.*?)\s*\z/s;
        $directive = lc $directive;
        $policy{any} = 1;
        if ($directive eq 'exposeheaders') {
            read_edits(\%policy, $case, words($rest));
        }
        elsif ($directive eq 'exposeheadersnever') {
            push @{ $policy{never} }, words($rest);
        }
        elsif ($directive =~ /\Aexposeheaders(backend|wildcard|when)\z/) {
            $policy{$1} = lc $rest;
        }
        else {
            die "the model doesn't know '$line'";
        }
    }
    if ($policy{any}) {
        # What other modules add may differ from answer to answer: what the
        # configuration says stays in force for Vary and the 304 rule.
        my %said = map { $_ => $policy{$_} } qw(conditions adds adds_patterns);
        read_edits(\%policy, $case, words($_)) for @{ $case->{added} || [] };
        @policy{ keys %said } = values %said;
        my $adds = 0;
        $adds = lc $_ eq 'none' ? 0 : $adds || !/\A-/ for map { words($_) } @{ $case->{added} || [] };
        $policy{adds} ||= $adds;
    }
    return \%policy;
}

sub read_edits {
    my ($policy, $case, @words) = @_;
    my (@origins, @envs, @exprs, @edits);
    for my $word (@words) {
        if    ($word =~ /\Aorigin=(.*)\z/is) { push @origins, $1 }
        elsif ($word =~ /\Aenv=(.*)\z/is)    { push @envs,    $1 }
        elsif ($word =~ /\Aexpr=(.*)\z/is)   { push @exprs,   $1 }
        else                                 { push @edits,   $word }
    }

    my $holds = 1;
    if (@origins) {
        my ($origin) = lines_of($case->{request}, 'Origin');
        $holds = 0 unless grep { origin_matches($_, $origin) } @origins;
    }
    for my $env (@envs) {
        my ($not, $name) = $env =~ /\A(!?)(.*)\z/s;
        $holds = 0 unless ($not ? 1 : 0) ^ (exists $policy->{env}{$name} ? 1 : 0);
    }
    my $failed = 0;
    for my $expr (@exprs) {
        die "the case doesn't say what '$expr' gives" unless exists $case->{expr}{$expr};
        my $gives = $case->{expr}{$expr};
        if    (!defined $gives) { $failed = 1 }
        elsif (!$gives)         { $holds  = 0 }
    }

    my $conditional = @origins || @envs || @exprs;
    for my $word (@edits) {
        if (lc $word eq 'none' && !$conditional) {
            # What is forgotten takes its conditions along.
            $policy->{conditions} = {};
            $policy->{edits} = [{ none => 1 }];
            @$policy{qw(adds adds_patterns)} = (0, 0);
            next;
        }
        $policy->{conditions}{origin} = 1 if @origins;
        $policy->{conditions}{expr}   = 1 if @exprs;
        my ($sign, $pattern) = $word =~ /\A([+-]?)(.*)\z/s;
        my $add = $sign ne '-' && lc $word ne 'none';
        $policy->{adds} = 1 if $add;
        $policy->{adds_patterns} = 1 if $add && $pattern =~ /\*/;
        next unless $holds;
        if (lc $word eq 'none') {
            $policy->{edits} = [{ none => 1 }];
            next;
        }
        next if $add && $failed;
        push @{ $policy->{edits} }, { add => $add, pattern => $pattern, from => 'configuration' };
    }
    return;
}

# The response's own list. Its elements are names and nothing else, so "X-*" is
# the literal name X-*; only "*" alone means everything.
sub read_backend {
    my ($case) = @_;
    my (@edits, @malformed);
    for my $element (members(lines_of($case->{response}, 'Access-Control-Expose-Headers'))) {
        if (is_token($element)) {
            push @edits, { add => 1, pattern => $element, from => 'backend', literal => $element ne '*' };
        }
        else {
            push @malformed, $element;
        }
    }
    return (\@edits, \@malformed);
}

sub is_pattern { return !$_[0]{literal} && $_[0]{pattern} =~ /\*/ }

sub edit_matches {
    my ($edit, $name) = @_;
    return lc $edit->{pattern} eq lc $name unless is_pattern($edit);
    return glob_matches($edit->{pattern}, $name);
}

sub is_never {
    my ($policy, $name) = @_;
    return scalar grep { glob_matches($_, $name) } @NEVER, @{ $policy->{never} };
}

# "The last edit that matches a header name decides; a name that no edit matches
# is not exposed." Never comes behind them all.
sub is_exposed {
    my ($policy, $edits, $name) = @_;
    return 0 if is_never($policy, $name);
    for my $edit (reverse @$edits) {
        return $edit->{add} if edit_matches($edit, $name);
    }
    return 0;
}

# "A name is explicit if an edit adds it without '*' and no removal behind that
# edit matches it." The configuration's come first, in the order of their edits,
# then those of the response's own list; the spelling goes by the same order.
sub explicit_names {
    my ($policy, $edits) = @_;
    my (%names, %seen);
    for my $i (0 .. $#$edits) {
        my $edit = $edits->[$i];
        next if !$edit->{add} || is_pattern($edit) || is_never($policy, $edit->{pattern});
        next if grep { !$_->{add} && edit_matches($_, $edit->{pattern}) } @$edits[$i + 1 .. $#$edits];
        push @{ $names{ $edit->{from} } }, $edit->{pattern};
    }
    return grep { !$seen{ lc $_ }++ } map { @{ $names{$_} || [] } } qw(configuration backend);
}

# "A pattern is in force if an edit adds it and no removal behind it is the same
# pattern or '*'." Never comes last in the order of the edits, as removals.
sub patterns_in_force {
    my ($policy, @edits) = @_;
    my $edits = [@edits, map { { add => 0, pattern => $_ } } @{ $policy->{never} }];
    my @patterns;
    for my $i (0 .. $#$edits) {
        my $edit = $edits->[$i];
        next unless $edit->{add} && is_pattern($edit);
        next if grep { !$_->{add} && ($_->{pattern} eq '*' || lc $_->{pattern} eq lc $edit->{pattern}) }
            @$edits[$i + 1 .. $#$edits];
        push @patterns, $edit->{pattern};
    }
    return @patterns;
}

# "there is no Never beyond Set-Cookie"
sub forbids_more {
    my ($policy) = @_;
    my %always = map { lc $_ => 1 } @NEVER;
    return scalar grep { !$always{ lc $_ } } @{ $policy->{never} };
}

sub exposes_everything {
    my ($policy, $edits) = @_;
    return 0 if forbids_more($policy);
    for my $i (0 .. $#$edits) {
        next unless $edits->[$i]{add} && is_pattern($edits->[$i]) && $edits->[$i]{pattern} eq '*';
        return 1 unless grep { !$_->{add} } @$edits[$i + 1 .. $#$edits];
    }
    return 0;
}

sub credential_state {
    my ($case) = @_;
    return 'no Origin' unless lines_of($case->{request}, 'Origin');
    return 'Access-Control-Allow-Credentials'
        if grep { $_ eq 'true' } lines_of($case->{response}, 'Access-Control-Allow-Credentials');
    return 'Cookie'              if lines_of($case->{request}, 'Cookie');
    return 'Authorization'       if lines_of($case->{request}, 'Authorization');
    return 'authenticated user'  if defined $case->{user};
    return 'client certificate'  if $case->{certificate};
    return '';
}

# Fetch's CORS check, in some credentials mode: with `omit` nothing else matters.
sub passes_cors_check {
    my ($case) = @_;
    my ($origin) = lines_of($case->{request}, 'Origin');
    my @allowed = lines_of($case->{response}, 'Access-Control-Allow-Origin');
    return @allowed == 1 && ($allowed[0] eq $origin || $allowed[0] eq '*');
}

# The names that a pattern or '*' may list: what the response will carry, what
# httpd adds behind the filter included.
sub written_out {
    my ($case, $policy, $edits, $varies, @explicit) = @_;
    my %left_out = map { $_ => 1 } map { lc } members(lines_of($case->{response}, 'Connection'));
    my @present = map { $_->[0] } @{ $case->{response} };
    push @present, 'Vary' if $varies;
    push @present, 'Date', 'Server';
    # httpd answers with a range, or browsers and caches cut one out of a stored answer
    my ($cuts) = lines_of($case->{response}, 'Accept-Ranges');
    push @present, 'Content-Range' if $case->{status} == 206 || $case->{status} == 416
        || ($case->{status} == 200 && (lines_of($case->{request}, 'Range') || lc($cuts // 'none') ne 'none'));
    my %listed = map { lc $_ => 1 } @explicit;
    my @names;
    for my $name (@present) {
        my $key = lc $name;
        next if $listed{$key} || $left_out{$key} || is_never_written_out($key) || !is_token($name) || $name eq '*';
        next unless is_exposed($policy, $edits, $name);
        $listed{$key} = 1;
        push @names, $name;
    }
    return @names;
}

# Step 3: whether the list can depend on Origin.
sub varies {
    my ($case, $policy) = @_;
    return 1 if $policy->{conditions}{origin} || $policy->{when} eq 'allowed';
    return 0 if $policy->{when} ne 'cors';
    return $policy->{adds}
        || grep { $_ eq '*' } members(lines_of($case->{response}, 'Access-Control-Expose-Headers'));
}

sub vary {
    my ($case, $varies) = @_;
    my @there = map { lc } members(lines_of($case->{response}, 'Vary'));
    push @there, 'origin' if $varies && !grep { $_ eq '*' || $_ eq 'origin' } @there;
    return [sort @there];
}

# Step 7: "a 304 that can't be made right isn't asked for". True where a request
# loses its validators before a handler sees them. Beside patterns and everything,
# an expr= condition is what a 304 can't show: it may hang on the 200's status.
sub drops_validators {
    my %case = @_;
    my $policy = read_policy(\%case);
    return $policy->{any} && !$case{subrequest} && $policy->{when} ne 'off'
        && $case{method} =~ /\A(?:GET|HEAD)\z/ && lines_of($case{request}, 'Origin')
        && ($policy->{adds_patterns} || $policy->{conditions}{expr}) && ($policy->{conditions}{origin} || $policy->{when} eq 'allowed') ? 1 : 0;
}

# Step 1, "untouched but for Never": what is there loses what Never forbids, and a
# '*' that would expose it is written out.
sub but_for_never {
    my ($case, $policy, $reason) = @_;
    my ($own, $malformed) = read_backend($case);
    my $forbidden = grep { !is_pattern($_) && is_never($policy, $_->{pattern}) } @$own;
    my $star      = forbids_more($policy) && grep { is_pattern($_) } @$own;
    return left_alone($case, $reason) unless $forbidden || $star;
    my @value = explicit_names($policy, $own);
    unshift @value, '*' if exposes_everything($policy, $own);
    my $explicit = @value;
    push @value, written_out($case, $policy, $own, 0, @value)
        if !exposes_everything($policy, $own) && patterns_in_force($policy, @$own);
    my $left_out = bound(\@value);
    return {
        reason => $reason, left_alone => 0, aceh => @value ? \@value : undef, vary => vary($case, 0),
        credentialed => credential_state($case), malformed => $malformed, left_out => $left_out, explicit => $explicit,
    };
}

sub left_alone {
    my ($case, $reason) = @_;
    my @lines = lines_of($case->{response}, 'Access-Control-Expose-Headers');
    my @own = members(@lines);
    return {
        reason => $reason, left_alone => 1, aceh => @lines ? \@own : undef, vary => vary($case, 0),
        credentialed => credential_state($case), malformed => [], left_out => 0, explicit => scalar @own,
    };
}

# Step 8: cuts a value, and returns how many names are gone. One that can't fit
# goes alone.
sub bound {
    my ($value) = @_;
    my @fit = grep { length $_ <= BOUND } @$value;
    pop @fit while @fit && length(join ', ', @fit) > BOUND;
    my $left_out = @$value - @fit;
    @$value = @fit;
    return $left_out;
}

sub decide {
    my %case = @_;
    my $policy = read_policy(\%case);
    my $has_aceh = lines_of($case{response}, 'Access-Control-Expose-Headers') ? 1 : 0;
    my ($origin) = lines_of($case{request}, 'Origin');

    # Step 1.
    return left_alone(\%case, undef) if !$policy->{any} || $case{subrequest};
    return but_for_never(\%case, $policy, 'off') if $policy->{when} eq 'off';
    return left_alone(\%case, 'preflight')
        if $case{method} eq 'OPTIONS' && defined $origin
        && lines_of($case{request}, 'Access-Control-Request-Method');

    # Step 3.
    my $varies = varies(\%case, $policy);

    # Step 4: which edits count.
    my ($own, $malformed) = read_backend(\%case);
    my @edits = @{ $policy->{edits} };
    if ($policy->{backend} eq 'keep' && @$own) {
        @edits = @$own;
    }
    elsif ($policy->{backend} eq 'merge' && !grep { $_->{none} } @edits) {
        @edits = (@$own, @edits);
    }
    @edits = grep { !$_->{none} } @edits;

    # Steps 5 and 6.
    my $credentialed = credential_state(\%case);
    my @value = explicit_names($policy, \@edits);
    my $everything = exposes_everything($policy, \@edits);
    my $kind = 'names';
    if ($everything && !$credentialed && $policy->{wildcard} eq 'auto') {
        $kind = 'wildcard';
        unshift @value, '*';
    }
    my $explicit = @value;
    if ($kind eq 'names' && ($everything || patterns_in_force($policy, @edits))) {
        $kind = 'written-out';
        push @value, written_out(\%case, $policy, \@edits, $varies, @value);
    }
    my $left_out = bound(\@value);

    # Step 7.
    my $verdict = sub {
        my ($reason, @members) = @_;
        return {
            reason => $reason, left_alone => 0, aceh => @members ? \@members : undef,
            vary => vary(\%case, $varies), credentialed => $credentialed,
            malformed => $malformed, left_out => $left_out,
            explicit => $explicit < @members ? $explicit : scalar @members,
        };
    };
    my $allowed_header = lines_of($case{response}, 'Access-Control-Allow-Origin');
    return $verdict->('not-allowed')
        if defined $origin && $policy->{when} eq 'allowed' && !passes_cors_check(\%case)
        # A 304 without it leaves the stored one in force, and the stored list may be another origin's.
        && !($case{status} == 304 && $policy->{conditions}{origin} && !$allowed_header);
    return $verdict->('no-origin')
        if !defined $origin && $policy->{when} ne 'always' && $kind eq 'names' && !$policy->{conditions}{expr} && !$has_aceh;
    if ($case{status} == 304) {
        return $verdict->('not-modified') if $case{revalidates};
        my $same_as_the_200 = $kind ne 'written-out' && !$policy->{conditions}{expr} && $allowed_header;
        # With an origin condition the stored list may be another origin's.
        return $verdict->('not-modified') unless $same_as_the_200 || $policy->{conditions}{origin};
    }
    return $verdict->($kind, @value) if @value;
    # A list has to be there, for caches that make a 304 of this answer: or another origin's would stand in a browser's
    # copy. A safelisted name exposes nothing new.
    my $stand_in = defined $origin && $policy->{conditions}{origin} && !is_never($policy, 'Cache-Control')
        && ($case{status} == 304 || grep { lines_of($case{response}, $_) } qw(ETag Last-Modified));
    return $verdict->('empty', $stand_in ? 'Cache-Control' : ());
}

1;
