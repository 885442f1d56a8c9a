package Scenario;

# What is asked for in this suite, and what it must give: a scenario is a policy, a value of ExposeHeadersWhen, a way in
# which a site allows origins, and the content behind it. From the same words come httpd's configuration (config)
# and, with no look at the module, what a script of an origin may read (exposes).

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
our @EXPORT_OK = qw(A B C all_scenarios wandering_scenarios fixed_scenarios config exposes allows own_lines differs_by_origin has_pattern
    has_expression brings_star OUTER);

use constant {
    A => 'https://app.example.com',
    B => 'https://shop.example.org',
    C => 'https://evil.example.net',
};

# In each virtual host, outside the scenarios' own containers: what mod_cache's quick handler sees alone. The scenarios take
# X-Outer-Only away again, so whoever decides by the virtual host alone exposes too much.
use constant OUTER => 'X-Site X-Outer-Only';
use constant LESS  => '-X-Outer-Only';

# Expressions: what matters of one that always holds is that there is one; the other holds for what a cache stores, and not on a 304.
use constant {
    ALWAYS  => '%{REQUEST_URI} =~ m#^/#',
    NOT_304 => '%{REQUEST_STATUS} -ne 304',
};

# Each line is a word list, with the origin that it is for where there is one, and the expr= that it hangs on.
my %POLICY = (
    'static'             => { lines => [[LESS . ' X-A X-Request-Id']] },
    'static, Age'        => { lines => [[LESS . ' X-A Age']] },
    'static by expr='    => { lines => [[LESS], ['X-A', expr => ALWAYS]] },
    'static by status'   => { lines => [[LESS . ' X-Request-Id'], ['X-A', expr => NOT_304]] },
    'by status and B'    => { lines => [[LESS . ' X-Request-Id'], ['X-A', expr => NOT_304], ['X-B', origin => B]] },
    'pattern by status'  => { lines => [[LESS . ' X-Request-Id'], ['X-RateLimit-*', expr => NOT_304]] },
    'pattern'            => { lines => [[LESS . ' X-A X-RateLimit-*']] },
    'pattern minus'      => { lines => [[LESS . ' X-* -X-Internal-* -X-Outer-Only']] },
    'wildcard'           => { lines => [['None *']] },
    'wildcard and name'  => { lines => [['None * X-A']] },
    'wildcard minus'     => { lines => [['* -X-Internal-* ' . LESS]] },
    'wildcard, Never'    => { lines => [['None *']], never => 'X-Internal-* X-B' },
    'wildcard, Expand'   => { lines => [['None *']], expand => 1 },
    'nothing'            => { lines => [['None']], adds_nothing => 1 },
    'names for B too'    => { lines => [[LESS . ' X-A'], ['X-B', origin => B]] },
    # No name for A; what A gets has to have a list all the same, since another cache may make its own 304 of it.
    'names for B alone'  => { lines => [['None'], ['X-B', origin => B]] },
    'and one for all'    => { lines => [['None Cache-Control'], ['X-B', origin => B]] },
    'pattern for A'      => { lines => [[LESS], ['X-RateLimit-*', origin => A]] },
    'wildcard for A'     => { lines => [[LESS . ' X-A'], ['*', origin => A], [LESS]] },
    'less for B'         => { lines => [[LESS . ' X-A X-B'], ['-X-B', origin => B]] },
    'nothing for B'      => { lines => [[LESS . ' X-A X-B'], ['None', origin => B]] },
    # Its server rewrites validators, as for Content-Encoding; they are the client's all the same.
    'pattern less for B' => { lines => [[LESS . ' X-A X-RateLimit-*'], ['-X-RateLimit-Limit', origin => B]], edits_validators => 1 },
    'wildcard less for B' => { lines => [['None *'], ['-X-B -X-RateLimit-*', origin => B]] },
    'subdomains'         => { lines => [['None X-A'], ['X-B', origin => 'https://*.example.com']] },
    'Keep'               => { lines => [[LESS . ' X-A X-RateLimit-*']], backend => 'Keep' },
    'Replace'            => { lines => [[LESS . ' X-A X-RateLimit-*']], backend => 'Replace' },
    'Never'              => { lines => [[LESS . ' X-A X-Internal-Secret']], never => 'X-Internal-*' },
);

