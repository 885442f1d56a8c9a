# t/machines/run enters its roots as root: it takes a folder for them that is root's alone, and makes one that is. Whoever may
# write to a folder that all may write to could have made another.
use strict;
use warnings FATAL => 'all';
use lib 't/lib';
use CorsExpose::Packaging qw(run);
use File::Temp ();
use Test::More;

my @sudo = $> == 0 ? () : ('sudo');
my $temp = File::Temp::tempdir(TMPDIR => 1, CLEANUP => 1);
chmod 0755, $temp;

# what may lie there, as lines of root's shell, and whether it is taken
my @cases = (
    ['another user\'s folder',          'mkdir -m 700 roots && chown nobody roots',                 0],
    ['a folder that others may write to', 'mkdir -m 777 roots',                                       0],
    ['a folder that others may enter',  'mkdir -m 755 roots',                                       0],
    ['a link to a folder of root\'s',   'mkdir -m 700 real && ln -s real roots',                    0],
    ['a link to nothing',               'ln -s nothing roots',                                      0],
    ['a file',                          'umask 77 && : > roots',                                    0],
    ['root\'s own folder',              'mkdir -m 700 roots',                                       1],
    ['nothing',                         'true',                                                     1],
);
for my $case (@cases) {
    my ($what, $line, $taken) = @$case;
    my ($status, $said) = run("@sudo sh -c 'rm -rf $temp/* && cd $temp && $line'");
    is $status, 0, $what or die $said;
    my (undef, $before) = run("@sudo find $temp -ls");
    # no machine has that name: what is taken ends there
    ($status, $said) = run("@sudo env ROOTS=$temp/roots IN_NAMESPACE=1 t/machines/run none");
    isnt $status, 0, "$what: it ends" or diag $said;
    $taken ? like($said, qr/^there is no none here$/m, "$what: it is taken") : like($said, qr{^t/machines/run: \Q$temp\E/roots is not a folder that is root's alone}m, "$what: it is refused");
    is +(run("@sudo find $temp -ls"))[1], $before, "$what: nothing is written there" if !$taken;
    is +(run("@sudo stat -c '%u %A' $temp/roots"))[1], "0 drwx------\n", "$what: it is root's alone" if $taken;
}
run("@sudo sh -c 'rm -rf $temp/*'");

# No script and no test has a name for a folder that all may write to: each makes its own (mktemp, mkdtemp, File::Temp).
my (undef, $named) = run(q<grep -rnIE '(^|[^[:alnum:]_.$}/-])/(var/tmp|tmp|dev/shm)/[[:alnum:]_.-]+' > . join ' ', grep { -e } qw(Makefile .ci bench conf-examples debian docs/draw packaging t));
is_deeply [grep { !m{mktemp -d /tmp/\S+\.XXXXXX|^t/packaging/machines\.t:} } split /\n/, $named], [], 'none has a fixed name below /tmp';

done_testing;
