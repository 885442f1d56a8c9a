# A fault is warned of once, however many virtual hosts there are, and in a macro with the place of its use.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More tests => 5;

my $duplicate = "<Location /a>\nExposeHeaders X-One\nExposeHeaders X-One\n</Location>\n";
for my $case (
    # configuration, lines that are warned of
    [$duplicate, [3]],
    [$duplicate . "<VirtualHost *:1>\nServerName a\n</VirtualHost>\n" x 20, [3]],
    ["ExposeHeaders X-One X-One\n" . "<VirtualHost *:1>\nServerName a\n</VirtualHost>\n" x 5 . "<VirtualHost *:1>\nServerName b\nExposeHeaders X-Two X-Two\n</VirtualHost>\n", [1, 19]],
) {
    my ($config, $lines) = @$case;
    my (undef, $output) = httpd_t($config);
    is_deeply [$output =~ /case\.conf:(\d+): ExposeHeaders: duplicate/g], $lines, 'duplicates, warned of on lines ' . join ' and ', @$lines;
}

my ($code, $output) = httpd_t("<Macro Twice \$n>\nExposeHeaders \$n \$n\n</Macro>\nUse Twice X-One\n" . "# filler\n" x 50, modules => ['macro']);
is $code, 0, 'a macro with a duplicate';
like $output, qr/macro 'twice' \(defined on line 1 of "[^"]*case\.conf"\) used on line 4 of "[^"]*case\.conf":1: ExposeHeaders: duplicate 'X-One'/, 'has its place in the warning';
