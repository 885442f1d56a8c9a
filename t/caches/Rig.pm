package Rig;

# The servers of this suite, each private and on loopback: a backend, httpd with the module, and in front of it the caches. All
# of them live in one folder and as one user, and all but the backend go by a clock that the suite sets (clock.c).

use strict;
use warnings FATAL => 'all';

use CorsExpose::Ports qw(free_ports);
use IO::Socket::INET;
use POSIX ();
use Time::HiRes ();

use Scenario qw(config own_lines OUTER);

# The virtual hosts: how mod_cache is set up in each.
my %HTTPD = (
    plain          => [],
    'disk quick'   => ['CacheEnable disk /', 'CacheQuickHandler on'],
    'disk late'    => ['CacheEnable disk /', 'CacheQuickHandler off'],
    'shmcb quick'  => ['CacheEnable socache /', 'CacheQuickHandler on'],
    'shmcb late'   => ['CacheEnable socache /', 'CacheQuickHandler off'],
);

sub new {
    my ($class, %with) = @_;
    my $self = bless { %with, started => [], ahead => 0 }, $class;
    mkdir "$self->{dir}/$_" for qw(disk files htaccess log nginx);
    $self->write_clock;
    return $self;
}

# ---- the clock

sub write_clock {
    my ($self) = @_;
    # In place: the servers have this file mapped.
    open my $file, -e "$self->{dir}/clock" ? '+<' : '>', "$self->{dir}/clock" or die "clock: $!\n";
    print $file pack 'q', $self->{ahead} * 3600;
    close $file or die "clock: $!\n";
    return;
}

# Lets an hour pass: everything that was stored for half an hour has expired.
sub expire {
    my ($self) = @_;
    $self->{ahead}++;
    $self->write_clock;
    return;
}

sub time { return $_[0]{ahead} }

# ---- processes

sub start {
    my ($self, $name, $port, %how) = @_;
    my $log = "$self->{dir}/log/$name";
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        # The shim maps the clock; nothing of the caller's environment matters to a server.
        %ENV = (PATH => $ENV{PATH}, LD_PRELOAD => "$self->{dir}/bin/clock", CACHES_CLOCK => "$self->{dir}/clock");
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', $log;
        open STDERR, '>&', \*STDOUT;
        if ($how{code}) {
            $how{code}->();
            POSIX::_exit(0);
        }
        exec @{ $how{command} } or print STDERR "can't run $how{command}[0]: $!\n";
        POSIX::_exit(127);
    }
    push @{ $self->{started} }, $pid;

    my $deadline = Time::HiRes::time() + 60;
    until (IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port)) {
        if (waitpid($pid, POSIX::WNOHANG()) || Time::HiRes::time() > $deadline) {
            open my $said, '<', $log;
            local $/;
            die "$name didn't start:\n" . (<$said> // '') . "\n";
        }
        Time::HiRes::sleep(0.05);
    }
    return;
}

sub stop {
    my ($self) = @_;
    for my $pid (reverse @{ $self->{started} }) {
        kill TERM => $pid;
        waitpid $pid, 0;
    }
    $self->{started} = [];
    return;
}

# ---- the backend

# /<content>/<sequence>/... is the resource. Its version is a file's, so that the suite can change it.
sub start_backend {
    my ($self, @scenarios) = @_;
    my %by_id = map { $_->{id} => $_ } @scenarios;
    $self->{backend} = free_ports();
    my $server = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.1', LocalPort => $self->{backend}, ReuseAddr => 1)
        or die "backend: $!\n";
    $self->start('backend', $self->{backend}, code => sub {
        local $SIG{PIPE} = 'IGNORE';
        while (my $client = $server->accept) {
            my $head = '';
            while (defined(my $line = <$client>)) {
                last if $line =~ /\A\r?\n\z/;
                $head .= $line;
            }
            if (my ($method, $id, $sequence) = $head =~ m{\A(\S+) /(\w+)/(\w+)/}) {
                print $client backend_answer($by_id{$id}, version_of("$self->{dir}/files/$sequence"), $method, $head);
            }
            close $client;
        }
    });
    close $server;
    return;
}

