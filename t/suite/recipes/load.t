# Each recipe loads without a word, with no more modules than it says it needs; also while this module is switched off, and
# beside the others.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Test;
use FindBin;
use lib $FindBin::Bin;
use Recipe;
use Test::More;

my $vars = Apache::Test::vars();
# what recipes leave to the administrator
my $set = "DavLockDB \"$vars->{t_state}/locks\"\n";

my %needs;
for my $name (recipes()) {
    open my $file, '<', recipe($name) or die "$name: $!\n";
    my @lines = <$file>;
    my ($needs) = map { /\A# Needs: (.*)/ ? $1 : () } @lines;
    $needs{$name} = [map { /\Amod_(\w+)\z/ ? $1 : die "$name needs '$_'\n" } split /, /, $needs // ''];
    is join(' ', grep { $_ eq 'cors_expose' } @{ $needs{$name} }), 'cors_expose', "$name says what it needs";
    ok scalar(grep { /\A# Names: \S/ } @lines), "$name says where its names come from";
    ok recipe_says($name, $_), "$name says: $_" for 'URLs', '.htaccess';
    ok -e "$FindBin::Bin/$name.t", "$name has a test";

    for my $place (['Include "%s"', 'the server'], ["<VirtualHost *:1>\nInclude \"%s\"\n</VirtualHost>", 'a virtual host']) {
        my ($config, $where) = @$place;
        my $text = sprintf $config, recipe($name);
        my ($status, $output) = httpd_t($set x !!(grep { $_ eq 'dav_fs' } @{ $needs{$name} }) . $text, modules => $needs{$name});
        is "$status $output", "0 Syntax OK\n", "$name loads in $where with the modules it names, and without a warning";

        ($status, $output) = httpd_t($set x !!(grep { $_ eq 'dav_fs' } @{ $needs{$name} }) . $text, modules => $needs{$name}, switched_off => 1);
        is "$status $output", "0 Syntax OK\n", "$name loads in $where while the module is switched off";
    }
}

my %all = map { $_ => 1 } map { @$_ } values %needs;
my ($status, $output) = httpd_t($set . join("\n", map { 'Include "' . recipe($_) . '"' } recipes()), modules => [sort keys %all]);
is "$status $output", "0 Syntax OK\n", 'all of them load in one server';
done_testing;