# How the site allows origins. "credentials" are the origins that may read with them.
my %SITE = (
    'anyone'                  => { any => 1, header => 'Header always set' },
    'anyone, but not on 304'  => { any => 1, header => 'Header set', not_304 => 1 },
    'A and B, credentials'    => { origins => [A, B], credentials => 1, header => 'Header always set' },
    'A'                       => { origins => [A], header => 'Header always set' },
    'the backend: anyone'     => { any => 1 },
);

# What stands behind the policy. The backend's own list may come with every answer, or only with those that aren't 304 ("silent_304"); and
# a 304 may have nothing but ETag and Cache-Control ("bare_304"), as many do.
my %CONTENT = (
    'a file'                     => {},
    'a backend'                  => { own => [] },
    'a backend with a list'      => { own => ['X-Own, X-RateLimit-Limit'] },
    'a backend with a bare 304'  => { own => [], bare_304 => 1, silent_304 => 1 },
    'a backend with a list and a bare 304' => { own => ['X-Own, X-RateLimit-Limit'], bare_304 => 1, silent_304 => 1 },
    'a backend with *'           => { own => ['*'] },
    'a backend with a bad list'  => { own => ['X-Own,, bad name', 'x-b'] },
    'a backend that sets cookies' => { own => ['X-Own'], cookie => 1 },
    'a backend that says 404'    => { own => ['X-Own'], status => 404 },
    'a backend with its own CORS' => { own => ['X-Own, X-RateLimit-Limit'], cors => 1 },
    'a backend with its own CORS, but not on 304' => { own => ['X-Own, X-RateLimit-Limit'], cors => 1, silent_304 => 1 },
);

sub scenario {
    my ($id, $policy, $when, $site, $content) = @_;
    return {
        id => $id, name => "$policy; When $when; origins: $site; $content",
        when => $when, site_name => $site, content_name => $content, policy_name => $policy,
        %{ $POLICY{$policy} }, site => $SITE{$site}, content => $CONTENT{$content},
    };
}

# Every policy with every value of When, and with that a site and a content by lot; $extra more by lot alone.
sub all_scenarios {
    my ($extra) = @_;
    my (@scenarios, @pairs);
    for my $policy (sort keys %POLICY) {
        push @pairs, map { [$policy, $_] } qw(CORS Allowed Always);
    }
    push @pairs, map { $pairs[int rand @pairs] } 1 .. $extra;
    for my $pair (@pairs) {
        my $content = (sort keys %CONTENT)[int rand keys %CONTENT];
        my @sites = sort grep { !!$CONTENT{$content}{cors} == !$SITE{$_}{header} } keys %SITE;
        push @scenarios, scenario(sprintf('s%03d', scalar @scenarios), @$pair, $sites[int rand @sites], $content);
    }
    return @scenarios;
}

# What a browser's cache was seen to get wrong, between scripts of two origins, and what it never did; each in a site where credentials
# are in play and in one where they aren't.
sub wandering_scenarios {
    my @all = ('anyone', 'A and B, credentials');
    # Where all may read, nobody isn't allowed.
    my @some = ('A', 'A and B, credentials');
    my @silent = ('anyone, but not on 304');
    my @scenarios;
    for (['static', 'CORS', @all, @silent], ['wildcard', 'CORS', @all], ['pattern', 'CORS', @all], ['pattern', 'Allowed', @some],
        ['static by status', 'CORS', @all], ['static by status', 'Allowed', @some], ['by status and B', 'CORS', @all],
        ['names for B alone', 'CORS', @all], ['pattern for A', 'CORS', @all], ['wildcard for A', 'CORS', @all],
        ['less for B', 'CORS', @all, @silent], ['less for B', 'Allowed', @some, @silent], ['pattern less for B', 'CORS', @all],
        ['pattern less for B', 'Always', @all], ['wildcard less for B', 'CORS', @all]) {
        my ($policy, $when, @sites) = @$_;
        for my $site (@sites) {
            push @scenarios, scenario(sprintf('w%03d', scalar @scenarios), $policy, $when, $site,
                @scenarios % 4 < 2 ? 'a backend' : 'a file');
        }
    }
    return @scenarios;
}