sub version_of { return -s $_[0] || 0 }

# A 304 has some of the headers of the 200 and lacks others.
sub backend_answer {
    my ($scenario, $version, $method, $head) = @_;
    my $content = $scenario->{content};
    my $etag = qq("v$version");
    my ($asked) = $head =~ /^If-None-Match:\s*(.*?)\r?$/mi;
    my $is_304 = !$content->{status} && defined $asked && index($asked, $etag) >= 0;
    my $body = $is_304 ? '' : 'x' x $version;

    my @headers = ("ETag: $etag", 'Cache-Control: public, max-age=1800', 'Connection: close');
    push @headers, 'Last-Modified: Wed, 01 Jan 2020 00:00:00 GMT', map { "$_: 1" } qw(X-Request-Id X-RateLimit-Remaining X-Internal-Secret)
        unless $is_304 && $content->{bare_304};
    if (!$is_304) {
        push @headers, 'Content-Type: text/plain', 'Content-Length: ' . length $body,
            map { "$_: 1" } qw(X-A X-B X-Site X-Outer-Only X-RateLimit-Limit X-Internal-Trace X-Own);
        # A new version may have headers that the old one hadn't.
        push @headers, 'X-RateLimit-Burst: 1', 'X-Internal-New: 1' if $version % 2 == 0;
        push @headers, 'Set-Cookie: id=1' if $content->{cookie};
    }
    if (!$is_304 || !$content->{silent_304}) {
        push @headers, map { "Access-Control-Expose-Headers: $_" } own_lines($scenario);
        push @headers, 'Access-Control-Allow-Origin: *' if $content->{cors};
    }
    my $status = $is_304 ? '304 Not Modified' : $content->{status} ? "$content->{status} Said" : '200 OK';
    return join("\r\n", "HTTP/1.1 $status", @headers, '', '') . ($method eq 'HEAD' ? '' : $body);
}

# Gives a sequence's resource its next version: one byte more. The times are told, because httpd calls an ETag weak when a
# file is new.
sub next_version {
    my ($self, $sequence) = @_;
    my $file = "$self->{dir}/files/$sequence";
    open my $out, '>>', $file or die "$file: $!\n";
    print $out 'x';
    close $out or die "$file: $!\n";
    my $when = 1_577_836_800 + 60 * version_of($file);
    utime $when, $when, $file or die "$file: $!\n";
    return;
}

# ---- httpd

