# mod_negotiation: the list is that of the variant that was chosen; what says that it was chosen is in it.
use strict;
use warnings;
use Test::More tests => 2 * 5 + 5 + 6;
use CorsExpose::Neighbours;
use CorsExpose::Test;

my $base = '/neighbours/negotiation';
for my $name (qw(page.txt map.var)) {
    my $english = try_wildcard("$base/$name", 200, headers => ['Accept-Language' => 'en']);
}
my $none = try_wildcard("$base/page.txt", 406, headers => ['Accept-Language' => 'fr']);

my $english = request("$base/page.txt", headers => [@{ cookie() }, 'Accept-Language' => 'en']);
is_deeply([grep { /^(?:content-location|tcn)$/ } @{ $english->names }], [qw(content-location tcn)], 'what negotiation adds is listed');
is_deeply($english->vary, [qw(accept-language negotiate origin)], 'Vary names what was negotiated, and Origin');
ok((grep { $_ eq 'alternates' } @{ $none->names }), 'the alternatives that a 406 offers are listed');

my $german = request("$base/page.txt?own", headers => [@{ anonymous() }, 'Accept-Language' => 'de']);
is($german->body, "Deutsch\n", 'the other variant');
check($german, '*, X-German, X-Own', 'its own container decides');
check(request("$base/page.txt.de", headers => anonymous()), '*, X-German', 'as it does when asked for by name');

__END__
<Directory "@DocumentRoot@/neighbours/negotiation">
    ExposeHeaders *
    Options +MultiViews
    AddLanguage en .en
    AddLanguage de .de
    AddHandler type-map .var
    ForceLanguagePriority None
    <Files "*.de">
        ExposeHeaders X-German
        Header set X-German 1
    </Files>
</Directory>
