# ExposeHeadersBackend, ExposeHeadersWildcard, ExposeHeadersWhen and ExposeHeadersDetail: each value is inherited by an inner container that says
# something else of ours, and overridden by each value there, for every container and the next one.
use strict;
use warnings;
use Test::More;
use CorsExpose::Cases;
use CorsExpose::Nest;
use CorsExpose::Test;

my %values = (
    ExposeHeadersBackend  => [qw(Merge Replace Keep)],
    ExposeHeadersWildcard => [qw(Auto Expand)],
    ExposeHeadersWhen     => [qw(CORS Allowed Always Off)],
    ExposeHeadersDetail   => [qw(Off Header)],    # Note can't be seen here: t/suite/response/detail.t
);
my %default = (ExposeHeadersBackend => 'Merge', ExposeHeadersWildcard => 'Auto', ExposeHeadersWhen => 'CORS', ExposeHeadersDetail => 'Off');

# How a value shows, in the answers to a request with Origin and one without. The response has no
# Access-Control-Allow-Origin, so Allowed allows nothing.
my %shows = (
    Merge   => sub { "@{ $_[0]->names }" eq 'x-cfg x-own' },
    Replace => sub { $_[0]->aceh eq 'X-Cfg' },
    Keep    => sub { $_[0]->aceh eq 'X-Own' },
    Auto    => sub { $_[0]->aceh eq '*, X-Cfg' },
    Expand  => sub { $_[0]->aceh =~ /^X-Cfg, .*\bDate/ },
    CORS    => sub { defined $_[0]->aceh  && !defined $_[1]->aceh && "@{ $_[0]->vary } @{ $_[1]->vary }" eq 'origin origin' },
    Allowed => sub { !defined $_[0]->aceh && !defined $_[1]->aceh && "@{ $_[0]->vary } @{ $_[1]->vary }" eq 'origin origin' },
    Always  => sub { defined $_[0]->aceh  && defined $_[1]->aceh  && "@{ $_[0]->vary }@{ $_[1]->vary }" eq '' },
    Header  => sub { defined $_[0]->header('X-Expose-Headers-Detail') && defined $_[1]->header('X-Expose-Headers-Detail') },
    'ExposeHeadersDetail Off' => sub { !defined $_[0]->header('X-Expose-Headers-Detail') && !defined $_[1]->header('X-Expose-Headers-Detail') },
    Off     => sub { !defined $_[0]->aceh && !defined $_[1]->aceh && "@{ $_[0]->vary }@{ $_[1]->vary }" eq '' },
);

my @chain = chain('files');
my $last  = $#chain;
my @inner = grep { $chain[$_] !~ /server/ } 0 .. $last;    # what each virtual host has of its own

# [directive, {place => value}, the value that holds]; place 0 is the server, which has one value for each directive.
my @cases;
for my $directive (sort keys %values) {
    my @values = @{ $values{$directive} };
    push @cases, [$directive, {}, $default{$directive}];
    for my $outer (@values) {
        push @cases, [$directive, { 0 => $outer }, $outer];
        push @cases, [$directive, { $inner[-2] => $outer }, $outer], [$directive, { $inner[-1] => $outer }, $outer];
        for my $inner (@values) {
            push @cases, map { [$directive, { $_->[0] => $outer, $_->[1] => $inner }, $inner] }
                [0, 1], (map { [$inner[$_ - 1], $inner[$_]] } 1 .. $#inner), [1, $last];
        }
    }
}

plan tests => 2 * @cases;

# A server for each of its values; what it says doesn't matter to cases about another directive.
my %of_server;
for my $i (0 .. $#cases) {
    my ($directive, $at) = @{ $cases[$i] };
    push @{ $of_server{ $at->{0} ? "$directive $at->{0}" : '' } }, $i;
}
for my $line (sort keys %of_server) {
    my ($vhosts, %files) = ('');
    for my $i (@{ $of_server{$line} }) {
        my ($directive, $at) = @{ $cases[$i] };
        # every container says something of ours, which mustn't take away what is inherited
        my @lines = map { 'ExposeHeadersNever X-Never' } 0 .. $last;
        $lines[$_] = 'ExposeHeaders X-Cfg' for grep { $chain[$_] =~ /htaccess/ } 0 .. $last;
        $lines[1] = 'ExposeHeaders X-Cfg';
        if ($directive eq 'ExposeHeadersWildcard') {
            # Never would have '*' written out, which is how Expand shows
            @lines = ('ExposeHeaders X-Cfg') x @lines;
            $lines[1] = 'ExposeHeaders X-Cfg *';
        }
        $lines[$_] .= "\n$directive $at->{$_}" for keys %$at;
        @lines[0, grep { $chain[$_] =~ /server/ } 0 .. $last] = ();
        my ($vhost, undef, $files) = vhost('files', "case$i.test", \@lines,
            $directive eq 'ExposeHeadersBackend' ? 'Header set Access-Control-Expose-Headers X-Own' : undef);
        $vhosts .= $vhost;
        @files{ keys %$files } = values %$files;
    }
    my $port = serve(<<"END", %files);
$line
<Directory "\@ROOT\@">
    AllowOverride FileInfo
</Directory>
$vhosts
END
    for my $i (@{ $of_server{$line} }) {
        my ($directive, $at, $value) = @{ $cases[$i] };
        my @responses = map { request('/a/b/page.html', port => $port, host => "case$i.test", headers => $_) }
            [Origin => origin()], [];
        my $title = "$directive: " . (join(', ', map { "$at->{$_} in $chain[$_]" } sort { $a <=> $b } keys %$at) || 'not said')
            . " comes to $value";
        is join(' ', map { $_->status } @responses), '200 200', "$title: there is a page";
        my $shown = join ' ', grep { ($shows{"$directive $_"} // $shows{$_})->(@responses) } @{ $values{$directive} };
        is $shown, $value, $title;
    }
}
