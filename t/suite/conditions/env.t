# env=VAR holds where the variable is set, to whatever value; env=!VAR where it isn't; as for mod_headers, which is asked
# the same here.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Test;

# [what .htaccess says besides, the variable, the request's headers, whether it is set]
my @cases = (
    ['', 'CONDITIONS_SET',   [], 1],
    ['', 'CONDITIONS_EMPTY', [], 1],
    ['', 'CONDITIONS_UNSET', [], 0],
    ['', 'CONDITIONS_SE',    [], 0],
    ['', 'CONDITIONS_SETS',  [], 0],
    ['', 'conditions_set',   [], 1],
    ['', 'CONDITIONS_ASKED', [], 0],
    ['', 'CONDITIONS_ASKED', ['X-Set' => 'x'], 1],
    ['', 'CONDITIONS_ASKED', ['X-Set' => '0'], 1],
    ["UnsetEnv CONDITIONS_SET\n", 'CONDITIONS_SET', [], 0],
    ["SetEnv CONDITIONS_HERE 1\n", 'CONDITIONS_HERE', [], 1],
    ["RewriteEngine On\nRewriteRule page - [E=CONDITIONS_REWRITE:1]\n", 'CONDITIONS_REWRITE', [], 1],
    ["RewriteEngine On\nRewriteRule other - [E=CONDITIONS_REWRITE:1]\n", 'CONDITIONS_REWRITE', [], 0],
    ["SetEnvIf Request_URI page CONDITIONS_URI !CONDITIONS_SET\n", 'CONDITIONS_URI', [], 1],
    ["SetEnvIf Request_URI page !CONDITIONS_ASKED\n", 'CONDITIONS_ASKED', ['X-Set' => 'x'], 0],
);

plan tests => 4 * @cases + 2;

for (@cases) {
    my ($more, $variable, $headers, $set) = @$_;
    (my $title = join ' ', $variable, @$headers, $more) =~ s/\n/ | /g;
    my $folder   = folder(conditions => "${more}ExposeHeaders X-Yes env=$variable\nExposeHeaders X-No env=!$variable\n"
        . "Header set X-Yes-Too 1 env=$variable\nHeader set X-No-Too 1 env=!$variable\n");
    my $response = request("${folder}page.html", headers => [Origin => origin(), @$headers]);
    is $response->status, 200, "$title: there is a page";
    is $response->aceh, $set ? 'X-Yes' : 'X-No', "$title is " . ($set ? 'set' : 'not set');
    is $response->header('X-Yes-Too'), $set ? 1 : undef, "$title: mod_headers agrees about env=";
    is $response->header('X-No-Too'), $set ? undef : 1, "$title: mod_headers agrees about env=!";
}

# A negated condition holds for removals just as well.
my $folder = folder(conditions => "ExposeHeaders X-A X-B\nExposeHeaders -X-A env=!CONDITIONS_ASKED\nExposeHeaders -X-B env=CONDITIONS_ASKED\n");
is request("${folder}page.html", headers => [Origin => origin()])->aceh, 'X-B', 'a removal with env=! counts where the variable is not set';
is request("${folder}page.html", headers => [Origin => origin(), 'X-Set' => 1])->aceh, 'X-A', 'a removal with env= counts where it is';
