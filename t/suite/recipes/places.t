# Each recipe says for which URLs it is, and where to put one's own path. Done as it says, it works there, and no longer where it was.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib $FindBin::Bin;
use CorsExpose::Cases;
use CorsExpose::Test;
use Recipe;
use Test::More;

use constant OWN => '/shop/v2/';

# of gateway.conf, whose first route has origins that it names
my %origin = ('/cors-1' => 'https://www.foo.com');
my (%moved, %stays);

for my $name (recipes()) {
    my $said = recipe_says($name, 'URLs');
    my ($told, $how) = $said =~ /\A(.*?\.) (Put your own .*)/;
    my @paths = ($told // $said) =~ m{(?<![\w<])(/[\w./-]*[\w/])}g;
    # comments aren't configuration
    my $text = recipe_text($name) =~ s/^\s*#.*\n//mgr;
    if (!$how || $name eq 'wordpress') { $stays{$name} = [$text, @paths]; next }

    # oauth.conf's metadata stay where they are.
    @paths = sort { length $b <=> length $a } grep { !/well-known/ } @paths;
    my $new = $text;
    for my $n (0 .. $#paths) {
        my $path = $paths[$n];
        my $own = OWN . $n . ($path =~ m{/\z} ? '/' : '');
        $moved{$name}{$path} = $own;
        my $replaced = $new =~ s{(?<![\w-])\Q$path\E(?![\w-])}{$own}g;
        # A path in the middle of an expression has no slash before it.
        $replaced += $new =~ s{(?<=[:|])\Q@{[substr $path, 1]}\E}{@{[substr $own, 1]}}g;
        cmp_ok $replaced, '>=', 1, "$name: $path stands there";
    }
    my $nobody = 'Define ' . uc($name =~ tr/-/_/r) . "_BACKEND http://127.0.0.1:1\n";
    my $extra = $name eq 'webdav' ? "DavLockDB \"\@ROOT\@/locks\"\n" : '';
    my ($before, $after) = map { serve("$extra$nobody$_") } $text, $new;
    for my $path (@paths) {
        my @ask = (method => 'OPTIONS', headers => [Origin => $origin{$path} // origin(), 'Access-Control-Request-Method' => 'GET']);
        my $own = $moved{$name}{$path};
        for my $case ([$before, $path, 204], [$before, $own, 404], [$after, $own, 204], [$after, $path, 404]) {
            my ($port, $asked, $status) = @$case;
            my $which = $port == $after ? 'with a path of its own' : 'as it is';
            my $got = request($asked, port => $port, @ask)->status;
            # What nobody's recipe is for is a file that isn't there.
            is $got == 204 ? 204 : 404, $status, "$name, $which: a preflight of $asked";
        }
        my $response = request($own, port => $after, headers => [Origin => $origin{$path} // origin()]);
        ok defined $response->header('Access-Control-Allow-Origin'), "$name, with a path of its own: who may read $own";
    }
}

is join(' ', sort keys %moved), join(' ', qw(cdn downloads gateway git mcp oauth payments ranges rest tracing tus webdav)),
    'these take a path of your own';
for my $name (sort keys %stays) {
    my ($text, @paths) = @{ $stays{$name} };
    like recipe_says($name, 'URLs'), qr/can't be|all of its virtual host|one package|put its path before/i, "$name says why it can't be, or how";
}

# grpc-web.conf: one package in the place of all
my $grpc = $stays{'grpc-web'}[0];
is $grpc =~ s/(?=\Q[\w.]+\E)/shop\\./g, 2, 'grpc-web: two expressions';
my $port = serve("Define GRPC_WEB_BACKEND http://127.0.0.1:1\n$grpc");
for my $case (['/shop.Orders/Get', 204], ['/bank.Accounts/Get', 404]) {
    my ($path, $status) = @$case;
    my $got = request($path, port => $port, method => 'OPTIONS', headers => [Origin => origin(), 'Access-Control-Request-Method' => 'POST']);
    is $got->status == 204 ? 204 : 404, $status, "grpc-web, for the package shop: a preflight of $path";
}

# wordpress.conf: a site in a folder
my $blog = $stays{wordpress}[0] =~ s{/wp-json/}{/blog/wp-json/}r;
$port = serve($blog);
is request('/blog/wp-json/x', port => $port, headers => [Origin => origin()])->names->[0], 'cart-token', 'wordpress, in a folder';
is request('/wp-json/x', port => $port, headers => [Origin => origin()])->aceh, undef, 'and not beside it';
done_testing;
