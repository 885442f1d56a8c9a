# docs/recipes.md has a section for each recipe, which a reader finds in one click; it names what the recipe names, and its links
# lead somewhere.
use strict;
use warnings FATAL => 'all';
use Apache::Test ();
use FindBin;
use lib $FindBin::Bin;
use Recipe;
use Test::More;

my $docs = Apache::Test::vars('top_dir') . '/docs';
my $page = read_file("$docs/recipes.md");
my %sections = $page =~ /^## (\S+)\n(.*?)(?=^## |\z)/msg;
my %software = map { m{([^/]+)\.js\z} ? ($1 => 1) : () } glob "$FindBin::Bin/../../software/clients/*.js";

is join(' ', sort keys %sections), join(' ', recipes()), 'there is a section for each recipe, and no other';
for my $name (recipes()) {
    my ($row) = $page =~ /^\| [^|\n]+ \| \[\Q$name\E\]\(#\Q$name\E\) \| ([^|\n]+) \|$/m;
    ok $row, "$name is in the table at the top";
    is +($row // '') =~ /stand-in/ ? 0 : 1, $software{$name} // 0, "$name: what it says is run in a browser is";
    like $sections{$name}, qr{\]\(\.\./conf-examples/recipes/\Q$name\E\.conf\)}, "$name: the configuration is one click away";

    my @rows = $sections{$name} =~ /^\| ((?:`[^`]+` ?)+) \| [^|\n]+ \| [^|\n]+ \|$/mg;
    my %told = map { lc($_) => 1 } map { /`([^`]+)`/g } @rows;
    my %real = map { lc($_) => 1 } map { split } read_file(recipe($name)) =~ /^\s*ExposeHeaders (.*)$/mg;
    is join(' ', sort keys %told), join(' ', sort keys %real), "$name: the page has its names, each with its source";
}
my @dead = grep { !-e "$docs/$_" } map { s/#.*//r } grep { !m{\A(?:https?:|#)} } $page =~ /\]\(([^)]+)\)/g;
is "@dead", '', 'each link to a file leads to one';
my %heads = map { (lc s/[^\w\s-]//gr) =~ s/ /-/gr => 1 } $page =~ /^#+ (.*)$/mg;
is join(' ', grep { !$heads{$_} } $page =~ /\]\(#([^)]+)\)/g), '', 'each link within the page, too';
done_testing;

sub read_file {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    local $/;
    return scalar <$in>;
}
