# Counts instructions with callgrind: of single requests, on a server with the module and on the same one without it, and of httpd -t.
#
# callgrind writes what it has counted whenever httpd is about to read a request, so one server serves for all requests, each on a connection
# of its own.
package Costs;
use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use File::Path 'remove_tree';
use POSIX ();
use Site qw(slurp spew ask);

use CorsExpose::Progress qw(progress);

our @EXPORT_OK = qw(count_requests count_checks);

# count_requests($dir, {modules, conf}, {case, sizes, over, policies, play => sub(n), headers => sub(n), htaccess => sub(n), told => 1}...)
# returns {case, how, sizes, with, without}, one for each policy of each. What is told is logged at trace1, and has no `without`.
sub count_requests {
    my ($dir, $conf, @jobs) = @_;
    # The server without the module has less to do: only one policy, since all are the same to it.
    my @quiet = grep { !$_->{told} } @jobs;
    my @parts = (['told', 1, grep { $_->{told} } @jobs], ['without', 0, @quiet], map { my $half = $_; ["with$half", 1, @quiet[grep { $_ % 2 == $half } 0 .. $#quiet]] } 0, 1);
    my %counted;
    in_parallel('instructions', map { my $part = $_; sub { count_part($dir, $conf, @$part) } } grep { @$_ > 2 } @parts);
    for my $part (@parts) {
        next unless -e "$dir/$part->[0].counted";
        my $text = slurp("$dir/$part->[0].counted");
        $counted{"$part->[1] $1"} = $2 while $text =~ /^(.*) = (\d+)$/mg;
    }
    return map {
        my $job = $_;
        map {
            my $policy = $_;
            my $get = sub { my ($with, $policy) = @_; return [map { $counted{"$with $job->{case}: $policy: $_"} // die "$job->{case} wasn't counted\n" } @{ $job->{sizes} }] };
            +{ %$job, how => $policy, with => $get->(1, $policy), without => $job->{told} ? undef : $get->(0, $job->{policies}[0]) }
        } @{ $job->{policies} }
    } @jobs;
}

sub count_part {
    my ($dir, $conf, $name, $with, @jobs) = @_;
    my $play = "$dir/$name.play";
    my $site = Site->new(name => $name, with => $with, mpm => 'prefork', single => 1, modules => $conf->{modules},
        under => ['valgrind', '-q', '--tool=callgrind', "--callgrind-out-file=$dir/$name.callgrind", '--dump-before=ap_read_request'],
        conf => $conf->{conf}->($play) . ($name eq 'told' ? "LogLevel cors_expose:trace1\n" : ''))->start;
    ask($site->{port}, '/nothing', []) for 1, 2;    # what is done once
    my @asked;
    my $ask = sub { push @asked, $_[0]; ask($site->{port}, @_[1, 2]) };
    for my $job (@jobs) {
        for my $n (@{ $job->{sizes} }) {
            my $file = "$play." . ($job->{over} =~ /^(?:h1|long)$/ ? 'h1' : 'asis');
            spew($file, $job->{play}->($n));
            if ($job->{htaccess}) {
                spew("$site->{root}/htdocs/ht/file/x", $job->{play}->($n));
                my $text = $job->{htaccess}->($n);
                $text =~ s/^ExposeHeaders (.*)/Header always add Access-Control-Expose-Headers "$1"/mg if !$with;
                spew("$site->{root}/htdocs/ht/file/.htaccess", $text);
            }
            for my $policy (@{ $job->{policies} }[$with ? 0 .. $#{ $job->{policies} } : 0]) {
                $ask->("$job->{case}: $policy: $n", "/$job->{over}/$policy/x", $job->{headers} ? [$job->{headers}->($n)] : ['Origin: https://app.example.com', 'Cookie: a=b']);
            }
        }
    }
    # What the last one cost is written when httpd reads the next.
    ask($site->{port}, '/asis/names/x', []);
    my @wrong = $site->stop;
    die "@wrong\n" if @wrong;
    # Before the first of them: the start, the look whether it listens, and those two.
    my $last = @asked + 4;
    die "not as many counts as requests\n" if !-e "$dir/$name.callgrind.$last" || -e "$dir/$name.callgrind." . ($last + 1);
    my %total = map { $asked[$_] => total("$dir/$name.callgrind." . ($_ + 5)) } 0 .. $#asked;
    spew("$dir/$name.counted", map { "$_ = $total{$_}\n" } sort keys %total);
    unlink glob "$dir/$name.callgrind*";
    return;
}

sub total {
    my ($file) = @_;
    return slurp($file) =~ /^(?:totals|summary): (\d+)/m ? $1 : die "no total in $file\n";
}

# count_checks($dir, {modules, conf}, {case, sizes, text => sub(n)}...) returns {case, how, sizes, with}.
sub count_checks {
    my ($dir, $conf, @jobs) = @_;
    my @tasks;
    for my $at (0 .. $#jobs) {
        for my $n (@{ $jobs[$at]{sizes} }) {
            push @tasks, sub {
                my $site = Site->new(name => "check$at-$n", mpm => 'prefork', conf => $jobs[$at]{text}->($n),
                    under => ['valgrind', '-q', '--tool=callgrind', "--callgrind-out-file=$dir/check$at-$n.callgrind"]);
                my $pid = fork // die "fork: $!\n";
                if (!$pid) {
                    %ENV = $site->environment;
                    open STDOUT, '>', "$site->{root}/output" or POSIX::_exit(126);
                    open STDERR, '>&', \*STDOUT or POSIX::_exit(126);
                    exec $site->command('-t') or POSIX::_exit(127);
                }
                waitpid $pid, 0;
                die "httpd -t died of signal " . ($? & 127) . "\n" if $? & 127;
                spew("$dir/check$at-$n.counted", total("$dir/check$at-$n.callgrind"));
            };
        }
    }
    in_parallel('httpd -t', @tasks);
    return map { my $at = $_; +{ %{ $jobs[$at] }, how => 'httpd -t', with => [map { slurp("$dir/check$at-$_.counted") } @{ $jobs[$at]{sizes} }] } } 0 .. $#jobs;
}

# A few at a time, each in a process of its own.
sub in_parallel {
    my ($what, @tasks) = @_;
    my ($done, $of, %running) = (0, scalar @tasks);
    while (@tasks || %running) {
        progress($what, $done, $of);
        while (@tasks && keys %running < 3) {
            $running{ Site::apart(shift @tasks) } = 1;
        }
        my $pid = wait;
        next unless delete $running{$pid};
        $done++;
        die "a count failed\n" if $?;
    }
    progress();
    return;
}

1;
