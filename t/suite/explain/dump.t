# httpd -t -D DUMP_EXPOSE_HEADERS: the configuration as the module sees it, and what it comes to. And the version, which the
# dump begins with and the log of a start has, too.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Server qw(server_folder);
use CorsExpose::Test;
use File::Temp ();
use Test::More;

use constant COLUMNS => 100;

# The dump's lines, without the first ones; where file and line stand at the right, "  @ file:line" at the end. Checks what
# holds for every dump.
sub dump_of {
    my ($config, $what, %opt) = @_;
    my ($status, $output) = httpd_t($config, defines => ['DUMP_EXPOSE_HEADERS'], modules => [qw(macro headers proxy), @{ $opt{modules} // [] }]);
    is $status, 0, "$what: httpd -t is content";
    my @lines = grep { !/^(?:Syntax OK|\[)/ } split /\n/, $output;
    is_deeply [grep { /^(?:  )* (?!\S+:\d+(?: \(Use at \S+\))?$)\S| $/ } @lines], [], "$what: lines are indented by two blanks, and none ends with one";
    my $head = join "\n", splice @lines, 0, 4;
    is_deeply [grep { length > COLUMNS } @lines], [], "$what: no line is longer than ${\COLUMNS} columns";
    my $place = qr/\S+:\d+(?: \(Use at \S+:\d+\))?/;
    for my $line (@lines) {
        next unless $line =~ /^(.*?) *  ($place)$/;
        my ($text, $where) = ($1, $2);
        fail("$what: file and line aren't at the right: $line") if length $line != COLUMNS;
        $where =~ s{\S*/}{}g;
        $line = "$text  \@ $where";
    }
    return wantarray ? ($head, @lines) : join "\n", @lines, '';
}

# Takes the warnings and notes off a dump: titles, and one line for each, as "line: text"
sub findings {
    my ($lines) = @_;
    my ($first) = grep { $lines->[$_] =~ /^(?:No w|W)arnings$/ } 0 .. $#$lines;
    my $text = join "\n", splice(@$lines, $first), '';
    $text =~ s/^  (\S.*?)  \@ case\.conf:(\d+)$/$2: $1/mg;
    return $text =~ s/\n    / /gr =~ s/\n\n/\n/gr;
}

# --- all of it ------------------------------------------------------------

my ($head, @dump) = dump_of(<<'CONF', 'a configuration with all there is');
ExposeHeadersNever X-Secret, X-Internal-*
ExposeHeaders X-Main
<Macro Api $path>
    <Location "$path">
        ExposeHeaders X-Api
    </Location>
</Macro>
<IfModule mod_cors_expose.c>
    <Location "/main">
        ExposeHeaders X-RateLimit-* origin=http://localhost:*
    </Location>
</IfModule>
<VirtualHost *:1>
    ServerName one.example
    <Directory "/srv/one">
        Options None
        <Files "*.json">
            ExposeHeaders Link
            <If "-n 'x'">
                ExposeHeadersWhen Always
            </If>
        </Files>
        ExposeHeaders ETag -X-Main "expr=%{REQUEST_STATUS} == 200"
        <Files "*.png">
            Options None
        </Files>
    </Directory>
    ExposeHeadersWildcard Expand
    Use Api /api
    <Directory "/srv/two">
        <If "-n 'y'">
            ExposeHeaders None
        </If>
    </Directory>
</VirtualHost>
<VirtualHost *:1>
    ServerName two.example
</VirtualHost>
<Proxy "http://backend.example/">
    ExposeHeadersBackend Replace
</Proxy>
CONF

my $notes = findings(\@dump);
is join("\n", @dump) =~ s/\n*\z/\n/r, <<'DUMP', 'a configuration with all there is';
The main server 127.0.0.1
  (this holds in the virtual hosts, too; what they come to is said without the containers here)
  ExposeHeadersNever X-Secret, X-Internal-*  @ case.conf:1
  ExposeHeaders X-Main  @ case.conf:2
  comes to: X-Main; never X-Secret X-Internal-*
  <Location "/main">  @ case.conf:9
    ExposeHeaders X-RateLimit-* origin=http://localhost:*  @ case.conf:10
    comes to: X-Main [X-RateLimit-* origin=http://localhost:*]; never X-Secret X-Internal-*
  <Proxy "http://backend.example/">  @ case.conf:39
    ExposeHeadersBackend Replace  @ case.conf:40
    comes to: X-Main; never X-Secret X-Internal-*; ExposeHeadersBackend Replace

<VirtualHost *:1> one.example  @ case.conf:13
  ExposeHeadersWildcard Expand  @ case.conf:28
  comes to: X-Main; never X-Secret X-Internal-*; ExposeHeadersWildcard Expand
  <Directory "/srv/one">  @ case.conf:15
    ExposeHeaders ETag -X-Main "expr=%{REQUEST_STATUS} == 200"  @ case.conf:23
    comes to: X-Main [ETag -X-Main "expr=%{REQUEST_STATUS} == 200"]; never X-Secret X-Internal-*;
      ExposeHeadersWildcard Expand
    <Files "*.json">  @ case.conf:17
      ExposeHeaders Link  @ case.conf:18
      <If "-n 'x'">  @ case.conf:19
        ExposeHeadersWhen Always  @ case.conf:20
  <Location "/api">  @ case.conf:4 (Use at case.conf:29)
    ExposeHeaders X-Api  @ case.conf:5 (Use at case.conf:29)
    comes to: X-Main X-Api; never X-Secret X-Internal-*; ExposeHeadersWildcard Expand
  <Directory "/srv/two">  @ case.conf:30
    <If "-n 'y'">  @ case.conf:31
      ExposeHeaders None  @ case.conf:32

<VirtualHost *:1> two.example  @ case.conf:36
  no directive of this module, but for the main server's
DUMP
is $notes, join("\n", 'No warnings', 'Notes', map({ "$_->[0]: $_->[1]" }
        [10 => 'ExposeHeaders: a pattern beside origin=: browsers get these answers in full, and no 304 (explicit names alone allow it)'],
        map { [$_ => 'ExposeHeaders: nothing sets Access-Control-Allow-Origin, without which no script can read a response '
            . '(Header always set Access-Control-Allow-Origin ...)'] } 23, 2), ''),
    'the notes come after it';

# --- what containers come to ----------------------------------------------

my @sums = (
    # [directives, what they come to]; X-Main is in the server
    ['ExposeHeaders X-A, X-B +X-C'                         => 'X-Main X-A X-B X-C'],
    ['ExposeHeaders X-B X-A x-b'                           => 'X-Main X-B X-A'],
    ['ExposeHeaders x-main'                                => 'X-Main'],
    ['ExposeHeaders -x-main'                               => '-x-main'],
    ['ExposeHeaders -X-M*'                                 => '-X-M*'],
    ["ExposeHeaders -X-Main\nExposeHeaders X-Main"         => 'X-Main'],
    ["ExposeHeaders -X-A X-B\nExposeHeaders X-*"           => 'X-Main X-B X-*'],
    ["ExposeHeaders X-A-*\nExposeHeaders -X-*"             => '-X-*'],
    ["ExposeHeaders X-*\nExposeHeaders -X-A-*"             => 'X-Main X-* -X-A-*'],
    ["ExposeHeaders X-A-*\nExposeHeaders -X-B x-a-*"       => 'X-Main -X-B x-a-*'],
    ['ExposeHeaders None'                                  => 'None'],
    ['ExposeHeaders -* X-A'                                => '-* X-A'],
    ["ExposeHeaders X-A\nExposeHeaders None\nExposeHeaders None X-B" => 'None X-B'],
    ['ExposeHeaders None env=QUIET'                        => 'X-Main [None env=QUIET]'],
    ["ExposeHeaders X-A env=A\nExposeHeaders X-A X-B env=!B" => 'X-Main [X-A env=A] [X-A X-B env=!B]'],
    ["ExposeHeaders X-A X-B env=A\nExposeHeaders X-A"      => 'X-Main [X-B env=A] X-A'],
    ["ExposeHeaders X-A\nExposeHeaders X-A -X-A env=A"     => 'X-Main X-A [X-A -X-A env=A]'],
    ["ExposeHeaders X-A X-B env=A\nExposeHeaders None"     => 'None'],
    ["ExposeHeaders X-A origin=https://a.example origin=https://b.example \"expr=-n 'x'\" env=A"
        => qq(X-Main [X-A origin=https://a.example origin=https://b.example env=A "expr=-n 'x'"])],
    ["ExposeHeadersNever X-N* X-A\nExposeHeadersNever X-B" => 'X-Main; never X-N* X-A X-B'],
    ['ExposeHeadersNever Set-Cookie'                       => 'X-Main'],
    ["ExposeHeadersBackend Keep\nExposeHeadersWildcard expand\nExposeHeadersWhen ALWAYS"
        => 'X-Main; ExposeHeadersBackend Keep; ExposeHeadersWildcard Expand; ExposeHeadersWhen Always'],
    ["ExposeHeadersBackend Merge\nExposeHeadersWildcard Auto\nExposeHeadersWhen CORS" => 'X-Main'],
    ["ExposeHeadersWhen Off\nExposeHeadersNever X-N"       => 'nothing: ExposeHeadersWhen Off; never X-N'],
);
my $sums = dump_of(join("\n", 'ExposeHeaders X-Main', map { ("<Location /$_>", $sums[$_][0], '</Location>') } 0 .. $#sums), 'sums');
# each is one paragraph, folded or not
my @found = map { my ($sum) = /^    comes to: (.*?)\n(?:  \S|    <|\z)/ms; $sum // '' } map { "$_\n" } split /^(?=  <Location)/m, $sums =~ s/^No warnings.*|^Warnings.*//smr;
shift @found;
for my $i (0 .. $#sums) {
    is join(' ', split ' ', $found[$i]), $sums[$i][1], "what comes of $sums[$i][0]" =~ s/\n/ | /gr;
}

# --- servers without any --------------------------------------------------

is dump_of('ServerAdmin a@b.example', 'nothing'), <<'DUMP', 'no directive of ours';
The main server 127.0.0.1
  no directive of this module

No warnings

No notes
DUMP
like dump_of('ExposeHeaders X-A', 'no virtual host'), qr/\A\QThe main server 127.0.0.1\E\n  ExposeHeaders X-A /, 'without virtual hosts nothing is said of them';
like dump_of(<<'CONF', 'one virtual host'), qr/\A\QThe main server 127.0.0.1\E\n  no directive of this module\n\n<Virt.* a\.example .*:1\n  no directive of this module\n\n<Virt.* b\.example .*:4\n  ExposeHeaders X-B .*:6\n  comes to: X-B\n\n/, 'virtual hosts with and without';
<VirtualHost *:1>
    ServerName a.example
</VirtualHost>
<VirtualHost *:1>
    ServerName b.example
    ExposeHeaders X-B
</VirtualHost>
CONF
# The same lines, read twice: each virtual host is its own
my $folder = File::Temp::tempdir(DIR => Apache::Test::vars('t_state'), CLEANUP => 1);
{
    write_files($folder, 'host.conf' => "<VirtualHost *:1>\nServerName \${NAME}.example\nInclude $folder/line.conf\n</VirtualHost>\n", 'line.conf' => "ExposeHeaders X-\${NAME}\n");
    my $twice = dump_of(join('', map { "Define NAME $_\nInclude $folder/host.conf\n" } qw(a b)), 'one file for two hosts');
    like $twice, qr/\Q> $_.example\E .*\n  ExposeHeaders X-$_  .*\n  comes to: X-$_\n/, "one file for two hosts: $_" for qw(a b);
}

# --- warnings, and where a name is too long to stand beside the text ------

{
    my $dir = "$folder/" . 'long-folder-name/' x 4;
    write_files($dir, 'a.conf' => "ExposeHeaders X-One X-Two X-Three X-Four X-Five X-One\n");
    my $long = dump_of("Include ${dir}a.conf\n", 'a long path');
    like $long, qr{^  ExposeHeaders X-One X-Two X-Three X-Four X-Five X-One\n  \@ a\.conf:1\n  comes}m, 'a long path stands below';
    like $long, qr{^Warnings\n  ExposeHeaders: duplicate 'X-One'}m, 'warnings come after it';
}

# --- a file below ServerRoot ----------------------------------------------

write_files($folder, 'root/in/a.conf' => "\nExposeHeaders X-A\n", 'roo/x' => '');
for my $case (
    ['root',  'in/a.conf',              'its path is shown without it'],
    ['root/', 'in/a.conf',              'also with a slash at the end'],
    ['roo',   "$folder/root/in/a.conf", 'not if the folder has more letters'],
) {
    my ($root, $expected, $title) = @$case;
    my (undef, $output) = httpd_t(qq{ServerRoot "$folder/$root"\nInclude "$folder/root/in/a.conf"\n}, defines => ['DUMP_EXPOSE_HEADERS']);
    my ($place) = $output =~ /X-A +(\S+):2$/m;
    is $place, $expected, "a file below ServerRoot: $title";
}

# --- asked for, or not ----------------------------------------------------

is_deeply [httpd_t('ExposeHeaders X-A')], [0, "Syntax OK\n"], 'without -D there is no dump';

# --- the version ----------------------------------------------------------

my ($version) = slurp('include/mod_cors_expose.h') =~ /^#define CORS_EXPOSE_VERSION "(.*)"$/m;
my $line = qr/mod_cors_expose \Q$version\E \(built for httpd 2\.\d+\.\d+\S*, running on 2\.\d+\.\d+\S*\)/;
like $head, qr/\A$line\nServerRoot /, 'the dump begins with the version';
like slurp('CHANGES'), qr/\AChanges with mod_cors_expose \Q$version\E /, 'which is that of CHANGES';

log_mark();
my $port = serve("ExposeHeaders X-A\n");
like request('/page.html', port => $port)->header('Server'), qr/^Apache(?!.*cors)/i, 'the Server header has no word of it';
is scalar(log_lines("cors_expose:info\\].*\\] $line\$")), 1, 'the log of a start has it, once';
log_mark();
restart($port);
is scalar(log_lines("cors_expose:info\\].*\\] $line\$")), 1, 'so has that of a restart';
log_mark();
$port = serve("LogLevel warn cors_expose:notice\n");
is request('/page.html', port => $port)->status, 200, 'a server at a higher LogLevel';
is scalar(log_lines($line, 0)), 0, 'and its log is silent';

sub slurp {
    my ($file) = @_;
    open my $in, '<', Apache::Test::vars('top_dir') . "/$file" or die "$file: $!\n";
    local $/;
    return scalar <$in>;
}

done_testing;
