# On a terminal, one line that says what runs and how much is left; in a log, nothing.
package CorsExpose::Progress;
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT_OK = qw(progress);

# progress($what, $done, $of, $now) shows the line in the place of the one before; progress() takes it away, which comes before
# anything else is printed.
sub progress {
    return unless -t STDERR;
    my ($what, $done, $of, $now) = @_;
    my $line = defined $what ? sprintf '%s: %d of %d, %d left: %s', $what, $done, $of, $of - $done, $now // '' : '';
    printf STDERR "\r%s\e[K", substr $line, 0, 100;
    return;
}

1;
