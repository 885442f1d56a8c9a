# What fails with some versions of httpd, as t/known has it.
package CorsExpose::Known;
use strict;
use warnings FATAL => 'all';
use Exporter qw(import);

our @EXPORT_OK = qw(known unexpected);

# The rows of that version, as [file, how many tests, a pattern of their names, why]
sub known {
    my ($path, $version) = @_;
    open my $in, '<', $path or die "$path: $!\n";
    my @rows;
    while (my $line = <$in>) {
        next if $line =~ /^\s*(?:#|$)/;
        my ($of, $file, $count, $names, $why) = $line =~ /^(\S+) +\| (\S+) +\| (\d+) +\| (.+?) +\| (\S.*)$/ or die "$path:$.: no row: $line";
        push @rows, [$file, $count, qr/\A(?:$names)\z/, $why] if $of eq $version;
    }
    return @rows;
}

# Given those rows, and the names of the tests that failed in each file that ran, says of each what it shouldn't be: a failure that
# no row knows, or a row with which not as many fail as it says.
sub unexpected {
    my ($rows, $failed) = @_;
    my (@said, %is_known);
    for my $row (grep { $failed->{ $_->[0] } } @$rows) {
        my ($file, $count, $names) = @$row;
        my @met = grep { $_ =~ $names } @{ $failed->{$file} };
        $is_known{$file}{$_} = 1 for @met;
        push @said, "$file: t/known says that $count fail of $names, and not " . @met if @met != $count;
    }
    for my $file (sort keys %$failed) {
        push @said, map { "$file: t/known doesn't know that '$_' fails" } grep { !$is_known{$file}{$_} } @{ $failed->{$file} };
    }
    return @said;
}

1;
