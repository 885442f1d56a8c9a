# mod_perl's handler, which sends headers on lines of their own. Debian's mod_perl loads into Debian's httpd alone.
use strict;
use warnings;
use Apache::Test ();
use Test::More;
use CorsExpose::Neighbours;

my $vars = Apache::Test::vars();
if (-e "$vars->{top_dir}/build/mod_perl/mod_perl.so") {
    plan tests => backend_tests();
    try_backend('perl', "by mod_perl\n");
}
else {
    plan tests => 1;
    isnt($vars->{httpd}, '/usr/sbin/apache2', "an httpd that isn't Debian's has no mod_perl here");
}

__END__
# Debian's mod_perl, unpacked by t/setup; t/TEST brings it along for the httpd that it was built for.
<IfFile "@top_dir@/build/mod_perl/mod_perl.so">
    LoadModule perl_module "@top_dir@/build/mod_perl/mod_perl.so"
    PerlSwitches "-I@top_dir@/build/mod_perl/lib"
    PerlPostConfigRequire "@DocumentRoot@/neighbours/respond_mod_perl.pl"
    <LocationMatch "^/neighbours/perl/">
        SetHandler perl-script
        PerlResponseHandler CorsExpose::Respond
    </LocationMatch>
</IfFile>
