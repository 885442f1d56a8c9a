# Advice is a promise: whoever does what a warning or a note says gets what was meant. For each message that the sources have, and
# for each alternative in it, a configuration that draws it, and the same with the cure applied: httpd takes that, no other
# warning is drawn, and over a set of requests a script reads what it read before, but for what the case names. A message
# without a case fails.
use strict;
use warnings FATAL => 'all';
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Fields qw(@SAFELISTED);
use CorsExpose::Messages qw(messages message_regex);
use CorsExpose::Test;

my $acao  = 'Access-Control-Allow-Origin';
my $acac  = 'Access-Control-Allow-Credentials';
my $aceh  = 'Access-Control-Expose-Headers';
my $app   = origin();
my $allow = "Header always set $acao \"*\"";
my $cond  = "SetEnvIf X-Cond . COND";
my @long  = map { sprintf 'X-%098d', $_ } 1 .. 81;

# What answers beside files: a backend and scripts, with a CORS of their own or without
my $runs = <<'END_RUNS';
ScriptAlias /cgi/ "@ROOT@/cgi/"
ProxyPass /api/ http://127.0.0.1:@PORT@/cgi/
END_RUNS
my $not_twice = "Header onsuccess unset $acao";    # the backend's, beside one of httpd's own

sub in { my ($container, @lines) = @_; my ($name) = $container =~ /(\w+)/; return join "\n", "<$container>", @lines, "</$name>" }
sub lines { return join "\n", @_ }

my $if_app = qq(If "%{HTTP:Origin} == '$app'");
my $say    = q(origin= with each origin that may read it);
my $others = 'origin=https://other.example origin=http://localhost:* origin=https://*.shop.com';
my $early  = in('Location /a/', 'ExposeHeaders X-B -X-A');
my $later  = in('Location /', 'ExposeHeaders X-A');

