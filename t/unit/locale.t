# Names and origins are ASCII, whatever the locale: in Turkish the lower case of I has no dot, so libc's strcasecmp() takes LINK and
# link for two.
use strict;
use warnings;
use Test::More;

my $build  = $ENV{BUILD} || 'build/normal';
my $locale = 'tr_TR.ISO-8859-9';
my $folder = "$build/locale";
mkdir $folder;
system('localedef', '-c', '-i', 'tr_TR', '-f', 'ISO-8859-9', "$folder/$locale") <= 256 or die "localedef: $?\n";
local $ENV{LOCPATH} = $folder;
local $ENV{LC_ALL}  = $locale;
unlike(`perl -MPOSIX=setlocale,LC_ALL,tolower -e 'setlocale(LC_ALL, "") or die; print lc("I") eq "i" ? "same" : "other"; use locale; print lc "I"' 2>&1`,
    qr/i$/, "in $locale the lower case of I isn't i");

my @programs = grep { -x && !/\.\w+$/ } glob "$build/unit/*";
cmp_ok(scalar @programs, '>', 5, 'there are unit tests');
for my $program (@programs) {
    my $said = `$program 2>&1`;
    is($?, 0, "$program in $locale") or diag(join "\n", grep { /^not ok|^#/ } split /\n/, $said);
}

done_testing;
