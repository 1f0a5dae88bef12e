# Builds the layer of the acme host: build-layer.sh BASE DIR FILES; the result is DIR/upper.
set -euo pipefail
base=$1 dir=$2 files=$3
root=$dir/root
mkdir -p "$dir/upper" "$dir/work" "$root"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$dir/upper,workdir=$dir/work" "$root"
mount -t proc proc "$root/proc"
mv "$dir/resolv.conf" "$root/etc/resolv.conf"
mkdir -p "$root/usr/share/lab"
cp -R --preserve=mode "$files/acme" "$files/cvmfs-standin" "$root/usr/share/lab/"
chroot "$root" sh -eu /usr/share/lab/acme/setup.sh
# the mounts end with the namespace in which this runs