# before: what draws it, one message of the table unless `also` has others (as regular expressions); cure: what the message has to
# say, and where it is a line of configuration (cure, without the words `say` or `leave`) `after` has to have it; after: with the
# cure applied; more and less: the names that a script may read then and couldn't, or the other way round, each at least once.
my @cases = (
    # --- names
    { before => "$allow\nExposeHeaders Cookie X-A", cure => 'leave it out', after => "$allow\nExposeHeaders X-A" },
    { before => "$allow\nExposeHeaders Cookie env=V\nExposeHeaders X-A", cure => 'leave it out', after => "$allow\nExposeHeaders X-A" },
    { before => "$allow\nExposeHeaders Access-Control-Max-Age X-A", cure => 'leave it out', after => "$allow\nExposeHeaders X-A" },
    { before => "$allow\nExposeHeaders append X-A", cure => 'leave it out', after => "$allow\nExposeHeaders X-A" },
    { before => "$allow\nExposeHeaders *\n" . in('Location /', 'ExposeHeaders unset X-A'), cure => 'a removal is -Name',
      after => "$allow\nExposeHeaders *\n" . in('Location /', 'ExposeHeaders -X-A'), less => ['x-a'] },
    { before => "$allow\nExposeHeaders Links X-A", cure => 'say Link', after => "$allow\nExposeHeaders Link X-A", more => ['link'] },
    { before => "$allow\nExposeHeaders Links Link X-A", cure => 'leave it out', after => "$allow\nExposeHeaders Link X-A" },
    { before => "$allow\nExposeHeaders * -Links", cure => 'say Link', after => "$allow\nExposeHeaders * -Link", less => ['link'] },
    { before => "$allow\nExposeHeaders *\nExposeHeadersNever Links", cure => 'say Link', after => "$allow\nExposeHeaders *\nExposeHeadersNever Link", less => ['link'] },
    { before => "$allow\nExposeHeaders Content-Lenght X-A", cure => 'leave it out', after => "$allow\nExposeHeaders X-A" },
    (map { { before => "$allow\nExposeHeaders X-C $_->[0]", cure => 'the only special character is *', after => "$allow\nExposeHeaders X-C $_->[1]", more => $_->[2] } }
        ['^X-Rate',  'X-Rate*', ['x-ratelimit-limit']], ['X-Limit$', '*-Limit', ['x-ratelimit-limit']], ['X-Rate.*', 'X-Rate*', ['x-ratelimit-limit']],
        ['X-A|X-B', 'X-A X-B', ['x-a', 'x-b']]),
    { before => "$allow\nExposeHeaders X-A X-RateLimit-", cure => 'say X-RateLimit-*', after => "$allow\nExposeHeaders X-A X-RateLimit-*", more => ['x-ratelimit-limit'] },
    { before => "$allow\nExposeHeaders * -X-RateLimit-", cure => 'say X-RateLimit-*', after => "$allow\nExposeHeaders * -X-RateLimit-*", less => ['x-ratelimit-limit'] },
    { before => "$allow\nExposeHeaders X-RateLimit-* X-RateLimit-", cure => 'leave it out', after => "$allow\nExposeHeaders X-RateLimit-*" },
    { before => "$allow\nExposeHeaders X-A Content-Length", note => 1 },

    # --- a line, and its container
    { before => "$allow\nExposeHeaders X-A X-B X-A", cure => 'leave this one out', after => "$allow\nExposeHeaders X-A X-B" },
    { before => "$cond\n$allow\nExposeHeaders X-A\nExposeHeaders X-A env=COND", cure => 'leave this one out', after => "$cond\n$allow\nExposeHeaders X-A" },
    { before => "$allow\nExposeHeaders X-*\nExposeHeaders X-A X-*", cure => 'leave this one out', after => "$allow\nExposeHeaders X-*\nExposeHeaders X-A" },
    (map { { before => "$allow\nExposeHeaders X-B X-A -X-A", cure => 'leave one out', after => "$allow\nExposeHeaders X-B $_->[0]", more => $_->[1], also => $_->[2] } }
        ['-X-A', [], [qr/nothing/]], ['X-A', ['x-a']]),
    (map { { before => "$allow\nExposeHeaders X-*\n" . in('Location /', "ExposeHeaders -X-A X-A"), cure => 'leave one out',
             after => "$allow\nExposeHeaders X-*\n" . in('Location /', "ExposeHeaders $_->[0]"), less => $_->[1] } } ['-X-A', ['x-a']], ['X-A', []]),
    (map { { before => "$allow\nExposeHeaders X-C *\n" . in('Location /', 'ExposeHeaders X-Ok -X-*'), cure => 'put it behind that, or leave it out',
             after => "$allow\nExposeHeaders X-C *\n" . in('Location /', "ExposeHeaders $_->[0]"), more => $_->[1] } } ['-X-* X-Ok', ['x-ok']], ['-X-*', []]),
    (map { { before => "$allow\nExposeHeaders -X-Secret-* * X-Secret-Ok", cure => 'put it behind that, or leave it out', after => "$allow\nExposeHeaders $_->[0]", less => $_->[1] } }
        ['* -X-Secret-* X-Secret-Ok', ['x-secret-one']], ['* X-Secret-Ok', []]),
    (map { { before => "$allow\nExposeHeaders X-C\n" . in('Location /', 'ExposeHeaders X-A X-B None X-Ok'), cure => 'put it first, or leave out what is before it',
             after => "$allow\nExposeHeaders X-C\n" . in('Location /', "ExposeHeaders $_->[0]"), more => $_->[1] } } ['None X-A X-B X-Ok', ['x-a', 'x-b']], ['None X-Ok', []]),
    { before => "$allow\nExposeHeaders X-C\n" . in('Location /', 'ExposeHeaders None None X-A'), cure => 'leave out what is before it',
      after => "$allow\nExposeHeaders X-C\n" . in('Location /', 'ExposeHeaders None X-A') },
    { before => "$allow\nExposeHeaders X-A X-Secret-One\nExposeHeadersNever X-Secret-*", cure => 'leave it out', after => "$allow\nExposeHeaders X-A\nExposeHeadersNever X-Secret-*" },
    { before => "$allow\nExposeHeadersWhen Off\nExposeHeaders X-A", cure => 'say ExposeHeadersWhen CORS here instead', after => "$allow\nExposeHeadersWhen CORS\nExposeHeaders X-A", more => ['x-a'] },
    { before => "$allow\nExposeHeadersWhen Off\n" . in('Location /', 'ExposeHeadersWhen Off', 'ExposeHeaders X-A'), cure => 'say ExposeHeadersWhen CORS here instead',
      after => "$allow\nExposeHeadersWhen Off\n" . in('Location /', 'ExposeHeadersWhen CORS', 'ExposeHeaders X-A'), more => ['x-a'] },
    { before => "$allow\nExposeHeadersWhen Off\n" . in('Location /', 'ExposeHeaders X-A', 'ExposeHeaders X-B'), cure => 'or expose nothing here', after => "$allow\nExposeHeadersWhen Off" },
    { before => "$allow\nExposeHeadersWhen Off\nExposeHeadersNever X-Secret-*", note => 1 },
    { before => "$allow\nExposeHeaders X-A @long[0..78]", cure => 'expose fewer names', after => "$allow\nExposeHeaders X-A @long[0..76]" },
    { before => "$allow\nExposeHeaders X-A @long[0..78]", cure => 'or use a pattern', after => "$allow\nExposeHeaders X-A X-0*" },
    { before => "$allow\nExposeHeaders -X-A\n" . in('Location /', 'ExposeHeaders *'), cure => 'ExposeHeadersNever hides it everywhere',
      after => "$allow\nExposeHeadersNever X-A\n" . in('Location /', 'ExposeHeaders *'), less => ['x-a'] },

    # --- conditions
    { before => "$allow\nExposeHeaders X-A origin=https://*.com", cure => 'name your own: https://*.example.com', after => "$allow\nExposeHeaders X-A origin=https://*.example.com", less => ['x-a'] },
    { before => "$allow\nExposeHeaders X-A origin=http://localhost", cure => 'origin=http://localhost:*', after => "$allow\nExposeHeaders X-A origin=http://localhost:*", more => ['x-a'] },
    { before => qq($allow\nExposeHeaders X-A "expr=%{HTTP:Origin} == '$app'"), cure => $say, after => "$allow\nExposeHeaders X-A origin=$app" },
    { before => qq($allow\nExposeHeaders X-A "expr=%{HTTP:Origin} == '$app' && -n req('X-Cond')"), cure => $say, after => qq($allow\nExposeHeaders X-A origin=$app "expr=-n req('X-Cond')") },
    { before => "$allow\nExposeHeaders X-* origin=$app", cure => 'explicit names alone allow it', after => "$allow\nExposeHeaders X-A X-B origin=$app",
      less => [qw(x-c x-ok x-ratelimit-limit x-secret-one x-secret-ok)] },
    { before => "$allow\nExposeHeadersWhen Allowed\nExposeHeaders X-*", cure => 'explicit names alone allow it', after => "$allow\nExposeHeadersWhen Allowed\nExposeHeaders X-A X-B",
      less => [qw(x-c x-ok x-ratelimit-limit x-secret-one x-secret-ok)] },
    (map { { before => "$_->[0]\n$allow\nExposeHeaders X-A $_->[1]", cure => $say, after => "$_->[0]\n$allow\nExposeHeaders X-A origin=$app" } }
        ["SetEnvIf Origin ^$app\$ OK", 'env=OK'], ["SetEnvIf ^Origin\$ ^$app\$ OK", 'env=OK'], ["SetEnvIfNoCase ^orig.* ^$app\$ OK", 'env=OK'],
        ["SetEnvIf Origin ^$app\$ ONE\nSetEnvIf ONE . OK", 'env=OK'], [qq(SetEnvIfExpr "req('Origin') == '$app'" OK), 'env=OK'],
        ["RewriteEngine on\nRewriteCond %{HTTP:Origin} ^$app\$\nRewriteRule ^ - [E=OK:1]", 'env=OK'],
        ["RewriteEngine on\nRewriteCond %{HTTP:Origin} ^$app\$\nRewriteRule ^ - [NE,env=OK:1]", 'env=OK'],
        ["RewriteEngine on\nRewriteRule ^ - [E=ORIGIN:%{HTTP:Origin}]\nRewriteCond %{ENV:ORIGIN} ^$app\$\nRewriteRule ^ - [E=OK:1]", 'env=OK'],
        [in($if_app, 'SetEnv OK 1'), 'env=OK'], ["SetEnvIf Origin ^$app\$ OK", qq("expr=reqenv('OK') == '1'")], ["SetEnvIf Origin ^$app\$ OK", '"expr=-n %{ENV:OK}"']),
    { before => "$allow\n" . in($if_app, 'ExposeHeaders X-A'), cure => 'put it outside', after => "$allow\nExposeHeaders X-A origin=$app" },
    { before => "SetEnvIf Origin ^$app\$ OK\n$allow\n" . in(q(If "-n reqenv('OK')"), 'ExposeHeaders X-A'), cure => 'put it outside', after => "$allow\nExposeHeaders X-A origin=$app" },
    { before => "$allow\nExposeHeaders X-A X-B\n" . in($if_app, 'ExposeHeadersNever X-A'), cure => "say origin= on ExposeHeaders lines",
      after => "$allow\nExposeHeaders X-B\nExposeHeaders X-A $others" },
    { before => "$allow\nExposeHeaders X-A\n" . in($if_app, 'ExposeHeadersWhen Off'), cure => "say origin= on ExposeHeaders lines",
      after => "$allow\nExposeHeaders X-A $others" },

    # --- Header lines about the list
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh \"X-B, X-C\"", cure => 'ExposeHeaders X-B X-C', after => "$allow\nExposeHeaders X-A\nExposeHeaders X-B X-C" },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh \"X-A, X-B\"", cure => 'ExposeHeaders X-B', after => "$allow\nExposeHeaders X-A\nExposeHeaders X-B" },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh \"X-A\"", cure => 'leave it out', after => "$allow\nExposeHeaders X-A" },
    { before => "$allow\nExposeHeaders X-A\nHeader set $aceh X-B", cure => 'ExposeHeaders X-B, which holds on errors, too', after => "$allow\nExposeHeaders X-A\nExposeHeaders X-B", more => ['x-b'] },
    { before => "$cond\n$allow\nExposeHeaders X-A\nHeader always set $aceh X-B env=COND", cure => 'ExposeHeaders X-B env=COND', after => "$cond\n$allow\nExposeHeaders X-A\nExposeHeaders X-B env=COND" },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh X-B \"expr=-n req('X-Cond')\"", cure => q(ExposeHeaders X-B "expr=-n req('X-Cond')"),
      after => qq($allow\nExposeHeaders X-A\nExposeHeaders X-B "expr=-n req('X-Cond')") },
    { before => "SetEnvIf Origin ^$app\$ OK\n$allow\nExposeHeaders X-A\nHeader always set $aceh X-B env=OK", cure => 'ExposeHeaders X-B with origin= in the place of env=OK',
      after => "$allow\nExposeHeaders X-A\nExposeHeaders X-B origin=$app" },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh \"Authorization, Set-Cookie, X-B\"", cure => 'ExposeHeaders Authorization X-B; without Set-Cookie',
      after => "$allow\nExposeHeaders X-A\nExposeHeaders Authorization X-B" },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh \"Set-Cookie, User-Agent\"", cure => 'leave it out; without Set-Cookie, User-Agent', after => "$allow\nExposeHeaders X-A" },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh \"User-Agent, retry-afte\"", cure => 'ExposeHeaders Retry-After; without User-Agent',
      after => "$allow\nExposeHeaders X-A\nExposeHeaders Retry-After", more => ['retry-after'] },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh *", cure => 'leave it out; if that is meant, say ExposeHeaders *',
      after => "$allow\nExposeHeaders X-A\nExposeHeaders *" },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh *", cure => 'leave it out; if that is meant', after => "$allow\nExposeHeaders X-A",
      less => [qw(etag link retry-after accept-ranges x-b x-c x-ok x-ratelimit-limit x-secret-one x-secret-ok)] },
    { before => "$allow\nExposeHeaders X-A\n" . in($if_app, "Header always set $aceh X-B"), cure => 'ExposeHeaders X-B outside of the <If>, with origin= in its place',
      after => "$allow\nExposeHeaders X-A\nExposeHeaders X-B origin=$app" },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh \"%{NAMES}e\"", cure => 'move its names to ExposeHeaders', after => "$allow\nExposeHeaders X-A" },
    { before => "$allow\nExposeHeaders X-A\nExposeHeadersBackend Replace\nHeader always set $aceh X-Old", cure => 'leave it out', after => "$allow\nExposeHeaders X-A\nExposeHeadersBackend Replace" },
    { before => "$allow\nHeader always set $aceh X-B\n" . in('Location /', 'ExposeHeaders X-A'), cure => 'ExposeHeaders X-B', after => "$allow\nExposeHeaders X-B\n" . in('Location /', 'ExposeHeaders X-A') },
    { before => "$allow\nExposeHeaders X-A\nHeader always set $aceh X-B\n" . in('Location /page.html', 'ExposeHeadersWhen Off'),
      cure => 'ExposeHeaders X-B; put it into the containers inside that say ExposeHeadersWhen Off',
      after => "$allow\nExposeHeaders X-A\nExposeHeaders X-B\n" . in('Location /page.html', 'ExposeHeadersWhen Off', "Header always set $aceh X-B") },
    { before => "$allow\nExposeHeadersWhen Off\nHeader always set $aceh X-B\n" . in('Location /page.html', 'ExposeHeadersWhen CORS', 'ExposeHeaders X-A'), silent => 1 },
    { before => "$runs$not_twice\n$allow\nExposeHeaders X-A\nHeader set $aceh X-B", cure => 'ExposeHeadersBackend Replace, if it is to take the place of a backend\'s list',
      after => "$runs$not_twice\n$allow\nExposeHeaders X-A\nExposeHeaders X-B\nExposeHeadersBackend Replace", more => ['x-b'], less => ['x-own'] },
    { before => "$runs$not_twice\n$allow\nExposeHeaders X-A\nHeader always merge $aceh X-B", cure => 'ExposeHeaders X-B', after => "$runs$not_twice\n$allow\nExposeHeaders X-A\nExposeHeaders X-B" },
    { before => "$allow\nExposeHeaders X-A\n" . in('Location /page.html', "Header unset $aceh"), cure => 'ExposeHeaders None',
      after => "$allow\nExposeHeaders X-A\n" . in('Location /page.html', 'ExposeHeaders None'), less => ['x-a'] },
    { before => "$cond\n$allow\nExposeHeaders X-A\n" . in('Location /page.html', "Header unset $aceh env=COND"), cure => 'ExposeHeaders None env=COND',
      after => "$cond\n$allow\nExposeHeaders X-A\n" . in('Location /page.html', 'ExposeHeaders None env=COND'), less => ['x-a'] },
    { before => "$allow\nExposeHeaders X-A X-B\n" . in('Location /page.html', "Header edit $aceh X-A \"\""), cure => 'say ExposeHeaders -Name,',
      after => "$allow\nExposeHeaders X-A X-B\n" . in('Location /page.html', 'ExposeHeaders -X-A'), less => ['x-a'] },
    { before => "$allow\nExposeHeaders X-A\nHeader unset $aceh", cure => 'or leave it out', after => "$allow\nExposeHeaders X-A" },
    { before => "$runs$not_twice\n$allow\nExposeHeaders X-A\n" . in('Location /', "Header unset $aceh"), cure => "for the response's own list ExposeHeadersBackend Replace",
      after => "$runs$not_twice\n$allow\nExposeHeaders X-A\n" . in('Location /', 'ExposeHeadersBackend Replace'), less => ['x-own'] },
    { before => "$runs$not_twice\n$allow\nExposeHeaders X-A\nHeader unset $aceh", silent => 1 },

    # --- two parties
    { before => 'ExposeHeaders X-A', cure => "Header always set $acao", after => "$allow\nExposeHeaders X-A", more => ['x-a'] },
    { before => "Header set $acao \"*\"\nExposeHeaders X-A", cure => 'Header always set', after => "$allow\nExposeHeaders X-A", more => ['x-a'] },
    { before => "${runs}Header set $acao \"*\"\nExposeHeaders X-A", cure => "$not_twice, and then Header always set $acao", after => "$runs$not_twice\n$allow\nExposeHeaders X-A",
      more => [qw(x-a x-own)] },
    { before => "${runs}Header set $acao \"$app\" env=COND\n$cond\nExposeHeaders X-A", cure => "$not_twice env=COND, and then Header always set $acao",
      after => "$runs$cond\n$not_twice env=COND\nHeader always set $acao \"$app\" env=COND\nExposeHeaders X-A", more => [qw(x-a x-own)] },
    { before => "Header set $acao \"*\"\nHeader always set $acao \"*\"\nExposeHeaders X-A", cure => $not_twice, after => "$not_twice\n$allow\nExposeHeaders X-A", more => ['x-a'] },
    { before => "${runs}Header set $acao \"*\"\nHeader always set $acao \"*\"\nExposeHeaders X-A", cure => $not_twice, after => "$runs$not_twice\n$allow\nExposeHeaders X-A", more => [qw(x-a x-own)] },
    { before => "Header always set $acao \"*\"\nHeader always add $acao \"$app\"\nExposeHeaders X-A", cure => 'leave one out', after => "$allow\nExposeHeaders X-A", more => ['x-a'] },
    { before => "$allow\nHeader always set $acac true\nExposeHeaders X-A", cure => "leave $acac out", after => "$allow\nExposeHeaders X-A" },
    { before => "$allow\nHeader always set $acac true\nExposeHeaders X-A", cure => 'send the origin of each script that may have them',
      after => "SetEnvIf Origin ^$app\$ APP\nHeader always set $acao \"*\" env=!APP\nHeader always set $acao $app env=APP\nHeader always set $acac true env=APP\nExposeHeaders X-A", more => ['x-a'] },
    { before => "Header always set $acao $app\nHeader always set $acac True\nExposeHeaders X-A", cure => 'say true', after => "Header always set $acao $app\nHeader always set $acac true\nExposeHeaders X-A",
      more => ['x-a'] },
    { before => "Header always set $acao $app\nHeader always set $acac false\nExposeHeaders X-A", cure => 'leave it out', after => "Header always set $acao $app\nExposeHeaders X-A" },
    { before => "$allow\nExposeHeaders X-A\nRequestHeader set $aceh X-B", cure => 'leave it out, and say ExposeHeaders', after => "$allow\nExposeHeaders X-A X-B", more => ['x-b'] },
    { before => "${runs}RequestHeader set $acao \"*\"\nExposeHeaders X-A", cure => 'leave it out, and say Header', after => "$runs$not_twice\n$allow\nExposeHeaders X-A", more => ['x-a'] },

    { before => "$allow\nExposeHeaders X-A\nExposeHeaders X-B env=COND\n$cond\nHeader always set $aceh X-B", cure => 'ExposeHeaders X-B', after => "$allow\nExposeHeaders X-A\nExposeHeaders X-B env=COND\n$cond\nExposeHeaders X-B" },
    { before => "$allow\nExposeHeaders X-A\n" . in('Location /why', 'SetHandler expose-headers', 'Require local'), cure => 'say ExposeHeadersExplain On, in a <Location>',
      after => "$allow\nExposeHeaders X-A\n" . in('Location /why', 'ExposeHeadersExplain On', 'Require local') },

    (map { { before => "$allow\nCacheEnable disk /\nCacheQuickHandler off\nExposeHeaders X-A\nRequestHeader unset Origin", cure => $_->[0], after => "$allow\nCacheEnable disk /\nCacheQuickHandler off\nExposeHeaders X-A$_->[1]" } }
        ['leave it out', ''], ['say ExposeHeadersWhen Always', "\nExposeHeadersWhen Always\nRequestHeader unset Origin"]),

    # --- caches, and the order of containers
    { before => "$cond\n$allow\nCacheEnable disk /\nExposeHeaders X-A env=COND", cure => 'Header merge Vary', after => "$cond\n$allow\nCacheEnable disk /\nHeader always merge Vary X-Cond\nExposeHeaders X-A env=COND" },
    { before => "$cond\n$allow\nCacheEnable disk /\n" . in(q(If "-n req('X-Cond')"), 'ExposeHeaders X-A'), cure => 'CacheDisable',
      after => "$cond\n$allow\nCacheEnable disk /\nCacheDisable /\n" . in(q(If "-n req('X-Cond')"), 'ExposeHeaders X-A') },
    { before => "$allow\nExposeHeaders X-C\n$early\n$later" =~ s{/a/}{/page.html}r, cure => 'put this one behind that',
      after => "$allow\nExposeHeaders X-C\n$later\n$early" =~ s{/a/}{/page.html}r, less => ['x-a'] },
);

