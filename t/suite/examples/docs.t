# README.md and docs/: each configuration loads without a word, and what is promised of it is what a server really sends and
# logs. The blocks are:
#   apache    a configuration. The answers that it meets are those of the stage below.
#   htaccess  a .htaccess file, in a folder with AllowOverride FileInfo; the answers are the same
#   warnings  what httpd -t says of the configuration before it, without file and line; else it says nothing
#   http      a request, an empty line, and what of the answer counts. A list that isn't named there isn't there; "(no X-A)" says so
#             of another header.
#   console   a curl command, and what it prints
#   log       what the log then has, after "..."
# Blocks after a configuration speak of the last one, in a server that starts with it.
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Docs qw(blocks cells doc docs rows section);
use CorsExpose::Test;
use Test::More;

my $top = Apache::Test::vars('top_dir');

# docs/reference.md says that its examples' answers have these.
my $stage = <<'END';
Header unset Last-Modified
Header unset Accept-Ranges
Header always set Access-Control-Allow-Origin "*"
Header always set X-Request-Id 7f3a
Header always set X-RateLimit-Limit 60
Header always set X-RateLimit-Remaining 59
Header always set X-Internal-Node web-3
END

# ... and its backend's these, too.
my $backend = serve($stage . <<'END', 'orders' => 'orders');
Header always set Access-Control-Expose-Headers "X-Total, X-Debug, X(Bad)"
Header always set X-Total 7
Header always set X-Debug 1
END

