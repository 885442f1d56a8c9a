# None, None on a condition, -* and Never, in each of the containers: the first three forget what the outer ones say and nothing
# of the inner ones; Never holds against all of them. Each container exposes a name of its own.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Nest;
use CorsExpose::Test;

my %path  = (files => '/a/b/page.html', proxied => '/a/page.html');
my @cases = (
    # [kind, container, its line (before the name of its own), headers of the request, the places of the names that stay]
    map {
        my $kind  = $_;
        my @chain = chain($kind);
        my $last  = $#chain;
        map {
            my $place = $_;
            my @inner = ($place .. $last);
            my $never = $chain[$place] =~ /htaccess/ ? [] : [
                [$kind, $place, "ExposeHeadersNever Own-0 own-$last",  [], [1 .. $last - 1]],
                [$kind, $place, 'ExposeHeadersNever Own-*',            [], []],
                [$kind, $place, 'ExposeHeadersNever *',                [], []],
            ];
            # the server and its containers are the same for all virtual hosts
            $chain[$place] =~ /server/ ? () : (
                [$kind, $place, 'ExposeHeaders None',                  [], \@inner],
                [$kind, $place, 'ExposeHeaders X-Gone nOnE',           [], \@inner],
                [$kind, $place, 'ExposeHeaders None env=FORGET',       ['X-Forget' => 1], \@inner],
                [$kind, $place, 'ExposeHeaders None env=FORGET',       [], [0 .. $last]],
                [$kind, $place, 'ExposeHeaders None env=!FORGET',      [], \@inner],
                [$kind, $place, 'ExposeHeaders -*',                    [], \@inner],
                [$kind, $place, 'ExposeHeaders -Own-*',                [], \@inner],
                [$kind, $place, 'ExposeHeaders -Own-* env=FORGET',     [], [0 .. $last]],
                @$never,
            );
        } 1 .. $last;
    } sort keys %path
);

plan tests => 2 * @cases;

my (%server, @vhosts, %files);
for my $i (0 .. $#cases) {
    my ($kind, $place, $line) = @{ $cases[$i] };
    my @lines = map { "ExposeHeaders Own-$_" } 0 .. scalar(chain($kind)) - 1;
    my @chain = chain($kind);
    $lines[$place] = "$line\n$lines[$place]";
    # The server is asked on a port for each kind: both kinds' lines there would add up.
    my ($vhost, $server, $files) = vhost($kind, "case$i.test", \@lines, $kind eq 'proxied' ? 'ProxyPass /a http://127.0.0.1:@PORT@/' : undef);
    push @{ $vhosts[$kind eq 'proxied'] }, $vhost;
    $server{$kind} = $server;
    @files{ keys %$files } = values %$files;
}

my %port = map { $_ => serve(<<"END", %files) } sort keys %path;
SetEnvIf X-Forget . FORGET
<VirtualHost *:\@PORT\@>
    ExposeHeadersWhen Off
</VirtualHost>
<Directory "\@ROOT\@">
    AllowOverride FileInfo
</Directory>
$server{$_}
@{ $vhosts[$_ eq 'proxied'] }
END

for my $i (0 .. $#cases) {
    my ($kind, $place, $line, $headers, $stay) = @{ $cases[$i] };
    my $where    = "'$line' in " . (chain($kind))[$place] . ($kind eq 'proxied' ? ' (proxied)' : '') . (@$headers ? ", @$headers" : '');
    my $response = request($path{$kind}, port => $port{$kind}, host => "case$i.test", headers => [Origin => origin(), @$headers]);
    is $response->status, 200, "$where: there is a page";
    is $response->aceh, (join(', ', map { "Own-$_" } @$stay) || undef), "$where leaves " . (@$stay || 'no') . ' names';
}
