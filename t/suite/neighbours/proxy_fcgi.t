# mod_proxy_fcgi with a FastCGI responder on a Unix socket.
use strict;
use warnings;
use Apache::Test ();
use FindBin;
use Test::More;
use CorsExpose::Neighbours;

my $vars   = Apache::Test::vars();
my $socket = "$vars->{t_state}/fcgi.sock";
my $pid    = fork // die "fork: $!\n";
if (!$pid) {
    exec $^X, "$FindBin::Bin/responder.fcgi", $socket, "$vars->{documentroot}/neighbours/variants"
        or die "responder.fcgi: $!\n";
}
END { kill TERM => $pid and waitpid $pid, 0 and unlink $socket if $pid }
for (1 .. 200) {
    last if -S $socket;
    select undef, undef, undef, 0.05;
}

plan tests => backend_tests();
try_backend('fcgi', "by FastCGI\n");

__END__
<LocationMatch "^/neighbours/fcgi/">
    SetHandler "proxy:unix:@t_state@/fcgi.sock|fcgi://localhost"
</LocationMatch>
