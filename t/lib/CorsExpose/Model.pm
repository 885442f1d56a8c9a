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
#       added    => ['X-D -X-E'],       # the calls of cors_expose_add, in order
#       env      => { NAME => 'value' },
#       expr     => { TEXT => 1 },      # 1 holds, 0 doesn't, undef: can't be evaluated
#       method   => 'GET',
#       request  => [['Origin' => 'https://app.example.com'], ...],
#       user     => undef, certificate => 0, subrequest => 0, stored => 0,
#       status   => 200,
#       response => [['X-A' => '1'], ...],  # every line, as the filter finds them
#   );
#
# The verdict:
#   reason       the design's word; undef where the module leaves the response alone
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
our @EXPORT_OK = qw(decide is_token glob_matches origin_matches words);

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
    my ($scheme, $host, $port) = $condition =~ m{\A(https?)://(\[[^\]]*\]|[^:]*)(?::(.*))?\z}
        or die "the model can't read the origin '$condition'";
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

# What the containers say, joined: the edits in order, and the last word of each
# other directive.
sub read_policy {
    my ($case) = @_;
    my %policy = (
        any => 0, edits => [], never => [], conditions => {},
        backend => 'merge', wildcard => 'auto', when => 'cors',
    );
    for my $container (@{ $case->{containers} }) {
        for my $line (@$container) {
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
    }
    if ($policy{any}) {
        # What other modules add may differ from answer to answer: the conditions of
        # the configuration stay in force for Vary and the 304 rule.
        my $conditions = $policy{conditions};
        read_edits(\%policy, $case, words($_)) for @{ $case->{added} || [] };
        $policy{conditions} = $conditions;
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
        $holds = 0 unless ($not ? 1 : 0) ^ (exists $case->{env}{$name} ? 1 : 0);
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
            next;
        }
        $policy->{conditions}{origin} = 1 if @origins;
        $policy->{conditions}{expr}   = 1 if @exprs;
        next unless $holds;
        if (lc $word eq 'none') {
            $policy->{edits} = [{ none => 1 }];
            next;
        }
        my ($sign, $pattern) = $word =~ /\A([+-]?)(.*)\z/s;
        my $add = $sign ne '-';
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
# edit matches it." The order is that of the first such edit, the spelling that of
# the first from the configuration.
sub explicit_names {
    my ($policy, $edits) = @_;
    my (@order, %spelling);
    for my $i (0 .. $#$edits) {
        my $edit = $edits->[$i];
        next if !$edit->{add} || is_pattern($edit) || is_never($policy, $edit->{pattern});
        next if grep { !$_->{add} && edit_matches($_, $edit->{pattern}) } @$edits[$i + 1 .. $#$edits];
        my $key = lc $edit->{pattern};
        push @order, $key unless $spelling{$key};
        $spelling{$key}{ $edit->{from} } //= $edit->{pattern};
    }
    return map { $spelling{$_}{configuration} // $spelling{$_}{backend} } @order;
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

sub exposes_everything {
    my ($policy, $edits) = @_;
    my %always = map { lc $_ => 1 } @NEVER;
    return 0 if grep { !$always{ lc $_ } } @{ $policy->{never} };
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

sub passes_cors_check {
    my ($case) = @_;
    my ($origin) = lines_of($case->{request}, 'Origin');
    my @allowed = lines_of($case->{response}, 'Access-Control-Allow-Origin');
    return 0 unless @allowed == 1;
    return 1 if $allowed[0] eq $origin;
    return $allowed[0] eq '*'
        && !grep { $_ eq 'true' } lines_of($case->{response}, 'Access-Control-Allow-Credentials');
}

# The names that a pattern or '*' may list: what the response will carry, what
# httpd adds behind the filter included.
sub written_out {
    my ($case, $policy, $edits, @explicit) = @_;
    my %left_out = map { $_ => 1 } map { lc } members(lines_of($case->{response}, 'Connection'));
    my @present = map { $_->[0] } @{ $case->{response} };
    push @present, 'Vary' if varies($policy);
    push @present, 'Date', 'Server';
    push @present, 'Content-Range' if lines_of($case->{request}, 'Range');
    my %listed = map { lc $_ => 1 } @explicit;
    my @names;
    for my $name (@present) {
        my $key = lc $name;
        next if $listed{$key} || $left_out{$key} || is_never_written_out($key) || !is_token($name);
        next unless is_exposed($policy, $edits, $name);
        $listed{$key} = 1;
        push @names, $name;
    }
    return @names;
}

sub varies {
    my ($policy) = @_;
    return $policy->{when} ne 'always' || $policy->{conditions}{origin};
}

sub vary {
    my ($case, $touched, $policy) = @_;
    my @there = map { lc } members(lines_of($case->{response}, 'Vary'));
    push @there, 'origin'
        if $touched && varies($policy) && !grep { $_ eq '*' || $_ eq 'origin' } @there;
    return [sort @there];
}

sub decide {
    my %case = @_;
    my $policy = read_policy(\%case);
    my $has_aceh = lines_of($case{response}, 'Access-Control-Expose-Headers') ? 1 : 0;
    my ($origin) = lines_of($case{request}, 'Origin');

    my $untouched = sub {
        my ($reason) = @_;
        my @own = members(lines_of($case{response}, 'Access-Control-Expose-Headers'));
        return {
            reason => $reason, aceh => $has_aceh ? \@own : undef,
            vary => vary(\%case, 0, $policy), credentialed => '', malformed => [], left_out => 0,
            explicit => scalar @own,
        };
    };
    # Step 1.
    return $untouched->(undef) if !$policy->{any} || $policy->{when} eq 'off' || $case{subrequest};
    return $untouched->('preflight')
        if $case{method} eq 'OPTIONS' && defined $origin
        && lines_of($case{request}, 'Access-Control-Request-Method');
    return $untouched->('stored') if $case{stored};

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
        push @value, written_out(\%case, $policy, \@edits, @value);
    }
    my $left_out = 0;
    while (@value && length(join ', ', @value) > BOUND) {
        pop @value;
        $left_out++;
    }

    # Step 7.
    my $verdict = sub {
        my ($reason, @members) = @_;
        return {
            reason => $reason, aceh => @members ? \@members : undef,
            vary => vary(\%case, 1, $policy), credentialed => $credentialed,
            malformed => $malformed, left_out => $left_out,
            explicit => $explicit < @members ? $explicit : scalar @members,
        };
    };
    return $verdict->('not-allowed')
        if defined $origin && $policy->{when} eq 'allowed' && !passes_cors_check(\%case)
        # A 304 without it leaves the stored one in force, and the stored list may be another origin's.
        && !($case{status} == 304 && $policy->{conditions}{origin}
            && !lines_of($case{response}, 'Access-Control-Allow-Origin'));
    return $verdict->('no-origin')
        if !defined $origin && $policy->{when} ne 'always' && $kind eq 'names' && !$has_aceh;
    if ($case{status} == 304) {
        my $same_as_the_200 = $kind ne 'written-out' && !$policy->{conditions}{expr}
            && lines_of($case{response}, 'Access-Control-Allow-Origin');
        # With an origin condition the stored list may be another origin's.
        return $verdict->('not-modified') unless $same_as_the_200 || $policy->{conditions}{origin};
    }
    # Where there is nothing to say to this origin, a safelisted name exposes nothing
    # new, and takes the place of another origin's stored list.
    return $verdict->('empty', $case{status} == 304 && $policy->{conditions}{origin} ? 'Cache-Control' : ())
        unless @value;
    return $verdict->($kind, @value);
}

1;
