# Builds the stand-in package and a signed repository laid out like CernVM's own: build-repository.sh SOURCE TARGET
# The signing key lives for this build only; its public half is TARGET/standin.asc.
source=$1 target=$2
package=$source/package
mkdir -p "$target/pool"
for dir in default.d domain.d config.d repositories.d keys; do mkdir -p "$package/etc/cvmfs/$dir"; done
chmod 755 "$package/DEBIAN/postinst" "$package/etc/auto.cvmfs" "$package/usr/sbin/mount.cvmfs" "$package/usr/bin/cvmfs_config"
deb=pool/cvmfs_2.11.2+standin1_all.deb
dpkg-deb --root-owner-group --build "$package" "$target/$deb" >/dev/null

GNUPGHOME=$(mktemp -d)
export GNUPGHOME
gpg --batch --quiet --passphrase '' --quick-generate-key 'gatdeploy lab stand-ins (throw-away)' rsa2048 sign never 2>/dev/null
gpg --armor --export >"$target/standin.asc"

cd "$target"
for release in bookworm trixie; do
  suite=dists/$release-prod
  index=main/binary-$(dpkg --print-architecture)
  mkdir -p "$suite/$index"
  {
    dpkg-deb --field "$deb"
    echo "Filename: $deb"
    echo "Size: $(stat -c %s "$deb")"
    echo "SHA256: $(sha256sum "$deb" | cut -d' ' -f1)"
  } >"$suite/$index/Packages"
  {
    printf '%s\n' "Origin: gatdeploy lab" "Suite: $release-prod" "Codename: $release-prod" "Components: main"
    echo "Architectures: $(dpkg --print-architecture)"
    echo "Date: $(date -Ru)"
    echo "SHA256:"
    echo " $(sha256sum "$suite/$index/Packages" | cut -d' ' -f1) $(stat -c %s "$suite/$index/Packages") $index/Packages"
  } >"$suite/Release"
  gpg --batch --quiet --armor --detach-sign --output "$suite/Release.gpg" "$suite/Release"
  gpg --batch --quiet --clearsign --output "$suite/InRelease" "$suite/Release"
done
gpgconf --kill all
rm -rf "$GNUPGHOME"
