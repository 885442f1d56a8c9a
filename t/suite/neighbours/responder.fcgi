#!/usr/bin/perl
# A FastCGI responder on the Unix socket named by the first argument, the documents in the second: the same as respond.pl.
use strict;
use warnings;
use FCGI;

my ($path, $documents) = @ARGV;
my $socket = FCGI::OpenSocket($path, 5);
my $request = FCGI::Request(\*STDIN, \*STDOUT, \*STDERR, \my %environment, $socket);
while ($request->Accept >= 0) {
    my ($variant) = $environment{REQUEST_URI} =~ m{(\w+)$};
    open my $file, '<', "$documents/$variant.asis" or die "$variant: $!\n";
    print <$file>, "by FastCGI\n";
}
