# What the servers of the tests' own have in common: the configuration that each has to have.
package CorsExpose::Server;
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use Exporter qw(import);
use File::Path qw(make_path);
use File::Temp ();

our @EXPORT_OK = qw(server_folder write_files);

# The modules that a server is not to have: qr/cache\w*/, set with local.
our $without;

# server_folder($port, $text, modules => [...], log => $file, more => $lines, switched_off => 1) makes a folder with an httpd.conf in it, which loads the suite's
# modules (or, if `modules` is there, no more than a server needs and the stock ones that it names: 'headers', 'proxy') and
# has $more, and includes case.conf, which is $text: so line numbers in messages are the text's own. @ROOT@ in both is a folder
# beside them, @PORT@ the port. switched_off leaves out the module under test, as a2dismod does; without => REGEX leaves out others.
sub server_folder {
    my ($port, $text, %opt) = @_;
    my $vars = Apache::Test::vars();
    my $dir  = File::Temp::tempdir(DIR => $vars->{t_state}, CLEANUP => 1);
    my $need = $opt{modules} && join '|', qw(mpm_\w+ unixd log_config authz_core cors_expose), @{ $opt{modules} };
    open my $load, '<', "$vars->{t_conf}/load.conf" or die "load.conf: $!\n";
    my @load = grep { !$need || /^LoadModule (?:$need)_module / } <$load>;
    @load = grep { !/^LoadModule (?:$opt{without})_module / } @load if $opt{without};
    @load = grep { !/^LoadModule cors_expose_module / } @load if $opt{switched_off};
    @load = grep { !/^LoadModule (?:$without)_module / } @load if $without;
    my $log  = $opt{log} // "$dir/error_log";
    my $more = $opt{more} // '';
    for ($text, $more) {
        s/\@ROOT\@/$dir\/root/g;
        s/\@PORT\@/$port/g;
    }
    write_files($dir, 'case.conf' => $text =~ s/\n?\z/\n/r, 'httpd.conf' => join '', @load, <<"END");
ServerRoot "$vars->{serverroot}"
ServerName 127.0.0.1
Listen 127.0.0.1:$port
DefaultRuntimeDir "$dir"
PidFile "$dir/pid"
ErrorLog "$log"
${more}Include "$dir/case.conf"
END
    return $dir;
}

# Writes files under $dir, the folders they need with them; scripts (.cgi) can be run.
sub write_files {
    my ($dir, %files) = @_;
    for my $name (keys %files) {
        make_path("$dir/$name" =~ m{(.*)/});
        open my $out, '>', "$dir/$name" or die "$dir/$name: $!\n";
        print $out $files{$name};
        close $out or die "$dir/$name: $!\n";
        chmod 0755, "$dir/$name" if $name =~ /\.cgi\z/;
    }
    return;
}

1;
