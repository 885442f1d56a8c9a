# The README's table of merges: each row is what a server really sends.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Examples qw(example);
use CorsExpose::Test;

my $readme = do {
    open my $in, '<', example("../README.md") or die "README.md: $!\n";
    local $/;
    <$in>;
};
my ($section) = $readme =~ /^## How containers merge\n(.*?)^## /ms;
my @rows = map {
    # cells are split at bars, containers at escaped ones
    my ($containers, $list) = map { s/\A\s+|\s+\z//gr } (split /(?<!\\)\|/)[1, 2];
    [$containers, $list];
} grep { /^\| `/ } split /\n/, $section // '';

cmp_ok scalar(@rows), '>=', 11, 'the table has rows' or BAIL_OUT 'no table of merges in README.md';

# Containers become <If> sections, which merge in the order of the file. What is said in words isn't configuration.
my $vhosts = '';
for my $i (0 .. $#rows) {
    my @lines = map { /`(.+)`/ ? $1 : die "no directive in '$_'\n" } split /\\\|/, $rows[$i][0];
    my @sections = map { "<If \"true\">\n" . (/^ExposeHeaders/ ? $_ : "ExposeHeaders $_") . "\n</If>\n" } @lines;
    $vhosts .= "<VirtualHost *>\nServerName row$i.test\n" . join('', @sections) . "</VirtualHost>\n";
}
# ExposeHeadersNever is a directive of the server's configuration, wherever it stands there.
my $port = serve(<<"END");
Header set X-A 1
Header set X-B 1
Header set X-Secret 1
Header unset Accept-Ranges
Header unset Last-Modified
$vhosts
END

for my $i (0 .. $#rows) {
    my ($containers, $list) = @{ $rows[$i] };
    my ($expected) = $list =~ /`(.+)`/;
    my $response = request('/page.html', port => $port, host => "row$i.test", headers => [Origin => origin()]);

    is_deeply [sort split /, /, $response->aceh // ''], [sort split /, /, $expected // ''], "$containers: the header";
    is_deeply $response->vary, $list =~ /without Vary/ ? [] : ['origin'], "$containers: Vary";
}

done_testing;
