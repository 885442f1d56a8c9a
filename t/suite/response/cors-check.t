# ExposeHeadersWhen Allowed, against Fetch's CORS check: the list goes out where a fetch in some credentials mode could read the
# response. All combinations of Access-Control-Allow-Origin, Access-Control-Allow-Credentials and Origin.
use strict;
use warnings FATAL => 'all';
use CorsExpose::Cases qw(serve);
use CorsExpose::Test;
use Test::More;

my $app = 'https://app.example.com';
# lines of the field; what is put into the second one of httpd's tables has a "!"
my @allow_origin = (
    [], ['*'], ['!*'], [$app], ["!$app"], ['null'], ['NULL'], [''], ['https://other.example.com'], ["$app/"], ['https://APP.example.com'], ["$app:443"],
    ['http://app.example.com'], ["$app, $app"], ["$app, *"], ['*, *'], ["*,$app"], ['* '], [" $app"], ["\"$app\""], ['https://*.example.com'],
    [$app, $app], ['*', '*'], [$app, '*'], ['*', ''], [$app, "!$app"], ['*', '!*'], ['', "!$app"],
);
my @allow_credentials = ([], ['true'], ['!true'], ['True'], ['false'], ['true, true'], ['true', 'true'], ['true', 'false'], ['']);
my @origins = ($app, 'null', 'https://other.example.com', 'https://app.example.com.evil.test');

# Fetch: "get", which joins all lines, and the CORS check.
sub get { return @_ ? join ', ', map { s/^!//r =~ s/^[ \t]+|[ \t]+$//gr } @_ : undef }

sub passes {
    my ($origin, $mode, $allowed, $credentials) = @_;
    return 0 unless defined $allowed;
    return 1 if $mode ne 'include' && $allowed eq '*';
    return 0 if $allowed ne $origin;
    return 1 if $mode ne 'include';
    return defined $credentials && $credentials eq 'true' ? 1 : 0;
}

plan tests => @allow_origin * @allow_credentials * @origins;

my $config = "ExposeHeadersWhen Allowed\nExposeHeaders X-One\n";
for my $a (0 .. $#allow_origin) {
    for my $c (0 .. $#allow_credentials) {
        $config .= "<Location /$a-$c/>\n";
        for (map({ [Origin => $_] } @{ $allow_origin[$a] }), map { [Credentials => $_] } @{ $allow_credentials[$c] }) {
            my ($name, $value) = @$_;
            my $always = $value =~ s/^!// ? ' always' : '';
            $config .= "Header$always add Access-Control-Allow-$name \"" . ($value =~ s/"/\\"/gr) . "\"\n";
        }
        $config .= "</Location>\n";
    }
}
my $port = serve("AliasMatch ^ \"\@ROOT\@/page.html\"\n$config");

for my $a (0 .. $#allow_origin) {
    for my $c (0 .. $#allow_credentials) {
        for my $origin (@origins) {
            my $allowed     = get(@{ $allow_origin[$a] });
            my $credentials = get(@{ $allow_credentials[$c] });
            my $expected    = (grep { passes($origin, $_, $allowed, $credentials) } qw(omit include)) ? 'X-One' : undef;
            is request("/$a-$c/", port => $port, headers => [Origin => $origin])->aceh, $expected,
                "$origin: Allow-Origin '" . join("' and '", @{ $allow_origin[$a] }) . "', Allow-Credentials '" . join("' and '", @{ $allow_credentials[$c] }) . "'";
        }
    }
}
