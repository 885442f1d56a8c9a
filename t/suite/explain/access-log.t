# docs/explaining.md: the list in the access log
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Docs qw(blocks doc section);
use CorsExpose::Test;
use File::Temp ();
use Test::More;

my $section = section(doc(Apache::Test::vars('top_dir') . '/docs/explaining.md'), 'In the access log');
my ($log) = map { $_->[0] eq 'apache' ? $_->[1] : () } blocks($section);
my ($line) = map { $_->[0] eq '' ? $_->[1] =~ s/\n//r : () } blocks($section);
my $file = File::Temp->new(DIR => Apache::Test::vars('t_logs'));

my $port = serve(<<'END' . $log =~ s{logs/expose_log}{$file}r, 'own/page.html' => '', 'hand/page.html' => '', 'mine/page.html' => '');
Header always set X-A 1
Header always set Access-Control-Allow-Origin "*"
Header unset ETag
Header unset Accept-Ranges
Header unset Last-Modified
<Location "/mine">
    ExposeHeaders X-A X-B
</Location>
<Location "/own">
    Header always set Access-Control-Expose-Headers "X-Own"
    ExposeHeadersBackend Merge
</Location>
<Location "/hand">
    Header set Access-Control-Expose-Headers "X-Hand"
    ExposeHeadersDetail Off
</Location>
<Location "/why">
    ExposeHeadersExplain On
</Location>
<Location "/every">
    ExposeHeaders *
    ExposeHeadersWhen Always
</Location>
END

my @origin = (Origin => origin());
my $for = 'origin="' . origin() . '"';
my @cases = (
    # the path, the request's headers, and what the log's line ends with; (*) is any credential state
    ['/mine/page.html', \@origin, $line],
    ['/mine/page.html', [@origin, 'If-None-Match' => '*'], qq(304 $for exposed="X-A, X-B" why="names (not credentialed)")],
    ['/mine/none',      \@origin, qq(404 $for exposed="X-A, X-B" why="names (not credentialed); not in the response: X-B")],
    ['/mine/page.html', [],       '200 origin="-" exposed="-" why="no-origin (*)"'],
    ['/own/page.html',  \@origin, qq(200 $for exposed="X-Own" why="names (not credentialed); withheld: X-A; came with the response: X-Own")],
    ['/hand/page.html', \@origin, qq(200 $for exposed="X-Hand" why="-")],
    ['/why?url=/mine/page.html&origin=https://asked.example', [], '200 origin="-" exposed="-" why="no-origin (*)"'],
    ['/every/none',     [],       '404 origin="-" exposed="X-A, Date, Server" why="written-out (*)"'],
);
for my $case (@cases) {
    my ($path, $headers, $end) = @$case;
    my $before = -s $file // 0;
    request($path, port => $port, headers => $headers);
    my $wanted = quotemeta($end) =~ s/\\\(\\\*\\\)/\\([^)]*\\)/r;
    like line_after($before), qr/ $wanted$/, "$path: $end";
}
done_testing;

# httpd writes the line after the answer.
sub line_after {
    my ($before) = @_;
    for (1 .. 100) {
        if ((-s $file // 0) > $before) {
            open my $in, '<', $file or die "$file: $!\n";
            seek $in, $before, 0;
            return scalar <$in> =~ s/\n//r;
        }
        select undef, undef, undef, 0.05;
    }
    return 'no line';
}
