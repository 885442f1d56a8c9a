#!/usr/bin/perl
# A CGI program: answers with the header lines and the body of ../variants/<last word of the path>.asis.
use strict;
use warnings;

my ($variant) = $ENV{PATH_INFO} =~ m{(\w+)$};
open my $file, '<', "$ENV{DOCUMENT_ROOT}/neighbours/variants/$variant.asis" or die "$variant: $!\n";
print <$file>, "by $ENV{GATEWAY_INTERFACE}\n";
