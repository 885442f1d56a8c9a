# An expression that can't be evaluated fails closed: what its line adds doesn't count, what it takes away does, and the log has
# an error, once for each response and line. These read a file that isn't there, which only the server's configuration may say.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

my $text   = "file('/nonexistent/file') == 'x'";
my $broken = qq{"expr=$text"};

# [the lines ("ExposeHeaders" left out), the value, how many errors are logged]
my @cases = (
    [["X-A $broken"],                            undef,      1],
    [['X-A', "X-B $broken"],                     'X-A',      1],
    [["X-A X-B X-C $broken"],                    undef,      1],
    [["X-* $broken", 'X-A'],                     'X-A',      1],
    [["* $broken"],                              undef,      1],
    [["* $broken", '*'],                         '*',        1],
    [['X-A X-B', "-X-A $broken"],                'X-B',      1],
    [['X-A X-B', "-X-A X-C $broken"],            'X-B',      1],
    [['X-A X-B', "X-A -X-A X-A $broken"],        'X-B',      1],
    [['X-A X-B', "-X-* $broken"],                undef,      1],
    [['X-A X-B', "None $broken"],                undef,      1],
    [['X-A X-B', "None X-C $broken", 'X-D'],     'X-D',      1],
    [['X-A', "-X-A $broken", 'X-A'],             'X-A',      1],
    [["X-A $broken", "X-B $broken", 'X-C'],      'X-C',      2],
    [['X-A X-B', "-X-A env=!CONDITIONS_SET $broken"],           'X-A, X-B', 0],
    [['X-A X-B', "-X-A env=CONDITIONS_SET $broken"],            'X-B',      1],
    [['X-A X-B', "-X-A origin=https://other.example $broken"],  'X-A, X-B', 0],
    [['X-A X-B', qq{-X-A "expr=false && $text"}],               'X-A, X-B', 0],
    # by letters, as in <If>: SSLRequire's < is one of numbers
    [[q{X-A "expr='10' < '9'"}],                                'X-A',      0],
);

plan tests => 5 * @cases + 3;

# The last case is about a written-out list.
my @lines  = ((map { $_->[0] } @cases), ['X-* Server ETag', "-X-A -Server $broken"]);
my $config = '';
my %files;
for my $i (0 .. $#lines) {
    $config .= join '', qq{<Directory "\@ROOT\@/$i">\n}, (map { "ExposeHeaders $_\n" } @{ $lines[$i] }), "</Directory>\n";
    $files{"$i/page.html"} = '';
}
my $port = serve("SetEnv CONDITIONS_SET yes\nHeader set X-A 1\nHeader set X-B 1\n$config", %files);

for my $i (0 .. $#cases) {
    my ($lines, $value, $errors) = @{ $cases[$i] };
    my $title = join ' | ', @$lines;
    log_mark();
    my $response = request("/$i/page.html", port => $port, headers => [Origin => origin()]);
    my @logged   = log_lines(qr/ExposeHeaders: can't evaluate/, $errors);
    is $response->status, 200, "$title: there is a page";
    is $response->aceh, $value, $title;
    is scalar(@logged), $errors, "$title: so many errors";
    my @odd = grep { !/cors_expose:error\].* '[^']*\Q$text\E' \(\S+\/case\.conf:\d+: .+\); its line exposes nothing$/ } @logged;
    is "@odd", '', "$title: each names the expression, its file and line";
    is scalar(log_lines(qr/Evaluation of expression/, $errors)), $errors, "$title: httpd tried as often";
}

# Written out, an expression is evaluated once for all the response's headers.
log_mark();
my $response = request("/$#lines/page.html", port => $port, headers => [Origin => origin(), Cookie => 'a=b']);
is_deeply $response->names, [qw(etag x-b)], 'its removals count for a written-out list';
is scalar(log_lines(qr/ExposeHeaders: can't evaluate/)), 1, 'one error for the whole list';
is scalar(log_lines(qr/Evaluation of expression/)), 1, 'httpd evaluated it once';
