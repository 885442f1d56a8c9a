# What the code offers and what README.md says are the same: directives and reasons.
use strict;
use warnings;
use Test::More;

sub text {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    local $/;
    return scalar <$in>;
}

my $readme = text('README.md');

my @directives = text('mod_cors_expose.c') =~ /\bAP_INIT_\w+\("(\w+)"/g;
cmp_ok(scalar @directives, '>', 0, 'the command table was found');
is_deeply([sort $readme =~ /^### (\w+)$/gm], [sort @directives], 'each directive has a section, and no other has one');
for my $name (@directives) {
    my ($section) = $readme =~ /^### $name\n(.*?)^##/ms or next;
    like($section, qr/^\| $_: +\| .*\S/m, "$name: $_") for qw(Description Syntax Default Context);
    like($section, qr/^\| Syntax: +\| `$name /m, "$name: the syntax begins with its name");
}

my ($array) = text('src/decision.c') =~ /\bwords\[\] = \{([^}]*"preflight"[^}]*)\}/;
my @reasons = ($array // '') =~ /\[CE_REASON_\w+\] = "([^"]+)"/g;
my ($enum) = text('include/ce_decision.h') =~ /typedef enum \{(.*?)\} ce_reason_e;/s;
my @enum = map { lc tr/_/-/r } ($enum // '') =~ /^\s*CE_REASON_(\w+)/gm;
cmp_ok(scalar @reasons, '>', 0, 'the reasons were found');
is_deeply(\@reasons, \@enum, 'each has its word, in the order in which they are decided');
my ($table) = $readme =~ /^(\| *reason .*?)\n\n/ms;
is_deeply([($table // '') =~ /^\| `([\w-]+)` /gm], \@reasons, 'the table of reasons has each, in the order of the code');

done_testing;
