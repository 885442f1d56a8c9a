# Ports for the servers that tests start.
package CorsExpose::Ports;
use strict;
use warnings FATAL => 'all';
use Exporter qw(import);
use IO::Socket::INET;

our @EXPORT_OK = qw(free_ports);

my %given;

# The first of so many ports in a row that nobody has; one if it isn't said. They are below the kernel's range for outgoing
# connections and for servers that take any port: nobody gets one of them before it is used, and no client that is too early ends up
# connected to itself. All have five digits: no run of the benchmark differs from another by a port's length.
# Browsers refuse 10080 (Fetch, "bad port").
sub free_ports {
    my ($count) = @_;
    $count //= 1;
    # not rand, which belongs to the tests' sequences
    open my $random, '<', '/dev/urandom' or die "urandom: $!\n";
    for (1 .. 100) {
        read $random, my $bytes, 2;
        my $port = 10081 + unpack('S', $bytes) % 22000;
        # not to this test, for something that doesn't listen yet
        next if grep { $given{$_}++ } $port .. $port + $count - 1;
        my @free = map { IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => $_, Listen => 1, ReuseAddr => 1) // () }
            $port .. $port + $count - 1;
        return $port if @free == $count;
    }
    die "no $count free ports in a row\n";
}

1;
