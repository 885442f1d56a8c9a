package CorsExpose::Counters;
# What gcc's counters have counted (make VARIANT=coverage), as gcov reads them. The current folder is the top.
use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Find qw(find);
use JSON::PP ();

our @EXPORT_OK = qw(counters_below counted);

# The files that processes have written their counters to
sub counters_below {
    my ($folder) = @_;
    my @found;
    -d $folder and find({ no_chdir => 1, wanted => sub { push @found, $_ if /\.gcda$/ } }, $folder);
    return sort @found;
}

# Calls $each with the source's name and gcov's hash of the line, for each line of the module that has code: once for each object
# that has it. The counters are those beside the objects, or, with a prefix, those of processes that had it as GCOV_PREFIX.
# Returns how many files of counters there are.
sub counted {
    my ($folder, $prefix, $each) = @_;
    my @counters = counters_below($prefix . $folder) or return 0;
    for (length $prefix ? @counters : ()) {
        my $notes = substr($_, length $prefix) =~ s/gcda$/gcno/r;
        system('cp', $notes, dirname($_)) == 0 or die "$0: no $notes\n";
    }
    open my $gcov, '-|', qw(gcov --json-format --branch-counts --branch-probabilities --stdout), @counters or die "$0: gcov: $!\n";
    while (my $json = <$gcov>) {
        for my $file (@{ JSON::PP::decode_json($json)->{files} }) {
            my ($source) = $file->{file} =~ m{((?:(?:src/\w+|include)/)?\w+\.[ch])$};
            # what isn't the module's isn't there by that name
            $each->($source, $_) for $source && -e $source ? @{ $file->{lines} } : ();
        }
    }
    close $gcov or die "$0: gcov failed\n";
    return scalar @counters;
}

1;
