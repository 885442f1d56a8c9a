# Containers nested in each other, as httpd merges them: for the tests in t/suite/merge.
package CorsExpose::Nest;
use strict;
use warnings;
use Exporter qw(import);

our @EXPORT = qw(chain vhost);

# [name, where it stands, its opening and closing lines], outermost first, as "Configuration Sections" in httpd's manual
# says: <Directory> and .htaccess from the top of the tree down, then the regular expressions, <Files>, <Location>, <If>; in
# each kind the virtual host's behind the server's. @HOST@ is the virtual host's folder.
my @files = (
    ['the server',               'server'],
    ['the virtual host',         'vhost'],
    ['<Directory> of the root',  'vhost', '<Directory "@HOST@">', '</Directory>'],
    ['.htaccess of the root',    '.htaccess'],
    ['<Directory> one below',    'vhost', '<Directory "@HOST@/a">', '</Directory>'],
    ['.htaccess one below',      'a/.htaccess'],
    ['<Directory> two below',    'vhost', '<Directory "@HOST@/a/b">', '</Directory>'],
    ['.htaccess two below',      'a/b/.htaccess'],
    ['<Directory ~>',            'vhost', '<Directory ~ "a/b/">', '</Directory>'],
    ['<DirectoryMatch>',         'vhost', '<DirectoryMatch "/a/b">', '</DirectoryMatch>'],
    ['the server\'s <Files>',    'server', '<Files "page.html">', '</Files>'],
    ['<Files>',                  'vhost', '<Files "page.html">', '</Files>'],
    ['<FilesMatch>',             'vhost', '<FilesMatch "^page">', '</FilesMatch>'],
    ['the server\'s <Location>', 'server', '<Location "/a/b/page.html">', '</Location>'],
    ['<Location> deep',          'vhost', '<Location "/a/b/page.html">', '</Location>'],
    ['<LocationMatch>',          'vhost', '<LocationMatch "page">', '</LocationMatch>'],
    ['<Location> of the root',   'vhost', '<Location "/">', '</Location>'],
    ['the server\'s <If>',       'server', '<If "true">', '</If>'],
    ['<If>',                     'vhost', '<If "%{REQUEST_URI} =~ /page/">', '</If>'],
);

# The same for a request that is proxied.
my @proxied = (
    ['the server',               'server'],
    ['the virtual host',         'vhost'],
    ['the server\'s <Proxy>',    'server', '<Proxy "http://127.0.0.1:@PORT@/*">', '</Proxy>'],
    ['<Proxy>',                  'vhost', '<Proxy "http://127.0.0.1:@PORT@/*">', '</Proxy>'],
    ['<ProxyMatch>',             'vhost', '<ProxyMatch "^http://127">', '</ProxyMatch>'],
    ['<Location>',               'vhost', '<Location "/a">', '</Location>'],
    ['<If>',                     'vhost', '<If "true">', '</If>'],
);

# The containers' names, by their place.
sub chain { return map { $_->[0] } $_[0] eq 'proxied' ? @proxied : @files }

# vhost($kind, $host, \@lines, $more) builds a virtual host with $lines[$i] in container $i (undef: the container isn't there) and
# $more in front. Returns its text, what belongs into the server's own configuration, and its files, for write_files().
# Within a file the kinds of containers come innermost first, and deep directories first: what comes out in the right order
# was put there by httpd. (Containers of one other kind are merged as they stand in the file.)
sub vhost {
    my ($kind, $host, $lines, $more) = @_;
    my @chain = $kind eq 'proxied' ? @proxied : @files;
    my (%files, %sections);
    for my $i (reverse 0 .. $#chain) {
        next unless defined $lines->[$i];
        my (undef, $place, $open, $close) = @{ $chain[$i] };
        my $text = join '', map { "$_\n" } grep { defined } $open, $lines->[$i], $close;
        my $kept = $sections{$place}{ _rank($open) };
        if ($place =~ /htaccess/) {
            $files{"$host/$place"} = $text;
        }
        else {
            $sections{$place}{ _rank($open) } = _rank($open) > 1 ? $text . ($kept // '') : ($kept // '') . $text;
        }
    }
    my ($vhost, $server) = map {
        my $sections = $sections{$_};
        join '', @$sections{ sort { $b <=> $a } keys %$sections };
    } qw(vhost server);
    $vhost = join "\n", '<VirtualHost *:@PORT@>', "ServerName $host", "DocumentRoot \"\@ROOT\@/$host\"", $more // '',
        "$vhost</VirtualHost>\n";
    $vhost =~ s/\@HOST\@/\@ROOT\@\/$host/g;
    $files{"$host/a/b/page.html"} = '';
    return ($vhost, $server, \%files);
}

sub _rank {
    my ($open) = @_;
    return 0 unless defined $open;
    my %rank = (Directory => 1, Proxy => 2, Files => 3, Location => 4, If => 5);
    return 2 if $open =~ /^<Directory(?:Match| ~)/;
    return $rank{ ($open =~ /^<(Directory|Proxy|Files|Location|If)/)[0] };
}

1;
