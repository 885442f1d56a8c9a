# docs/migrating.md: what stands in the right column does what the line in the left one did, and what was wrong with that is mended.
use strict;
use warnings;
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Docs qw(doc rows section);
use CorsExpose::Test;
use Test::More;

my $backend = serve('Header set Access-Control-Expose-Headers "X-Debug, X-Own"', 'a/b' => '', 'a/c' => '');
my $proxy   = "ProxyPass /a http://127.0.0.1:$backend/a\n";

# In the order of the table: [around both, before, after, what both list; for a 404, before and after, where that is not the same]
my @cases = (
    ['', 'Header set ACEH "X-A, X-B"', 'ExposeHeaders X-A X-B', 'X-A, X-B', undef, 'X-A, X-B'],
    ['', 'Header always set ACEH "X-A, X-B"', 'ExposeHeaders X-A X-B', 'X-A, X-B'],
    ['', qq{Header set ACEH "X-A, X-B"\nHeader always set ACEH "X-A, X-B"}, 'ExposeHeaders X-A X-B', ['X-A, X-B || X-A, X-B', 'X-A, X-B'], 'X-A, X-B', 'X-A, X-B'],
    ['', qq{Header merge ACEH X-A\n<Location /a>\nHeader merge ACEH X-B\n</Location>}, "ExposeHeaders X-A\n<Location /a>\nExposeHeaders X-B\n</Location>", 'X-A, X-B', undef, 'X-A, X-B'],
    [$proxy, 'Header setifempty ACEH X-A', "ExposeHeadersBackend Keep\nExposeHeaders X-A", 'X-Debug, X-Own', 'X-A', 'X-A'],
    ['', qq{Header always set ACEH X-A\n<Location /a>\nHeader always unset ACEH\n</Location>}, "ExposeHeaders X-A\n<Location /a>\nExposeHeaders None\n</Location>", undef],
    [$proxy, 'Header unset ACEH', 'ExposeHeadersBackend Replace', undef],
    [$proxy, 'Header edit ACEH "X-Debug,? ?" ""', 'ExposeHeaders -X-Debug', 'X-Own', undef, undef],
    ['', 'Header always set ACEH "*"', 'ExposeHeaders *', '*'],
    ["SetEnvIf Origin ^https://app\\.example\\.com\$ ALLOWED\n", 'Header always set ACEH X-A env=ALLOWED', 'ExposeHeaders X-A origin=https://app.example.com', 'X-A'],
    ['', 'Header always set ACEH X-A "expr=%{REQUEST_STATUS} == 404"', 'ExposeHeaders X-A "expr=%{REQUEST_STATUS} == 404"', undef, 'X-A', 'X-A'],
);
my @rows = rows(section(doc(Apache::Test::vars('top_dir') . '/docs/migrating.md'), 'From `Header` lines') // '', 'line');
is scalar(@rows), scalar(@cases), 'each row has a case';

my $vhosts = '';
for my $i (0 .. $#cases) {
    my ($around, $before, $after) = @{ $cases[$i] };
    $vhosts .= "<VirtualHost *>\nServerName before$i.test\n$around$before\n</VirtualHost>\n<VirtualHost *>\nServerName after$i.test\n$around$after\n</VirtualHost>\n";
}
my $port = serve($vhosts =~ s/\bACEH\b/Access-Control-Expose-Headers/gr, 'a/b' => '', 'a/c' => '');
for my $i (0 .. $#cases) {
    my (undef, undef, undef, $list, @missing) = @{ $cases[$i] };
    my %list = ref $list ? (before => $list->[0], after => $list->[1]) : (before => $list, after => $list);
    my %none = @missing ? (before => $missing[0], after => $missing[1]) : %list;
    for my $when (qw(before after)) {
        my @get = (port => $port, host => "$when$i.test", headers => [Origin => origin()]);
        my $r = request('/a/b', @get);
        is $r->aceh, $list{$when}, "$rows[$i][0]: $when" or diag $r->all;
        $r = request('/a/missing', @get);
        is $r->status, 404, "$rows[$i][0]: an error";
        is $r->aceh, $none{$when}, "$rows[$i][0]: $when, for an error" or diag $r->all;
    }
}

# The words of each row are those of its case: the first directive of each cell stands there.
for my $i (0 .. $#cases) {
    my (undef, $before, $after) = @{ $cases[$i] };
    my ($new) = map { s/ env=.*//r } $rows[$i][1] =~ /`(Expose[^`]*)`/ or next;
    like $after, qr/\Q$new\E/, "$rows[$i][0]: what stands there was tried";
}

done_testing;