my @modules  = qw(alias cache cache_disk authz_host cgid env headers proxy proxy_http rewrite setenvif);
my @table    = map { [@$_, message_regex($_->[1])] } messages();
my (%drawn, %findings);

sub findings {
    my ($config) = @_;
    $findings{$config} //= do {
        my ($code, $output) = httpd_t("$config\nLogLevel cors_expose:info\n", modules => \@modules);
        [$code, $output =~ /\[cors_expose:(?:warn|info)\] .*?case\.conf:\d+: (.*)/g];
    };
    my ($code, @findings) = @{ $findings{$config} };
    for my $finding (@findings) {
        $drawn{ $_->[1] }++ for grep { $finding =~ $_->[-1] } @table;
    }
    return ($code, @findings);
}

# All configurations are hosts of one server
my (%host, @hosts);
for my $case (@cases) {
    for my $config (grep { defined } @$case{qw(before after)}) {
        next if $host{$config};
        $host{$config} = 'h' . keys(%host) . '.example';
        push @hosts, "<VirtualHost *:\@PORT\@>\nServerName $host{$config}\nCacheRoot \"\@ROOT\@/cache-$host{$config}\"\n$config\n</VirtualHost>\n";
    }
}
my $own = "$acao: *\\n$aceh: X-Own\\nX-Own: 1\\nX-A: a\\n";
my $port = serve(<<"END_SERVER" . join('', @hosts), map({ ("cgi/$_->[0]" => "#!/bin/sh\nprintf '$_->[1]Content-Type: text/plain\\n\\nok\\n'\n") }
LogLevel cors_expose:warn
<VirtualHost *:\@PORT\@>
    ServerName backend
    ScriptAlias /cgi/ "\@ROOT\@/cgi/"
    <Location />
        Header always unset X-Nobody
    </Location>
</VirtualHost>
<Location />
    Header always set X-A a
    Header always set X-B b
    Header always set X-C c
    Header always set X-Ok ok
    Header always set X-RateLimit-Limit 1
    Header always set X-Secret-One 1
    Header always set X-Secret-Ok 1
    Header always set Link "</>; rel=self"
    Header always set Retry-After 1
    Header always set X-000 1 env=NOBODY
</Location>
END_SERVER
    ['own', $own], ['plain', ''], ['error', "Status: 404 Not Found\\n$own"]));
