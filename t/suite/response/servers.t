# Servers with and without directives, virtual hosts among them: the facts of a request are those that the client sent, wherever
# the directives stand that need them. And a line of a macro's keeps its name.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

# Where directives may be: in the main server, in its containers, in virtual hosts, in .htaccess files only; in either order.
my %main = (
    'nothing'         => '',
    'itself'          => "ExposeHeaders *\n",
    'its <Directory>' => "<Directory \"\@ROOT\@\">\nExposeHeaders *\n</Directory>\n",
    'its <Location>'  => "<Location />\nExposeHeaders *\n</Location>\n",
    'its <Files>'     => "<Files page.html>\nExposeHeaders *\n</Files>\n",
    'its <If>'        => "<If true>\nExposeHeaders *\n</If>\n",
);
my %vhost = (
    nothing  => ['', ''],
    itself   => ["ExposeHeaders *\n", ''],
    location => ["<Location />\nExposeHeaders *\n</Location>\n", ''],
    htaccess => ["<Directory \"\@ROOT\@/htaccess\">\nAllowOverride FileInfo\n</Directory>\n", '', "ExposeHeaders *\n"],
    deep     => ["<Directory \"\@ROOT\@/deep\">\n<Files page.html>\nExposeHeaders *\n</Files>\n</Directory>\n", ''],
    other    => ["ServerSignature On\n", ''],
);
my @names  = sort keys %vhost;
my @orders = ([@names], [reverse @names]);

# Who asks; the module has to know it, though the server hides Origin from everybody.
my @asks = (
    ['Cookie',        'credentialed: Cookie',        [Origin => origin(), Cookie => 'a=b']],
    ['Authorization', 'credentialed: Authorization', [Origin => origin(), Authorization => 'Bearer x']],
    ['nothing',       'not credentialed',            [Origin => origin()]],
);

plan tests => 2 * (keys %main) * @orders * @asks * (1 + @names) + 2 + 3 * 3;

for my $main (sort keys %main) {
    for my $order (@orders) {
        my $config = "RequestHeader unset Origin\n$main{$main}"
            # the main server has an address of its own, so that it can be asked
            . "<VirtualHost *:\@PORT\@>\nServerName main.test\nDocumentRoot \"\@ROOT\@/main\"\n</VirtualHost>\n"
            . join '', map { "<VirtualHost *:\@PORT\@>\nServerName $_.test\nDocumentRoot \"\@ROOT\@/$_\"\n$vhost{$_}[0]</VirtualHost>\n" } @$order;
        my $port = serve($config, 'main/page.html' => '', map { ("$_/page.html" => '', $vhost{$_}[2] ? ("$_/.htaccess" => $vhost{$_}[2]) : ()) } @names);
        for my $host ('main', @names) {
            my $in_force = $main ne 'nothing' || $host !~ /^(?:main|nothing|other)$/;
            for my $ask (@asks) {
                my ($what, $state, $headers) = @$ask;
                my $title = "$host.test, main server: $main, first: $order->[0], who asks sends $what";
                log_mark();
                my $r = request('/page.html', port => $port, host => "$host.test", headers => $headers);
                my $expected = !$in_force ? qr/\Anone\z/ : $what eq 'nothing' ? qr/\A\*\z/ : qr/\A(?=.*Date)[^*]+\z/;
                like $r->aceh // 'none', $expected, $title;
                my ($said) = map { /\((credentialed: [^()]*|not credentialed)\)/ ? $1 : () } log_lines(qr/\[cors_expose:debug\]/, $in_force ? 1 : 0);
                is $said, $in_force ? $state : undef, "$title: the state";
            }
        }
    }
}

# A line of a macro's has a name that mod_macro frees after the start: the log must not show what is there then.
my $macro = serve(<<'END');
<Macro Expose $name>
    ExposeHeaders $name "expr=file('/nonexistent') == 'x'"
</Macro>

<Location "/">
    Use Expose X-A
    Use Expose X-B
</Location>
<VirtualHost *:@PORT@>
    <Location "/page.html">
        Use Expose X-C
    </Location>
</VirtualHost>
END
log_mark();
is request('/page.html', port => $macro, headers => [Origin => origin()])->aceh, undef, 'lines of macros, whose expressions cannot be evaluated';
my @lines = log_lines(qr/ExposeHeaders: can't evaluate/, 3);
is scalar(@lines), 3, 'an error for each';
my @own = log_lines(qr/Evaluation of expression from /, 3);
for my $use (6, 7, 11) {
    is scalar(grep { /from macro 'expose' \(defined on line 1 of "[^"]*case\.conf"\) used on line $use of "[^"]*case\.conf":1 failed: / } @own), 1,
        "... in httpd's own line, too";
    is scalar(grep { /\(macro 'expose' \(defined on line 1 of "[^"]*case\.conf"\) used on line $use of "[^"]*case\.conf":1: Cannot open file / } @lines), 1,
        "the one that is used on line $use has its file and line";
    is scalar(grep { /used on line $use / && /[^\x20-\x7E]/ } @lines), 0, "and nothing but text, on line $use";
}
