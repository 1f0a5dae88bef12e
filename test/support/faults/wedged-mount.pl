# Mounts a file system on the folder that is named, answers the kernel's greeting, and then nothing any more: who asks for
# a file below it waits for ever, and not even SIGKILL ends that. See fuse(4), the kernel's fuse.h.
$^F = 99;    # the mount program inherits the device
open(my $fuse, '+<', '/dev/fuse') or die "/dev/fuse: $!";
my $options = 'fd=' . fileno($fuse) . ',rootmode=40755,user_id=0,group_id=0,allow_other';
mkdir $ARGV[0];
system('mount', '-i', '-t', 'fuse', '-o', $options, 'wedged', $ARGV[0]) == 0 or die 'mount failed';
while (sysread($fuse, my $request, 135168)) {
  my ($length, $opcode, $unique) = unpack('VVQ', $request);
  next if $opcode != 26;
  my $greeting = pack('VVVVvvV', 7, 31, 65536, 0, 12, 9, 65536) . "\0" x 40;
  syswrite($fuse, pack('VlQ', 16 + length $greeting, 0, $unique) . $greeting);
}