chmod 0755, glob(Apache::Test::vars('t_state') . '/*/root/cgi/*');

# https://fetch.spec.whatwg.org/: the CORS check, and what it makes of the list
sub readable {
    my ($response, $origin, $include) = @_;
    my @origins = $response->lines($acao);
    return if @origins != 1 || $origins[0] ne $origin && ($origins[0] ne '*' || $include);
    return if $include && ($response->header($acac) // '') ne 'true';
    my %present = map { lc $_->[0] => 1 } $response->fields;
    delete @present{qw(connection keep-alive transfer-encoding upgrade set-cookie date server), lc $acao, lc $aceh, lc $acac, 'vary'};
    delete @present{map { lc } @SAFELISTED};
    return sort keys %present if !$include && grep { $_ eq '*' } @{ $response->names };
    return grep { $present{$_} } @{ $response->names };
}

my @requests = map {
    my $path = $_;
    map { [$path, @$_] } [$app, 0], ['https://other.example', 0], ['http://localhost:3000', 0], ['https://www.shop.com', 0], [$app, 1],
        [$app, 0, 'X-Cond' => 1], ['https://other.example', 0, 'X-Cond' => 1], [$app, 0]
} qw(/page.html /missing /cgi/plain /cgi/own /cgi/error /api/plain /api/own /api/error /api/missing);

my %read;
sub read_by_scripts {
    my ($config) = @_;
    return $read{$config} //= [map {
        my ($path, $origin, $include, @headers) = @$_;
        my $response = request($path, port => $port, host => $host{$config},
            headers => [Origin => $origin, @headers, $include ? (Cookie => 'a=b') : (), Connection => 'close']);
        +{ map { $_ => 1 } readable($response, $origin, $include) };
    } grep { $config =~ /ScriptAlias/ || $_->[0] !~ m{^/(?:cgi|api)/} } @requests];
}

