# The header fields that the standards treat in a way of their own. The one place in Perl where they are listed:
# the module has its own tables, and so has the browsers' oracle.
package CorsExpose::Fields;
use strict;
use warnings FATAL => 'all';
use Exporter qw(import);

our @EXPORT_OK = qw(@SAFELISTED is_safelisted is_never_written_out);

# Fetch, "CORS-safelisted response-header name"
our @SAFELISTED = qw(Cache-Control Content-Language Content-Length Content-Type Expires Last-Modified Pragma);
my %safelisted = map { lc $_ => 1 } @SAFELISTED;
# RFC 9110, 7.6.1, and what proxies take off beside it
my %hop_by_hop = map { $_ => 1 } qw(
    connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade
);

sub is_safelisted { return exists $safelisted{ lc $_[0] } }

# What a pattern or a wildcard doesn't list, whatever the response is. (What its Connection names isn't either.)
sub is_never_written_out {
    my $name = lc $_[0];
    return is_safelisted($name) || exists $hop_by_hop{$name} || $name eq 'authorization' || $name eq 'x-expose-headers-detail' || $name =~ /\Aaccess-control-/;
}

1;
