# DirectoryIndex exchanges the configuration after the fixups: the folder's containers hold, and those that the index adds.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Test;
use Test::More;

# path, status, what is sent, what it shows
my @table = (
    ['folder/index.txt', 200, 'X-Files, X-Folder, X-If', 'the file, asked for by name'],
    ['folder/',          200, 'X-Folder, X-If-Folder, X-Files, X-If', 'the same as the index of its folder'],
    ['folder/files-only/', 200, 'X-Files-Only, X-If', 'None under the <Files> of a folder further down'],
    ['folder/no-index/', 200, 'X-Folder, X-If-Folder', 'a listing, where there is no index'],
    ['folder',           301, 'X-Folder', 'the redirect to the folder'],
);

plan tests => 3 * @table;

for my $case (@table) {
    my ($path, $status, $expected, $title) = @$case;
    my $r = request("/response/$path", headers => [Origin => origin()]);
    is($r->status, $status, "$title ($path): the status");
    is($r->aceh, $expected, "$title ($path): what is sent");
    is_deeply($r->vary, ['origin'], "$title ($path): Vary");
}

__END__
<Directory "@DocumentRoot@/response/folder">
    DirectoryIndex index.txt
    Options +Indexes
    <Files "index.txt">
        ExposeHeaders X-Files
    </Files>
    <If "%{REQUEST_URI} =~ m#/index\.txt$#">
        ExposeHeaders X-If
    </If>
    <If "%{REQUEST_URI} =~ m#/$#">
        ExposeHeaders X-If-Folder
    </If>
</Directory>
<Location "/response/folder">
    ExposeHeaders X-Folder
</Location>
<Directory "@DocumentRoot@/response/folder/files-only">
    <Files "index.txt">
        ExposeHeaders None X-Files-Only
    </Files>
</Directory>
<Directory "@DocumentRoot@/response/folder/no-index">
    DirectoryIndex disabled
</Directory>
