# conf-examples/htaccess.conf and the .htaccess file that goes with it
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases;
use CorsExpose::Examples;
use CorsExpose::Test;
use Test::More;

my @cases = (
    ['a site with site.htaccess', GET => '/site/page.html', { allowed => '*', exposed => 'X-Request-Id ETag X-Generator-Name' }],
    ['an error of that site', GET => '/site/missing',
        { status => 404, allowed => '*', exposed => 'X-Request-Id ETag X-Generator-Name' }],
    ['a site without', GET => '/plain/page.html', { allowed => undef, exposed => 'X-Request-Id' }],
    ['a site that forgets', GET => '/forgetful/page.html', { allowed => '*', exposed => 'ETag' }],
    ['a site that exposes what is forbidden', GET => '/greedy/page.html', { allowed => '*', exposed => 'X-Request-Id ETag' }],
);
my @refused = (
    ['ExposeHeadersNever X-Mine', qr/ExposeHeadersNever not allowed here/],
    ['Options +Indexes', qr/Options not allowed here/],
    ['ExposeHeaders X(Bad)', qr/ExposeHeaders: .*X\(Bad\)/],
);

plan tests => TESTS_PER_CASE * @cases + 2 * @refused;

open my $file, '<', example('site.htaccess') or die "site.htaccess: $!\n";
my $site = do { local $/; <$file> };
(my $forgetful = $site) =~ s/^ *#(ExposeHeaders None .*)/$1/m;

my %files = (
    'site/page.html'           => '',
    'site/.htaccess'           => $site,
    'plain/page.html'          => '',
    'forgetful/page.html'      => '',
    'forgetful/.htaccess'      => $forgetful,
    'greedy/page.html'         => '',
    'greedy/.htaccess'         => qq{Header always set Access-Control-Allow-Origin "*"\nExposeHeaders X-Internal-Node ETag X-Internal-*\n},
    map { ("refused$_/page.html" => '', "refused$_/.htaccess" => "$refused[$_][0]\n") } 0 .. $#refused,
);
my $port = serve('Define SITES "@ROOT@"' . "\nInclude \"" . example('htaccess.conf') . "\"\n" . <<'END', %files);
Header always set X-Generator-Name hand
Header always set X-Internal-Node web-3
END
try_cases($port, 'htaccess.conf', @cases);

for my $i (0 .. $#refused) {
    my ($line, $message) = @{ $refused[$i] };
    log_mark();
    is request("/refused$i/page.html", port => $port)->status, 500, "$line in a .htaccess file is refused";
    is scalar(log_lines($message)), 1, "$line: the log says why";
}
