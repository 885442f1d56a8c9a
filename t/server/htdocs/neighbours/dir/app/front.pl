#!/usr/bin/perl
# A front controller, as FallbackResource has it.
use strict;
use warnings;

print "Content-Type: text/plain\n", "X-Front: 1\n", "Access-Control-Expose-Headers: X-Front-Own\n", "\n", "front\n";
