# What is accepted with a warning at startup, because it does nothing or isn't what it seems. Warnings are no errors: the
# configuration stands. A .htaccess file is read for each request, and has none.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Fields qw(@SAFELISTED);
use CorsExpose::Test;

my $safelisted = 'needs no listing (CORS-safelisted; kept for browsers that don\'t know it yet)';
my $request    = "is a request header (responses don't carry it)";
my $word       = "is taken as a header's name (it is a word of mod_headers' Header)";
my $broad      = 'holds for every site below that domain';
my $nothing    = "(a removal in the server's own configuration; only a backend's list or another module could)";

# [configuration, [line, text] of each warning]
my @warned = (
    (map { ["ExposeHeaders $_", [1, "'$_' $safelisted"]] } @SAFELISTED),
    ['ExposeHeaders X-One content-LENGTH',               [1, "'content-LENGTH' $safelisted"]],
    ['ExposeHeaders +Pragma, Expires',                   [1, "'Pragma' $safelisted"], [1, "'Expires' $safelisted"]],
    (map { ["ExposeHeaders $_", [1, "'$_' $request"]] }
        qw(Origin Cookie cookie Access-Control-Request-Method Access-Control-Request-Headers Access-Control-Request-Private-Network)),
    (map { ["ExposeHeaders $_ X-One", [1, "'$_' $word"]] } qw(early always Always EARLY)),
    ["ExposeHeaders X-One origin=https://*.com",         [1, "'origin=https://*.com' $broad"]],
    ["ExposeHeaders X-One origin=http://*.localhost:*",  [1, "'origin=http://*.localhost:*' $broad"]],

    # duplicates in a container
    ['ExposeHeaders X-One X-One',                        [1, "duplicate 'X-One' (line 1 adds it already)"]],
    ['ExposeHeaders X-One x-ONE',                        [1, "duplicate 'x-ONE' (line 1 adds it already)"]],
    ["ExposeHeaders X-One\nExposeHeaders X-Two X-One",   [2, "duplicate 'X-One' (line 1 adds it already)"]],
    ["ExposeHeaders X-One\nExposeHeaders X-One env=A",   [2, "duplicate 'X-One' (line 1 adds it already)"]],
    ['ExposeHeaders X-A-* x-a-*',                        [1, "duplicate 'x-a-*' (line 1 adds it already)"]],
    ['ExposeHeaders * *',                                [1, "duplicate '*' (line 1 adds it already)"]],
    ["<Location /a>\nExposeHeaders X-One\n\nExposeHeaders X-One\n</Location>", [4, "duplicate 'X-One' (line 2 adds it already)"]],
    ["<VirtualHost *:1>\nExposeHeaders X-One X-One\n</VirtualHost>",           [2, "duplicate 'X-One' (line 2 adds it already)"]],
    ['ExposeHeaders X-One X-One X-One', ([1, "duplicate 'X-One' (line 1 adds it already)"]) x 2],

    # removals in the server's own configuration that nothing before them adds
    ['ExposeHeaders -X-One',                             [1, "nothing adds 'X-One' $nothing"]],
    ['ExposeHeaders -X-*',                               [1, "nothing adds 'X-*' $nothing"]],
    ['ExposeHeaders -*',                                 [1, "nothing adds '*' $nothing"]],
    ['ExposeHeaders X-Two -X-One X-One',                 [1, "nothing adds 'X-One' $nothing"]],
    ["ExposeHeaders X-One\nExposeHeaders -X-One -X-One", [2, "nothing adds 'X-One' $nothing"]],
    ["ExposeHeaders X-One None\nExposeHeaders -X-One",   [2, "nothing adds 'X-One' $nothing"]],
    ["ExposeHeaders Y-One\nExposeHeaders -X-*",          [2, "nothing adds 'X-*' $nothing"]],

    # several on a line, and on several
    ["ExposeHeaders early Content-Type\nExposeHeaders Cookie", [1, "'early' $word"], [1, "'Content-Type' $safelisted"], [2, "'Cookie' $request"]],
);

# No warning: lookalikes of all these
my @silent = (
    'ExposeHeaders Content-Disposition',
    'ExposeHeaders Content-Length2 X-Origin Cookie-Monster Expire',
    'ExposeHeaders Content-* Access-Control-*',
    'ExposeHeaders X-Early X-Always',
    "ExposeHeaders X-One -X-One X-One",
    "ExposeHeaders X-One None X-One",
    "ExposeHeaders X-One -X-O* X-One",
    "ExposeHeaders X-One env=A\nExposeHeaders X-One env=B",
    "ExposeHeaders X-One\n<Location /a>\nExposeHeaders X-One\n</Location>",
    "ExposeHeaders X-One\n<VirtualHost *:1>\nExposeHeaders X-One\n</VirtualHost>",
    "<Location /a>\nExposeHeaders X-One\n</Location>\n<Location /b>\nExposeHeaders X-One\n</Location>",
    'ExposeHeaders X-One -X-One',
    'ExposeHeaders X-One -X-*',
    'ExposeHeaders X-* -X-One',
    'ExposeHeaders * -X-Internal-*',
    "ExposeHeaders X-One env=A\nExposeHeaders -X-One",
    "<Location /a>\nExposeHeaders -X-One\n</Location>",
    "<Directory />\nExposeHeaders -X-One\n</Directory>",
    "<VirtualHost *:1>\nExposeHeaders -X-One\n</VirtualHost>",
    'ExposeHeaders X-One origin=https://*.example.com',
    'ExposeHeaders X-One origin=http://localhost',
    'ExposeHeadersNever Cookie Content-Type Content-Type',
);

plan tests => 2 * @warned + @silent + 2;

for (@warned) {
    my ($config, @warnings) = @$_;
    (my $title = $config) =~ s/\n/ | /g;
    my ($code, $output) = httpd_t($config);
    is $code, 0, "httpd.conf takes $title";
    is_deeply [map { /\[cors_expose:warn\].* \S+\/case\.conf:(\d+): ExposeHeaders: (.*)/ ? "$1: $2" : $_ } split /\n/, $output],
        [(map { "$_->[0]: $_->[1]" } @warnings), 'Syntax OK'], "and says what to think of $title";
}

for my $config (@silent) {
    (my $title = $config) =~ s/\n/ | /g;
    my ($code, $output) = httpd_t($config);
    is "$code $output", "0 Syntax OK\n", "no warning for $title";
}

log_mark();
my $htaccess = join "\n", 'ExposeHeaders Content-Length Cookie early X-One X-One', 'ExposeHeaders X-One origin=https://*.com -X-Two'
    =~ s/ origin=\S+//r, 'ExposeHeaders X-Two origin=https://*.com';
is_deeply request(folder(syntax => "$htaccess\n") . 'page.html', headers => [Origin => origin()])->names,
    [qw(content-length cookie early x-one x-two)], 'a .htaccess file may say all this, too';
is_deeply [log_lines(qr/warn\]|\.htaccess/, 0)], [], 'and nothing is logged about it';