# What the tests of mod_cache by name need.
sub fixed_scenarios {
    return (
        { %{ scenario('revalidated1', 'pattern', 'CORS', 'anyone', 'a backend with a bare 304') },
            lines => [['None X-*'], ['X-B', origin => B]] },
        { %{ scenario('revalidated2', 'static', 'CORS', 'anyone', 'a backend with a list and a bare 304') }, lines => [['X-A']] },
        { %{ scenario('revalidated3', 'static', 'Always', 'anyone', 'a backend with a list and a bare 304') }, lines => [['X-A']] },
        map({ +{ %{ scenario("later$_->[0]", 'static', $_->[2], 'anyone', 'a file') }, lines => [[$_->[1]]], later => 'X-B' } }
            [1, 'None X-A X-Internal-Secret X-B', 'CORS'], [2, 'None X-*', 'CORS'], [3, 'None *', 'CORS'], [4, 'None *', 'Always']),
    );
}

sub own_lines { return @{ $_[0]{content}{own} || [] } }

sub has_condition {
    my ($scenario, $kind) = @_;
    return scalar grep { my (undef, %c) = @$_; $c{$kind} } @{ $scenario->{lines} };
}

sub differs_by_origin { return has_condition($_[0], 'origin') }
sub has_expression { return has_condition($_[0], 'expr') }
sub brings_star { return scalar grep { /\A\s*\*\s*\z/ } map { split /,/ } own_lines($_[0]) }

# Does anything that the configuration adds depend on what a response carries? (A removed pattern counts: none of these scenarios has one.)
sub has_pattern {
    my ($scenario) = @_;
    return scalar grep { $_->{add} && !$_->{own} && $_->{name} =~ /\*/ } map { edits($scenario, $_) } A, B;
}

# httpd's configuration. Where mod_cache doesn't handle requests quickly ($late), a 304 from its store gets both the stored
# headers and what "Header always" adds to errors; the same Access-Control-Allow-Origin twice is one that browsers
# refuse. So there, what "always" adds has to be kept from what comes out of the store.
sub config {
    my ($scenario, $late) = @_;
    my ($site, $content) = @$scenario{qw(site content)};
    my @text = ("ExposeHeadersWhen $scenario->{when}");
    push @text, "ExposeHeadersWildcard Expand" if $scenario->{expand};
    push @text, "ExposeHeadersBackend $scenario->{backend}" if $scenario->{backend};
    push @text, "ExposeHeadersNever $scenario->{never}" if $scenario->{never};
    for my $line (@{ $scenario->{lines} }) {
        my ($words, %condition) = @$line;
        push @text, join ' ', "ExposeHeaders $words",
            $condition{origin} ? "origin=$condition{origin}" : (),
            $condition{expr} ? qq("expr=$condition{expr}") : ();
    }
    push @text, q{RequestHeader edit If-None-Match '^(.*)$' '$1'} if $scenario->{edits_validators};
    # Nothing as yet; see Rig's restart_with_later.
    push @text, "IncludeOptional later-$scenario->{id}.con[f]" if $scenario->{later};

    my $unless_stored = $late && $site->{header} && $site->{header} =~ /always/ ? ' "expr=-z reqenv(\'cache-hit\')"' : '';
    if ($site->{origins}) {
        my $one = join '|', map { s/\./\\./gr } @{ $site->{origins} };
        push @text, "SetEnvIf Origin ^(?:$one)\$ ALLOWED=\$0";
        my $if = $unless_stored ? qq("expr=-n reqenv('ALLOWED') && -z reqenv('cache-hit')") : 'env=ALLOWED';
        push @text, "$site->{header} Access-Control-Allow-Origin %{ALLOWED}e $if";
        push @text, "$site->{header} Access-Control-Allow-Credentials true $if" if $site->{credentials};
        # With Always, or where it exposes nothing, the module varies nothing by itself, so it's up to the site whose
        # Access-Control-Allow-Origin does.
        push @text, "Header always merge Vary Origin" if $scenario->{when} eq 'Always' || $scenario->{adds_nothing};
    }
    elsif ($site->{any} && $site->{header}) {
        push @text, "$site->{header} Access-Control-Allow-Origin *"
            . ($site->{not_304} ? ' "expr=%{REQUEST_STATUS} -ne 304"' : $unless_stored);
    }

    # A 304 has some of the headers of the 200 and lacks others, as it does in life.
    if (!$content->{own}) {
        push @text, 'Header always set Cache-Control "public, max-age=1800"',
            map({ qq(Header set $_ 1 "expr=%{REQUEST_STATUS} -ne 304") }
                qw(X-A X-B X-Site X-Outer-Only X-RateLimit-Limit X-Internal-Trace)),
            map { "Header always set $_ 1" } qw(X-Request-Id X-RateLimit-Remaining X-Internal-Secret);
    }
    return join "\n", "<Location /$scenario->{id}/>", (map { "    $_" } @text), "</Location>\n";
}

