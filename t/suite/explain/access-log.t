# docs/explaining.md: the list in the access log
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Docs qw(blocks doc section);
use CorsExpose::Test;
use Test::More;

my ($log) = map { $_->[0] eq 'apache' ? $_->[1] : () } blocks(section(doc(Apache::Test::vars('top_dir') . '/docs/explaining.md'), 'In the access log'));
my $file = Apache::Test::vars('t_logs') . '/expose_log';
unlink $file;

my $port = serve(<<"END" . $log =~ s{logs/expose_log}{$file}r, 'own/page.html' => '', 'hand/page.html' => '', 'mine/page.html' => '');
Header always set X-A 1
Header always set Access-Control-Allow-Origin "*"
<Location "/mine">
    ExposeHeaders X-A X-B
</Location>
<Location "/own">
    Header always set Access-Control-Expose-Headers "X-Own"
    ExposeHeadersBackend Merge
</Location>
<Location "/hand">
    Header set Access-Control-Expose-Headers "X-Hand"
</Location>
<Location "/every">
    ExposeHeaders *
    ExposeHeadersWhen Always
</Location>
END

my @cases = (
    # the path, the request's headers, and what the log's line ends with
    ['/mine/page.html', [Origin => origin()], '200 origin="https://app.example.com" exposed="X-A, X-B"'],
    ['/mine/page.html', [Origin => origin(), 'If-None-Match' => '*'], '304 origin="https://app.example.com" exposed="X-A, X-B"'],
    ['/mine/none',      [Origin => origin()], '404 origin="https://app.example.com" exposed="X-A, X-B"'],
    ['/mine/page.html', [],                   '200 origin="-" exposed="-"'],
    ['/own/page.html',  [Origin => origin()], '200 origin="https://app.example.com" exposed="X-Own"'],
    ['/hand/page.html', [Origin => origin()], '200 origin="https://app.example.com" exposed="X-Hand"'],
    ['/every/none',     [],                   '404 origin="-" exposed="X-A, Date, Server"'],
);
for my $case (@cases) {
    my ($path, $headers, $end) = @$case;
    my $before = -s $file // 0;
    request($path, port => $port, headers => $headers);
    like line_after($before), qr/\Q$end\E$/, "$path: $end";
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
