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
# What is forbidden is passed over, and a mistake is refused.
my @passed = map { [$_, (split)[0] . ' in \.htaccess forbidden by AllowOverride'] } (
    'ExposeHeadersNever ETag', 'ExposeHeadersExplain On', 'Options +Indexes', 'RewriteEngine On');
my @refused = (
    ['ExposeHeaders X(Bad)', qr/ExposeHeaders: .*X\(Bad\)/],
);
my $wordpress = <<'END';
<IfModule mod_rewrite.c>
RewriteEngine On
RewriteBase /wordpress/
RewriteRule ^index\.php$ - [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME} !-d
RewriteRule . /wordpress/index.php [L]
</IfModule>
END

# What somebody tries who wants scripts to read what the server forbids. The site's owner may say who reads, and nothing more.
my @hostile = map { qq{Header always set Access-Control-Allow-Origin "*"\n$_\n} } (
    "ExposeHeadersWhen Off\nHeader set Access-Control-Expose-Headers X-Internal-Node",
    "ExposeHeadersWhen Off\nHeader always set Access-Control-Expose-Headers \"X-Request-Id, x-powered-BY\"",
    "ExposeHeadersWhen Off\nHeader always set Access-Control-Expose-Headers \"*\"",
    "ExposeHeadersWhen Off\nHeader set Access-Control-Expose-Headers \"*\"\nHeader always set Access-Control-Expose-Headers X-Internal-Node",
    "<IfModule mod_cors_expose.c>\nExposeHeadersWhen Off\nHeader always set Access-Control-Expose-Headers \"*\"\n</IfModule>",
    "ExposeHeadersBackend Keep\nHeader always set Access-Control-Expose-Headers \"X-Internal-Node, *\"",
    "ExposeHeadersWhen Always\nExposeHeadersBackend Keep\nHeader always add Access-Control-Expose-Headers X-Internal-Node\n"
        . "Header always add Access-Control-Expose-Headers \"*\"",
    "ExposeHeaders X-Internal-Node X-Internal-* X-Powered-By *",
    "ExposeHeaders None *\nExposeHeadersWildcard Auto\nHeader always set * 1",
    "ExposeHeaders X-*\nExposeHeadersWildcard Expand\nHeader set * 1\nHeader always set Access-Control-Expose-Headers \"*\"",
    "ExposeHeaders X-Internal-Node expr=true\nExposeHeaders X-Powered-By origin=@{[origin()]}",
    "Header always edit* Access-Control-Expose-Headers .* X-Internal-Node\nHeader always merge Access-Control-Expose-Headers X-Powered-By",
    "Header always set Connection \"Access-Control-Expose-Headers\"\nHeader always set Access-Control-Expose-Headers X-Internal-Node",
);
my @asked = ([Origin => origin()], [Origin => origin(), Cookie => 'a=b'], [], [Origin => 'null', 'If-None-Match' => '*']);

plan tests => TESTS_PER_CASE * @cases + 2 * @refused + 3 * @passed + 5 + 2 * @hostile * @asked;

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
    (map { ("hostile$_/page.html" => '', "hostile$_/.htaccess" => $hostile[$_]) } 0 .. $#hostile),
    (map { ("passed$_/page.html" => '', "passed$_/.htaccess" => "$passed[$_][0]\n") } 0 .. $#passed),
    'wordpress/.htaccess'      => $wordpress . $site,
    'wordpress/index.php'      => '',
    map { ("refused$_/page.html" => '', "refused$_/.htaccess" => "$refused[$_][0]\n") } 0 .. $#refused,
);
my $port = serve('Define SITES "@ROOT@"' . "\nInclude \"" . example('htaccess.conf') . "\"\n" . <<'END', %files);
Header always set X-Generator-Name hand
Header always set X-Internal-Node web-3
Header always set X-Powered-By hand
END
try_cases($port, 'htaccess.conf', @cases);

for my $i (0 .. $#refused) {
    my ($line, $message) = @{ $refused[$i] };
    log_mark();
    is request("/refused$i/page.html", port => $port)->status, 500, "$line in a .htaccess file is refused";
    is scalar(log_lines($message)), 1, "$line: the log says why";
}

for my $i (0 .. $#passed) {
    my ($line, $message) = @{ $passed[$i] };
    log_mark();
    my $r = request("/passed$i/page.html", port => $port, headers => [Origin => origin()]);
    is $r->status, 200, "$line in a .htaccess file: the site answers";
    is $r->aceh, 'X-Request-Id', "$line: as if the line weren't there";
    cmp_ok scalar(log_lines($message)), '>=', 1, "$line: the log names it";
}

# A file with more in it, under the example, and as the example says for sites that need that
my @permalink = ('/wordpress/a/post', headers => [Origin => origin()]);
my $r = request('/wordpress/index.php', port => $port, headers => [Origin => origin()]);
is $r->status . ' ' . $r->aceh, '200 X-Request-Id, ETag, X-Generator-Name', 'WordPress answers, and so do the lines for the module';
is request(@permalink, port => $port)->status, 404, 'but for its pretty addresses';
open my $in, '<', example('htaccess.conf') or die "htaccess.conf: $!\n";
my $wider = do { local $/; <$in> };
is $wider =~ s/^ +AllowOverride Nonfatal=Override\n/    AllowOverride FileInfo Nonfatal=Override\n/m + $wider =~ s/^ +AllowOverrideList .*\n//mg, 3,
    'the example has the lines that it speaks of';
my $other = serve("Define SITES \"\@ROOT\@\"\n$wider", %files);
is request(@permalink, port => $other)->status, 200, 'with FileInfo they answer, too';
is request(@permalink, port => $other)->aceh, 'X-Request-Id, ETag', 'with the list';

for my $i (0 .. $#hostile) {
    (my $what = $hostile[$i]) =~ s/\n/ | /g;
    for my $page ('page.html', 'missing') {
        for my $headers (@asked) {
            my $r = request("/hostile$i/$page", port => $port, headers => $headers);
            my @forbidden = grep { /^(?:x-internal-node|x-powered-by|\*)$/ } map { s/^\s+|\s+$//gr } split /,/, join ',', map { lc } $r->lines('Access-Control-Expose-Headers');
            is join(' ', $r->status =~ /^(?:200|304|404)$/ ? () : $r->status, @forbidden), '', "$page, asked with @$headers: $what"
                or diag $r->all;
        }
    }
}
