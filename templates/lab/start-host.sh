# Starts one lab host: start-host.sh PIDFILE CGROUP LOWER-LAYERS HOSTDIR COMMAND...
# It runs in a mount namespace of its own, so the overlay ends with the host's last process.
set -eu
pidfile=$1 cgroup=$2 layers=$3 dir=$4
shift 4

# First of all the control group: whatever happens from here on can be found and ended by it.
if [ -e /sys/fs/cgroup/cgroup.procs ]; then
  mkdir -p "/sys/fs/cgroup/$cgroup"
  echo $$ >"/sys/fs/cgroup/$cgroup/cgroup.procs"
else
  for top in /sys/fs/cgroup/*/; do
    [ -e "$top/cgroup.procs" ] || continue
    mkdir -p "$top/$cgroup"
    # cpuset takes nobody before it has processors of its own; the host then shares the machine's
    echo $$ 2>/dev/null >"$top/$cgroup/cgroup.procs" || [ "$top" = /sys/fs/cgroup/cpuset/ ]
  done
fi

# The line holds the process's start time too: a number alone may belong to another process later.
read -r stat </proc/$$/stat
printf '%s\n' "$stat" >"$pidfile.new"
mv "$pidfile.new" "$pidfile"

mount -t overlay overlay -o "lowerdir=$layers,upperdir=$dir/upper,workdir=$dir/work" "$dir/root"
exec "$@"
