# Each file of conf-examples/ loads without a word, with no more modules than it says it needs; also while this module is
# switched off. And each has a test.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Examples;
use CorsExpose::Test;
use Test::More;

my @needed = qw(minimal.conf rest-api.conf credentialed-spa.conf reverse-proxy.conf htaccess.conf);

my @names = examples();
plan tests => 1 + 6 * @names;

my %there = map { $_ => 1 } @names;
is join(' ', grep { !$there{$_} } @needed), '', 'the examples that are promised are there';

for my $name (@names) {
    open my $file, '<', example($name) or die "$name: $!\n";
    my ($needs) = grep {defined} map { /^# Needs: (.*)/ ? $1 : undef } <$file>;
    my @modules = map { /^mod_(\w+)\z/ ? $1 : die "$name: $_\n" } split /, /, $needs // '';
    is join(' ', grep { $_ eq 'cors_expose' } @modules), 'cors_expose', "$name says what it needs";

    for my $place (['Include "%s"', 'the server'], ["<VirtualHost *:1>\nInclude \"%s\"\n</VirtualHost>", 'a virtual host']) {
        my ($config, $where) = @$place;
        my @defines = ("Define SITES \"" . Apache::Test::vars('documentroot') . '"');
        for my $off (0, 1) {
            my ($status, $output) = httpd_t(join("\n", @defines, sprintf $config, example($name)), modules => \@modules, switched_off => $off);
            is "$status $output", "0 Syntax OK\n", "$name loads in $where with the modules it names, and without a warning"
                . ($off ? ', while the module is switched off' : '');
        }
    }

    (my $test = $name) =~ s/\.conf\z/.t/;
    ok -e Apache::Test::vars('top_dir') . "/t/suite/examples/$test", "$name is exercised by t/suite/examples/$test";
}
