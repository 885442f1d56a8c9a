# LogLevel cors_expose:trace1: one line for each header of the response and each explicit name, 500 of them at most.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use CorsExpose::Cases;
use CorsExpose::Test;
use Test::More;

sub lines_of { return join '', map { "    $_\n" } @_ }
my $headers = lines_of(map { "Header set X-H$_ 1" } 1 .. 510);
my $tables  = lines_of(map { "Header always set X-E$_ 1" } 1 .. 510);
my $edits   = lines_of(map { my $n = $_; 'ExposeHeaders ' . join ' ', map { "X-$n-$_" } 1 .. 200 } 1 .. 3);
my $long    = 'X-' . 'l' x 3000;
my $full    = lines_of(map { "ExposeHeaders $_$long" } 'Q', 'R', 'S');

my $port = serve(<<"CONF", map { ("$_/x" => '') } qw(some some/where headers tables edits full malformed));
LogLevel cors_expose:trace1
Header set Access-Control-Allow-Origin *
<Location "/some">
    ExposeHeaders X-Absent X-One -X-Two
    ExposeHeaders Content-Type Content-Length Keep-Alive Age X-Cache Date
    Header set X-One 1
    Header add X-Two 1
    Header add X-Two 2
    Header always set X-Two 3
</Location>
<Location "/some/where/">
    ExposeHeaders -X-One
</Location>
<Location "/some/">
    ExposeHeaders X-One
</Location>
<Location "/headers">
    ExposeHeaders X-One
$headers</Location>
<Location "/tables">
    ExposeHeaders X-One
$tables</Location>
<Location "/edits">
$edits</Location>
<Location "/full">
$full</Location>
<Location "/malformed">
    ExposeHeaders X-*
    Header set "X-M A" 1
    Header set "X-M B" 1
    Header set "*" 1
</Location>
CONF

plan tests => 13;

my @some = trace('/some/x');
is scalar(grep { /^X-One: exposed by "X-One" \(.*:\d+\)$/ } @some), 1, 'an exposed header, and by what';
is scalar(grep { /^X-One: exposed by "X-One" \(\S+:15\), after "-X-One" \(\S+:12\)$/ } trace('/some/where/x')), 1, 'and after which removal';
is scalar(grep { /^X-Absent: exposed by "X-Absent" \(.*:\d+\), not in the response$/ } @some), 1, 'an explicit name that the response lacks';
is_deeply [sort map { s/exposed by .*?\)/exposed/r } grep { /^(?:Content-|Keep|Age|X-Cache|Date)/ } @some],
    [map({ "$_: exposed, added later" } qw(Age)), map({ "$_: always readable" } qw(Content-Length Content-Type)), 'Date: exposed', map { "$_: exposed, added later" } qw(Keep-Alive X-Cache)],
    'headers that httpd and mod_cache add later';
is scalar(grep { /^X-Two: / } @some), 1, 'a header on three lines, in both tables, is traced once';

for my $which (qw(headers tables edits)) {
    my @lines = trace("/$which/x");
    is scalar(grep { /^[^ ]+: / } @lines), 500, "$which: 500 are traced";
    is_deeply [grep { /^and more/ } @lines], ['and more headers: only the first 500 are traced'], "$which: and the log says once that there are more";
}

like +(grep { /^S/ } trace('/full/x'))[0], qr/^S\S+: left out, the list is full; exposed by "S.*, not in the response$/,
    'a name that did not fit is said to be left out';

is_deeply [sort grep { /^(?:X-M|\*)/ } trace('/malformed/x')], [map { "$_: never listed, it is no header's name" } '*', 'X-M A', 'X-M B'],
    'what is no name is no other one either';

# What the module traced of one request, without what httpd puts in front
sub trace {
    my ($path) = @_;
    log_mark();
    request($path, port => $port, headers => [Origin => origin()]);
    return map { s/.*\[client [^\]]+\] //r } log_lines(qr/cors_expose:trace1\].*\[client /, 2);
}