# What stands in for what can't be the same here.
sub prepared {
    my ($config) = @_;
    $config =~ s/^ *LoadModule .*\n//mg;
    $config =~ s{http://127\.0\.0\.1:8080}{http://127.0.0.1:$backend}g;
    $config =~ s/<VirtualHost \*:\d+>/<VirtualHost *>/g;
    $config =~ s{"/var/www/[^"]*}{"\@ROOT\@}g;
    return $config;
}

# What a configuration says of its own isn't said before it.
sub stage {
    my ($config) = @_;
    return $config =~ /Access-Control-Allow-Origin/ ? $stage =~ s/^.*Allow-Origin.*\n//mr : $stage;
}

my ($port, $answer, $nblocks);

my %run = (
    apache => sub {
        my ($text, $where, $warnings, $is_last) = @_;
        my ($status, $output) = httpd_t(prepared($text), modules => [qw(\w+)]);
        $output =~ s/^\[.*?\] \S+:\d+: //mg;
        is "$status $output", "0 ${warnings}Syntax OK\n", $warnings ? "$where: its warnings" : "$where: loads without a warning" or return;
        return if $is_last;
        log_mark();
        # README.md's first configuration meets a server as it is after the installation, and says itself what is logged.
        $port = $where =~ /^README/ ? serve("LogLevel warn cors_expose:warn\n" . prepared($text))
            : serve(stage($text) . prepared($text), map { ($_ => 'text') } qw(api/orders public/data.json));
    },
    htaccess => sub {
        my ($text, $where) = @_;
        log_mark();
        $port = serve(stage($text) . "<Directory \"\@ROOT\@\">\nAllowOverride FileInfo\n</Directory>\n", '.htaccess' => $text, map { ($_ => 'text') } qw(index.php report.csv));
        is request('/page.html', port => $port)->status, 200, "$where: is taken";
        is scalar(log_lines('cors_expose:(?:warn|error)', 0)), 0, "$where: without a warning" or diag log_lines('cors_expose:(?:warn|error)', 0);
    },
    http => sub {
        my ($text, $where) = @_;
        my ($asked, $promised) = split /\n\n/, $text, 2;
        my ($line, @headers) = split /\n/, $asked;
        my ($method, $path) = split / /, $line;
        log_mark();
        $answer = request($path, method => $method, port => $port, headers => [map { split /: /, $_, 2 } @headers]);
        is_promised($where, $answer, split /\n/, $promised);
    },
    console => sub {
        my ($text, $where) = @_;
        my ($command, @printed) = split /\n/, $text;
        my ($options, $path, $pattern) = $command =~ m{^\$ curl -si (.*) http://localhost(/\S*) \| grep -i '(.*)'$}
            or return fail("$where: a command that this test doesn't know: $command");
        log_mark();
        $answer = request($path, port => $port, headers => [map { split /: /, $_, 2 } $options =~ /-H '([^']*)'/g]);
        is_deeply [sort grep { /$pattern/i } map { "$_->[0]: $_->[1]" } $answer->fields], [sort @printed], "$where: what is printed"
            or diag $answer->all;
    },
    log => sub {
        my ($text, $where) = @_;
        for (split /\n/, $text) {
            my ($message) = /\.\.\. (.*)/ or return fail("$where: no '...' before the message: $_");
            is scalar(log_lines("\\] \Q$message\E\$")), 1, "$where: the log has $message"
                or diag log_lines('cors_expose', 0);
        }
    },
);

# Whether the answer has those lines, as they stand there. A list that isn't promised isn't there; Vary is looked at where it is.
sub is_promised {
    my ($where, $got, @promised) = @_;
    my %wanted;
    for (@promised) {
        if (m{^HTTP/1.1 (\d+)}) { is $got->status, $1, "$where: the status"; next }
        if (/^\(no ([\w-]+)\)$/) { $wanted{$1} = undef; next }
        my ($name, $value) = /^([\w-]+): (.*)/ or return fail("$where: no header: $_");
        $wanted{$name} = $value;
    }
    $wanted{'Access-Control-Expose-Headers'} //= undef;
    for my $name (sort keys %wanted) {
        is $got->header($name), $wanted{$name}, "$where: $name" or diag $got->all;
    }
}

for my $file (docs($top)) {
    my @blocks = blocks(doc("$top/$file"));
    undef $port;
    for my $i (0 .. $#blocks) {
        my ($kind, $text, $line) = @{ $blocks[$i] };
        my $run = $run{$kind} or next;
        $port || $kind =~ /^(?:apache|htaccess)$/ or fail("$file:$line: no configuration before this"), next;
        my ($next) = grep { $run{ $_->[0] } || $_->[0] eq 'warnings' } @blocks[$i + 1 .. $#blocks];
        $next //= ['apache'];
        $run->($text, "$file:$line", $kind eq 'apache' ? ($next->[0] eq 'warnings' ? $next->[1] : '', $next->[0] !~ /http|console/) : ());
        $nblocks++;
    }
}
cmp_ok $nblocks, '>=', 10, 'there are blocks to run';

# The table of merges: containers become <If> sections, which merge in the order of the file. What is said in words isn't configuration.
my @rows = rows(section(doc("$top/docs/reference.md"), 'How containers merge') // '', 'containers, outermost first');
cmp_ok scalar(@rows), '>=', 11, 'the table of merges has rows';
my $vhosts = '';
for my $i (0 .. $#rows) {
    my @lines = map { /`(.+)`/ ? $1 : die "no directive in '$_'\n" } split /\\\|/, $rows[$i][0];
    my @sections = map { "<If \"true\">\n" . (/^ExposeHeaders/ ? $_ : "ExposeHeaders $_") . "\n</If>\n" } @lines;
    $vhosts .= "<VirtualHost *>\nServerName row$i.test\n" . join('', @sections) . "</VirtualHost>\n";
}
my $merges = serve(<<"END");
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
    my $response = request('/page.html', port => $merges, host => "row$i.test", headers => [Origin => origin()]);
    is_deeply [sort split /, /, $response->aceh // ''], [sort split /, /, $expected // ''], "$containers: the header";
    is_deeply $response->vary, $list =~ /without Vary/ ? [] : ['origin'], "$containers: Vary";
}

done_testing;