sub start_httpd {
    my ($self, @scenarios) = @_;
    my $dir = $self->{dir};
    my @modules = qw(authz_core alias env headers rewrite setenvif proxy proxy_http cache cache_disk cache_socache socache_shmcb);
    my @text = ("ServerRoot $dir", 'ServerName localhost', "PidFile $dir/httpd.pid", "ErrorLog $dir/log/error_log",
        'LogLevel warn', 'KeepAlive Off', 'StartServers 1', 'ThreadsPerChild 25', 'MaxRequestWorkers 25', "DefaultRuntimeDir $dir",
        "Mutex file:$dir");
    for my $name ('mpm_event', @modules) {
        my $file = "$self->{modules}/mod_$name.so";
        # Where a module was linked into httpd, there is no file.
        push @text, "LoadModule ${name}_module $file" if -e $file;
    }
    push @text, "LoadModule cors_expose_module $dir/bin/module";
    push @text, "<Directory $dir/files>\n    Require all granted\n</Directory>";
    # Folders that belong to somebody else; see write_htaccess.
    push @text, "Alias /htaccess/ $dir/htaccess/", "<Directory $dir/htaccess>", '    Require all granted', '    AllowOverride FileInfo',
        '    ExposeHeadersNever X-Internal-*', '    ExposeHeaders X-A', '    Header set X-A 1', '    Header set X-Internal-Secret 1',
        '    Header always set Access-Control-Allow-Origin *', '</Directory>';

    my @content = map {
        $_->{content}{own}
            ? "ProxyPass /$_->{id}/ http://127.0.0.1:$self->{backend}/$_->{id}/ disablereuse=on"
            : qq(AliasMatch "^/$_->{id}/(\\w+)/" $dir/files/\$1)
    } @scenarios;
    for my $late (0, 1) {
        my $file = "$dir/policies$late.conf";
        open my $policies, '>', $file or die "$file: $!\n";
        print $policies map { "$_\n" } @content, 'ExposeHeaders ' . OUTER, 'IncludeOptional later-server.con[f]', map { config($_, $late) } @scenarios;
        close $policies or die "$file: $!\n";
    }

    for my $name (sort keys %HTTPD) {
        my $port = $self->{port}{$name} = free_ports();
        my $late = $name =~ /late/ ? 1 : 0;
        push @text, "Listen 127.0.0.1:$port", "<VirtualHost 127.0.0.1:$port>", "ServerName localhost:$port",
            (map { "    $_" } @{ $HTTPD{$name} },
                @{ $HTTPD{$name} } ? ('CacheHeader on', "CacheRoot $dir/disk", "CacheSocache shmcb:$dir/shmcb(16777216)",
                    # it would forget what has expired, instead of asking whether it still holds
                    "CacheSocacheMinTime 31536000", "CacheSocacheMaxTime 31536000") : (),
                "Include $dir/policies$late.conf"),
            '</VirtualHost>';
    }
    open my $conf, '>', "$dir/httpd.conf" or die "$dir/httpd.conf: $!\n";
    print $conf map { "$_\n" } @text;
    close $conf or die "$dir/httpd.conf: $!\n";
    $self->run_httpd;
    return;
}

sub run_httpd {
    my ($self) = @_;
    my $dir = $self->{dir};
    $self->start('httpd', $self->{port}{plain}, command => [$self->{httpd}, '-DFOREGROUND', '-f', "$dir/httpd.conf"]);
    $self->{httpd_pid} = $self->{started}[-1];
    return;
}

# Starts httpd again, with more that is never exposed: in its virtual hosts, and in the containers of those scenarios that have some.
# What is stored on disk is still there then.
sub restart_with_later {
    my ($self, $never, @scenarios) = @_;
    my %file = (server => $never, map { $_->{later} ? ($_->{id} => $_->{later}) : () } @scenarios);
    for my $name (keys %file) {
        my $path = "$self->{dir}/later-$name.conf";
        open my $out, '>', $path or die "$path: $!\n";
        print $out "ExposeHeadersNever $file{$name}\n";
        close $out or die "$path: $!\n";
    }
    kill TERM => $self->{httpd_pid};
    waitpid $self->{httpd_pid}, 0;
    @{ $self->{started} } = grep { $_ != $self->{httpd_pid} } @{ $self->{started} };
    $self->run_httpd;
    return;
}

# Gives somebody's folder an .htaccess file with these lines.
sub write_htaccess {
    my ($self, $name, @lines) = @_;
    my $dir = "$self->{dir}/htaccess/$name";
    mkdir $dir or die "$dir: $!\n";
    my %text = ('.htaccess' => join("\n", @lines, ''), 'page' => "page\n");
    for my $file (keys %text) {
        open my $out, '>', "$dir/$file" or die "$dir/$file: $!\n";
        print $out $text{$file};
        close $out or die "$dir/$file: $!\n";
    }
    return;
}

# ---- the caches in front