sub origin_holds {
    my ($condition, $origin) = @_;
    return 0 unless defined $origin;
    my $re = quotemeta $condition;
    $re =~ s/\\\*\\\./(?:[a-z0-9-]+\\.)+/;
    return $origin =~ /\A$re\z/;
}

sub matches {
    my ($edit, $name) = @_;
    my ($pattern, $literal) = @$edit{qw(name literal)};
    my $re = join '.*', map { quotemeta } split /\*/, $pattern, -1;
    $re = quotemeta $pattern if $literal;
    return $name =~ /\A$re\z/i;
}

# The edits that count for this origin, in their order.
sub edits {
    my ($scenario, $origin) = @_;
    my @own = map { { add => 1, name => $_, literal => $_ ne '*', own => 1 } }
        grep { /\A[!#\$%&'*+\-.^_`|~0-9A-Za-z]+\z/ }
        map { s/\A\s+|\s+\z//gr } map { split /,/ } own_lines($scenario);
    my $backend = $scenario->{backend} || 'Merge';
    return @own if $backend eq 'Keep' && @own;
    my @edits = $backend eq 'Merge' ? @own : ();
    for my $line ([OUTER], @{ $scenario->{lines} }) {
        my ($words, %condition) = @$line;
        next if $condition{origin} && !origin_holds($condition{origin}, $origin);
        for my $word (split ' ', $words) {
            if ($word eq 'None') {
                @edits = ();
                next;
            }
            push @edits, $word =~ /\A-(.*)/ ? { name => $1 } : { add => 1, name => $word };
        }
    }
    return @edits;
}

# May a script of this origin read the header of this name? '' is no, 'name' and 'pattern' say by what it may.
sub exposes {
    my ($scenario, $origin, $name) = @_;
    return $scenario->{known}{ $origin // '' }{$name} //= find_out($scenario, $origin, $name);
}

sub find_out {
    my ($scenario, $origin, $name) = @_;
    return '' if grep { matches({ name => $_ }, $name) } 'Set-Cookie', 'Set-Cookie2', split ' ', $scenario->{never} || '';
    my $by = '';
    for my $edit (edits($scenario, $origin)) {
        next unless matches($edit, $name);
        my $now = !$edit->{add} ? '' : $edit->{literal} || $edit->{name} !~ /\*/ ? 'name' : 'pattern';
        # Adding never takes away: a pattern behind a name leaves it a name.
        $by = $now unless $now eq 'pattern' && $by eq 'name';
    }
    return $by;
}

# Does the site let a script of this origin read its answers at all?
sub allows {
    my ($scenario, $origin, $mode) = @_;
    my $site = $scenario->{site};
    return 0 if $mode eq 'include' && !$site->{credentials};
    return 1 if $site->{any};
    return scalar grep { $_ eq $origin } @{ $site->{origins} };
}

1;
