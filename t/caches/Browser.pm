package Browser;

# A script's view of an answer, by the Fetch standard, and a browser's private cache, by RFC 9111. What is modelled was measured
# in Chromium, Firefox and WebKitGTK: t/browser asks them again.

use strict;
use warnings FATAL => 'all';

use CorsExpose::Fields qw(is_safelisted);
use Exporter 'import';
our @EXPORT_OK = qw(lines value passes_cors_check exposed_names reads);

my %FORBIDDEN = map { $_ => 1 } qw(set-cookie set-cookie2);

sub lines {
    my ($answer, $name) = @_;
    return map { $_->[1] } grep { lc $_->[0] eq lc $name } @{ $answer->{headers} };
}

sub value {
    my @lines = lines(@_);
    return @lines ? join(', ', @lines) : undef;
}

sub passes_cors_check {
    my ($answer, $origin, $mode) = @_;
    my $allowed = value($answer, 'Access-Control-Allow-Origin');
    return 0 unless defined $allowed;
    return 1 if $allowed eq '*' && $mode ne 'include';
    return 0 unless $allowed eq $origin;
    return 1 unless $mode eq 'include';
    return (value($answer, 'Access-Control-Allow-Credentials') // '') eq 'true';
}

# Fetch's "extract header list values": all lines joined, split at commas, empty members skipped; one member that is no token
# voids them all.
sub exposed_names {
    my ($answer) = @_;
    my $list = value($answer, 'Access-Control-Expose-Headers');
    return () unless defined $list;
    my @members = grep { length } map { s/\A[ \t]+|[ \t]+\z//gr } split /,/, $list;
    return () if grep { !/\A[!#\$%&'*+\-.^_`|~0-9A-Za-z]+\z/ } @members;
    return map { lc } @members;
}

# The names, in lower case, of those headers of this answer that a script reads.
sub reads {
    my ($answer, $mode) = @_;
    my %listed = map { $_ => 1 } exposed_names($answer);
    my $all = $listed{'*'} && $mode ne 'include';
    my %read;
    for my $name (map { lc $_->[0] } @{ $answer->{headers} }) {
        next if $FORBIDDEN{$name};
        $read{$name} = 1 if $all || $listed{$name} || is_safelisted($name);
    }
    return \%read;
}

# kind: 'revalidates' asks with If-None-Match across a mismatch of Vary, as Chromium and Firefox do; 'refetches' asks anew, as
# WebKit does. One copy per URL, for credentialed and anonymous fetches.
sub new {
    my ($class, $kind) = @_;
    return bless { kind => $kind, copies => {} }, $class;
}

# $ask->(path, headers) asks the network. $time is a number that grows by one when all that is cached has expired.
# The answer that a script sees carries "how": fetched, reused or revalidated; and for which origins it was stored ("stored_for") and
# got the list that it has now ("list_for").
sub get {
    my ($self, $ask, $time, $path, $headers, $mode) = @_;
    my $copy = $self->{copies}{$path};
    $copy = undef if $mode eq 'reload';

    my $same = $copy && selects($copy, $headers);
    if ($copy && $same && $copy->{time} == $time && $mode ne 'no-cache') {
        return { %$copy, how => 'reused' };
    }

    my @conditions;
    if ($copy && ($same || $self->{kind} eq 'revalidates')) {
        my $etag = value($copy, 'ETag');
        my $modified = value($copy, 'Last-Modified');
        push @conditions, ['If-None-Match', $etag] if defined $etag;
        push @conditions, ['If-Modified-Since', $modified] if defined $modified;
    }
    my $answer = $ask->($path, [@$headers, @conditions]);

    if ($answer->{status} == 304 && @conditions) {
        freshen($copy, $answer);
        @$copy{qw(asked time)} = ($headers, $time);
        $copy->{list_for} = origin_in($headers) if defined value($answer, 'Access-Control-Expose-Headers');
        # A copy that was stored without Origin and has lived on 304s since.
        $copy->{freshened} = 1;
        return { %$copy, how => 'revalidated' };
    }
    my $origin = origin_in($headers);
    if ($answer->{status} == 200 && (value($answer, 'Cache-Control') // '') =~ /max-age=[1-9]/) {
        $self->{copies}{$path} = { %$answer, asked => $headers, time => $time, stored_for => $origin,
            list_for => $origin };
    }
    else {
        delete $self->{copies}{$path};
    }
    return { %$answer, how => 'fetched', stored_for => $origin };
}

sub origin_in {
    my ($headers) = @_;
    return (map { $_->[1] } grep { $_->[0] eq 'Origin' } @$headers)[0];
}

# RFC 9111, 4.1
sub selects {
    my ($copy, $headers) = @_;
    for my $name (grep { length } map { s/\A[ \t]+|[ \t]+\z//gr } split /,/, value($copy, 'Vary') // '') {
        return 0 if $name eq '*';
        my ($then, $now) = map { join ', ', map { $_->[1] } grep { lc $_->[0] eq lc $name } @$_ } $copy->{asked}, $headers;
        return 0 if $then ne $now;
    }
    return 1;
}

# RFC 9111, 3.2: what the 304 carries takes the place of what is stored, by name; the rest stands.
sub freshen {
    my ($copy, $answer) = @_;
    my @new = grep { $_->[0] !~ /\A(?:Content-(?:Length|Encoding|Range|Type)|Connection|Keep-Alive|Transfer-Encoding)\z/i }
        @{ $answer->{headers} };
    my %replaced = map { lc $_->[0] => 1 } @new;
    $copy->{headers} = [(grep { !$replaced{ lc $_->[0] } } @{ $copy->{headers} }), @new];
    return;
}

1;