# grace is what Varnish serves beyond its time while it fetches anew in the background: none, so that a request's answer
# doesn't depend on how fast that is. keep is for how long it may ask with If-None-Match.
sub start_varnish {
    my ($self) = @_;
    my $dir = $self->{dir};
    $self->{port}{varnish} = free_ports();
    $self->{port}{'varnish with cookies'} = free_ports();
    open my $vcl, '>', "$dir/varnish.vcl" or die "$dir/varnish.vcl: $!\n";
    print $vcl <<"END";
vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "$self->{port}{plain}"; }
sub vcl_recv {
    # A site that knows that its cookies make no difference.
    if (local.socket == "cookies" && (req.method == "GET" || req.method == "HEAD")) {
        return (hash);
    }
}
sub vcl_backend_response {
    if (beresp.was_304) {
        set beresp.http.X-Revalidated = "1";
    }
}
sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.X-Cache = "HIT";
    } elsif (resp.http.X-Revalidated) {
        set resp.http.X-Cache = "REVALIDATED";
    } else {
        set resp.http.X-Cache = "MISS";
    }
}
END
    close $vcl or die "$dir/varnish.vcl: $!\n";
    $self->start('varnish', $self->{port}{varnish}, command => ["$dir/bin/varnishd", '-F', '-n', "$dir/varnish", '-j', 'none',
        '-a', "plain=127.0.0.1:$self->{port}{varnish}", '-a', "cookies=127.0.0.1:$self->{port}{'varnish with cookies'}",
        '-f', "$dir/varnish.vcl", '-s', 'malloc,64m', '-p', 'default_grace=0', '-p', 'default_keep=86400',
        '-p', 'thread_pools=1', '-p', 'thread_pool_min=10', '-p', 'vsl_space=1m']);
    return;
}

sub start_nginx {
    my ($self) = @_;
    my $dir = "$self->{dir}/nginx";
    my @servers;
    for my $name ('nginx', 'nginx blind to Vary') {
        my $port = $self->{port}{$name} = free_ports();
        my $blind = $name =~ /blind/ ? 'proxy_ignore_headers Vary; proxy_cache_key $host:$server_port$request_uri;' : '';
        push @servers, <<"END";
    server {
        listen 127.0.0.1:$port;
        location / {
            $blind
            proxy_pass http://127.0.0.1:$self->{port}{plain};
            proxy_http_version 1.1;
            proxy_set_header Connection close;
            proxy_cache shared;
            proxy_cache_revalidate on;
            add_header X-Cache \$upstream_cache_status always;
        }
    }
END
    }
    open my $conf, '>', "$dir/nginx.conf" or die "$dir/nginx.conf: $!\n";
    print $conf <<"END", @servers, "}\n";
daemon off;
pid $dir/pid;
worker_processes 1;
error_log $dir/error.log;
events {}
http {
    access_log off;
    client_body_temp_path $dir/body;
    proxy_temp_path $dir/proxy;
    fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi;
    scgi_temp_path $dir/scgi;
    proxy_cache_path $dir/cache keys_zone=shared:4m;
END
    close $conf or die "$dir/nginx.conf: $!\n";
    $self->start('nginx', $self->{port}{nginx}, command => ["$self->{dir}/bin/nginx", '-e', "$dir/error.log", '-c', "$dir/nginx.conf"]);
    return;
}

# ---- the client

# One request on a connection of its own. The headers come back as lines, in their order.
sub ask {
    my ($self, $door, $method, $path, $headers) = @_;
    my $port = $self->{port}{$door} or die "there is no $door\n";
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 30)
        or die "$door doesn't listen any more: $!\n";
    print $socket join "\r\n", "$method $path HTTP/1.1", "Host: localhost:$port", 'Connection: close',
        (map { "$_->[0]: $_->[1]" } @$headers), '', '';
    local $/;
    my $all = <$socket> // '';
    my ($head, $body) = split /\r\n\r\n/, $all, 2;
    my ($status, @lines) = split /\r\n/, $head // '';
    ($status // '') =~ m{\AHTTP/1\.[01] (\d{3})} or die "$door gave no answer to $method $path: '$all'\n";
    return { status => $1, headers => [map { [split /:[ \t]*/, $_, 2] } @lines], body => $body };
}

1;
