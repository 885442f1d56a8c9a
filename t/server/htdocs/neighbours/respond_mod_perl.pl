# The same as respond.pl in mod_perl, which can send a header on several lines.
package CorsExpose::Respond;    ## no critic (RequireFilenameMatchesPackage): PerlPostConfigRequire names the file
use strict;
use warnings;
use Apache2::RequestRec ();
use Apache2::RequestIO ();
use Apache2::RequestUtil ();
use APR::Table ();
use Apache2::Const -compile => qw(OK);

sub handler {
    my ($r) = @_;
    my ($variant) = $r->uri =~ m{(\w+)$};
    my $path = $r->document_root . "/neighbours/variants/$variant.asis";
    open my $file, '<', $path or die "$path: $!\n";
    while (my $line = <$file>) {
        my ($name, $value) = $line =~ /^([^:]+): (.*)$/ or last;
        if    ($name eq 'Status')       { $r->status($value =~ /^(\d+)/) }
        elsif ($name eq 'Content-Type') { $r->content_type($value) }
        else                            { $r->headers_out->add($name => $value) }
    }
    $r->print(<$file>, "by mod_perl\n");
    return Apache2::Const::OK;
}

1;