# What of the names in the second one isn't in the first, in any request
sub missing {
    my ($in, $names) = @_;
    my %missing = map { my $i = $_; map { $_ => 1 } grep { !$in->[$i]{$_} } keys %{ $names->[$i] } } 0 .. $#$names;
    return [sort keys %missing];
}

for my $case (@cases) {
    my ($before, $cure, $after) = @$case{qw(before cure after)};
    (my $title = substr $before, 0, 150) =~ s/\n/ | /g;
    my ($code, @findings) = findings($before);
    my @also = @{ $case->{also} // [] };
    @findings = grep { my $finding = $_; !grep { $finding =~ $_ } @also } @findings;
    is "$code @{[scalar @findings]}", $case->{silent} ? '0 0' : '0 1', "one message on $title" or diag(@findings);
    next if $case->{note} || $case->{silent};
    like $findings[0] // '', qr/\(.*\Q$cure\E/, "which says: $cure";
    ok index($after, $1) >= 0, 'as it is applied' if $cure =~ /^((?:ExposeHeaders|Header always|Header onsuccess) [^;,]*)$/ and $1 !~ /origin=|outside/;
    ($code, @findings) = findings($after);
    @findings = grep { my $finding = $_; !grep { $finding =~ $_ } @also } @findings;
    is_deeply [$code, @findings], [0], 'httpd takes it then, and nothing more is said';
    my ($was, $is) = (read_by_scripts($before), read_by_scripts($after));
    is_deeply missing($was, $is), [sort @{ $case->{more} // [] }], 'a script reads no more than is meant';
    is_deeply missing($is, $was), [sort @{ $case->{less} // [] }], 'and no less';
}

# What mod_cache stores: without the cure one requester's list goes to the next one
for my $case (['as it was', '', ['x-a'], ['x-a']], ['with Vary', 'Header merge Vary X-Cond', ['x-a'], []], ['not stored', 'CacheDisable /', ['x-a'], []]) {
    my ($how, $cure, @want) = @$case;
    my $port = serve("CacheEnable disk /\nCacheRoot \"\@ROOT\@/cache\"\n$cond\n$allow\n$cure\nExposeHeaders X-A env=COND\nHeader set Cache-Control max-age=600\n", 'page.html' => 'page', 'cache/x' => '');
    chmod 0777, glob(Apache::Test::vars('t_state') . '/*/root/cache');
    is_deeply [map { request('/page.html', port => $port, headers => [Origin => $app, @$_])->names } ['X-Cond' => 1], []], \@want, "what depends on the requester, stored, $how";
}

for my $message (@table) {
    my ($severity, $format, $file) = @$message;
    ok $drawn{$format}, "a case for: $format" or diag("of $file");
}

done_testing;
