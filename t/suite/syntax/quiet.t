# No false alarm: configurations as public projects' documentation has them, each with what this module is used for there
# (t/suite/syntax/quiet, a .htaccess file as the contents of a folder), and conf-examples with all recipes.
use strict;
use warnings;
use Test::More;
use CorsExpose::Test;

my @modules = qw(actions alias auth_basic authn_core authn_file authz_host authz_user dav dav_fs deflate dir env expires
    filter headers macro mime negotiation proxy proxy_balancer proxy_fcgi proxy_http rewrite setenvif slotmem_shm);

my @files = (glob('t/suite/syntax/quiet/*'), glob('conf-examples/*.conf'), glob('conf-examples/*.htaccess'), glob('conf-examples/recipes/*.conf'));
cmp_ok scalar(grep { m{/quiet/} } @files), '>=', 20, 'there are 20 configurations and more';

for my $file (@files) {
    open my $in, '<', $file or die "$file: $!\n";
    my $text = do { local $/; <$in> };
    $text = "<Directory /srv/htaccess>\n$text\n</Directory>\n" if $file =~ /\.htaccess$/;
    my ($code, $output) = httpd_t($text, modules => \@modules);
    $output =~ s/^AH00112: Warning: DocumentRoot .*\n//gm;    # the folders aren't there
    is "$code $output", "0 Syntax OK\n", "$file: no warning";
}

done_testing;
