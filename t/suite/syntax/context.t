# Where the directives may stand: httpd.conf and its containers, .htaccess files, AllowOverride and AllowOverrideList.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

my @everywhere = ('ExposeHeaders X-One', 'ExposeHeadersBackend Keep', 'ExposeHeadersWildcard Expand', 'ExposeHeadersWhen Always', 'ExposeHeadersDetail Header');
my @directives = (@everywhere, 'ExposeHeadersNever X-Two');

# containers of httpd.conf, and what they need
my @containers = (
    ['the server config', '%s'],
    ['<VirtualHost>',     "<VirtualHost *:1>\n%s\n</VirtualHost>"],
    ['<Directory>',       "<Directory />\n%s\n</Directory>"],
    ['<Directory ~>',     "<Directory ~ ^/a>\n%s\n</Directory>"],
    ['<DirectoryMatch>',  "<DirectoryMatch ^/a>\n%s\n</DirectoryMatch>"],
    ['<Files>',           "<Files a>\n%s\n</Files>"],
    ['<FilesMatch>',      "<FilesMatch a>\n%s\n</FilesMatch>"],
    ['<Files> in <Directory>', "<Directory />\n<Files a>\n%s\n</Files>\n</Directory>"],
    ['<Location>',        "<Location /a>\n%s\n</Location>"],
    ['<LocationMatch>',   "<LocationMatch a>\n%s\n</LocationMatch>"],
    ['<If>',              "<If true>\n%s\n</If>"],
    ['<ElseIf>',          "<If false>\n</If>\n<ElseIf true>\n%s\n</ElseIf>"],
    ['<Else>',            "<If false>\n</If>\n<Else>\n%s\n</Else>"],
    ['<If> in <Directory>', "<Directory />\n<If true>\n%s\n</If>\n</Directory>"],
    ['<Proxy>',           "<Proxy http://a/>\n%s\n</Proxy>", 'proxy'],
    ['<ProxyMatch>',      "<ProxyMatch ^http://a/>\n%s\n</ProxyMatch>", 'proxy'],
    ['<IfModule>',        "<IfModule cors_expose_module>\n%s\n</IfModule>"],
    ['<IfModule> by file', "<IfModule mod_cors_expose.c>\n%s\n</IfModule>"],
);

# [folder below syntax/ (t/server/conf/syntax.conf.in), a line of a .htaccess file, status, names, what the log says]
my $not_allowed = qr/%s not allowed here$/;
my @htaccess = (
    # AllowOverride All: all but Never
    (map { ['all', $_, 200, exposed($_)] } @everywhere),
    (map { ['all', "<Files page.html>\n$_\n</Files>", 200, exposed($_)] } @everywhere),
    (map { ['all', "<If true>\n$_\n</If>", 200, exposed($_)] } @everywhere),
    ['all', "<Files other.html>\nExposeHeaders X-One\n</Files>", 200, ''],
    ['all', 'ExposeHeadersNever X-Two', 500, '', $not_allowed],
    ['all', "<Files page.html>\nExposeHeadersNever X-Two\n</Files>", 500, '', qr/%s not allowed in <Files> context$/],
    ['all', "<If true>\nExposeHeadersNever X-Two\n</If>", 500, '', qr/%s not allowed in <If> context$/],
    # FileInfo is what they need
    (map { ['fileinfo', $_, 200, exposed($_)] } @everywhere),
    ['fileinfo', 'ExposeHeadersNever X-Two', 500, '', $not_allowed],
    (map { ['other', $_, 500, '', $not_allowed] } @directives),
    ['nonfatal', 'ExposeHeadersNever X-Two', 200, ''],
    ['nonfatal', "ExposeHeadersNever X-Two\nExposeHeaders X-Two", 200, 'x-two'],
    ['nonfatal', 'ExposeHeaders X/Y', 500, '', qr{%s: character '/' in 'X/Y'}],
    # the file isn't read
    (map { ['none', $_, 200, ''] } @directives),
    # a list lets in what it names
    ['list', 'ExposeHeaders X-One', 200, 'x-one'],
    (map { ['list', $_, 500, '', $not_allowed] } grep { !/^ExposeHeaders / } @directives),
    # and httpd would let it name Never, too
    ['list-of-never', 'ExposeHeadersNever X-Two', 500, '', qr/%s cannot occur within htaccess files$/],
);

