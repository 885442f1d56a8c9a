# Every container that httpd merges, in every pair: an inner one takes away what an outer one adds, and adds what an outer one
# takes away. All of them hold a policy here, so this is also the order of 19 merges in a row.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Nest;
use CorsExpose::Test;

my %path  = (files => '/a/b/page.html', proxied => '/a/page.html');
my %chain = map { $_ => [chain($_)] } keys %path;

plan tests => 3 * keys(%chain) + eval { my $n = 0; $n += @$_ * (@$_ - 1) for values %chain; $n };

for my $kind (sort keys %chain) {
    my @names = @{ $chain{$kind} };
    my @edits = map { ["Own-$_"] } 0 .. $#names;
    for my $inner (1 .. $#names) {
        for my $outer (0 .. $inner - 1) {
            push @{ $edits[$outer] }, "-Kept-$outer-$inner", "Lost-$outer-$inner";
            push @{ $edits[$inner] }, "Kept-$outer-$inner", "-Lost-$outer-$inner";
        }
    }
    my ($vhost, $server, $files) = vhost($kind, 'nest.test', [map { "ExposeHeaders @$_" } @edits],
        $kind eq 'proxied' ? 'ProxyPass /a http://127.0.0.1:@PORT@/' : undef);
    # the first virtual host is asked by the proxy, whose Host is an address
    my $port = serve(<<"END", %$files);
<VirtualHost *:\@PORT\@>
    ExposeHeadersWhen Off
</VirtualHost>
<Directory "\@ROOT\@">
    AllowOverride FileInfo
</Directory>
$server
$vhost
END

    my @ask      = ($path{$kind}, port => $port, host => 'nest.test', headers => [Origin => origin()]);
    my $response = request(@ask);
    my %exposed  = map { $_ => 1 } @{ $response->names };
    is $response->status, 200, "$kind: there is a page below all those containers";
    for my $inner (1 .. $#names) {
        for my $outer (0 .. $inner - 1) {
            ok $exposed{"kept-$outer-$inner"},  "$kind: $names[$inner] exposes what $names[$outer] doesn't";
            ok !$exposed{"lost-$outer-$inner"}, "$kind: $names[$inner] takes away what $names[$outer] exposes";
        }
    }
    is_deeply [grep { /^Own-/ } split /, /, $response->aceh], [map { "Own-$_" } 0 .. $#names],
        "$kind: the names come out in the containers' order";
    is request(@ask)->aceh, $response->aceh, "$kind: a second request gets the same list";
}