# They would hold for every method there.
my @limits = (
    map({ ["<Location />\n$_\n%s\n" . s/<(\w+) .*/<\/$1>/r . "\n</Location>", "$_ in <Location>"] } '<Limit GET>', '<LimitExcept GET POST>'),
    ["<Directory />\n<Limit POST>\n%s\n</Limit>\n</Directory>", '<Limit POST> in <Directory>'],
    ["<VirtualHost *:1>\n<Location />\n<If true>\n<Limit GET>\n%s\n</Limit>\n</If>\n</Location>\n</VirtualHost>", '<Limit GET> in <If>'],
);

# Expressions that read files. The owner of a folder must not look around through them; a server's configuration may.
my @reading = (q{file('/etc/passwd') == 'x'}, q{filesize('/etc/passwd') -gt 1}, map { "-$_ '/etc/passwd'" } qw(d e f s L h x));
my @harmless = ('true', "req_novary('X-Asked') == 'x'", q{-n 'x'}, q{reqenv('X') == 'x'}, q{%{REMOTE_ADDR} -ipmatch '127.0.0.1'}, q{-R '127.0.0.1'});

plan tests => @containers * @directives + 3 * @htaccess + 2 * @limits * @directives + 2 * 2 * @everywhere + 4 * @reading + 2 * @harmless;

for my $limit (@limits) {
    my ($text, $where) = @$limit;
    for my $directive (@directives) {
        my ($code, $output) = httpd_t(sprintf "$text\n", $directive);
        is $code, 1, "$where refuses $directive";
        my ($word) = split / /, $directive;
        like $output, qr/^\Q$word\E\b.*<Limit/m, "and httpd says so, of $where and $directive";
    }
}
for my $limit ('Limit', 'LimitExcept') {
    for my $directive (@everywhere) {
        log_mark();
        is request(folder('syntax/all' => "<$limit GET>\n$directive\n</$limit>\n") . 'page.html')->status, 500,
            "a .htaccess file may not say $directive in <$limit>";
        is scalar(log_lines(qr/ExposeHeaders\w* cannot occur within <Limit/)), 1, "and the log says so, of $directive in <$limit>";
    }
}

for my $text (@reading) {
    my $line = qq{ExposeHeaders X-One "expr=$text"};
    for my $area ('all', 'fileinfo') {
        log_mark();
        is request(folder("syntax/$area" => "$line\n") . 'page.html', headers => [Origin => origin()])->status, 500, "$area: no .htaccess file reads $text";
        is scalar(log_lines(qr/ExposeHeaders: can't parse the expression '\Q$text\E' \(.*restricted/)), 1, "$area: and the log says why, of $text";
    }
}
for my $text (@harmless) {
    is request(folder('syntax/all' => qq{ExposeHeaders X-One "expr=$text"\n}) . 'page.html', headers => [Origin => origin()])->status, 200,
        "a .htaccess file may ask $text";
    my ($code, $output) = httpd_t(qq{ExposeHeaders X-One "expr=$text"\n});
    is "$code $output", "0 Syntax OK\n", "and so may httpd.conf, $text";
}

for my $container (@containers) {
    my ($where, $text, @modules) = @$container;
    for my $directive (@directives) {
        my ($code, $output) = httpd_t(sprintf("$text\n", $directive), modules => \@modules);
        is "$code $output", "0 Syntax OK\n", "$where takes $directive";
    }
}

for (@htaccess) {
    my ($area, $line, $status, $names, $log) = @$_;
    (my $title = "$area: $line") =~ s/\n/ | /g;
    my ($directive) = $line =~ /(ExposeHeaders\w*)/;
    my $pattern = $log && sprintf $log, $directive;
    log_mark();
    my $response = request(folder("syntax/$area" => "$line\n") . 'page.html', headers => [Origin => origin()]);
    my ($logged) = log_lines(qr{/\.htaccess: }, $log ? 1 : 0);
    is $response->status, $status, "$title: answered with $status";
    is join(' ', @{ $response->names }), $names, "$title: exposes " . ($names || 'nothing');
    $log ? like($logged, qr/$pattern/, "$title: the log says why") : is($logged, undef, "$title: nothing in the log");
}

sub exposed { return $_[0] =~ /^ExposeHeaders X-One/ ? 'x-one' : '' }
