# STAND-IN: reads the configuration of a repository in the order of the real client. Sourced with $fqrn set.
served=/usr/share/cvmfs-standin/repositories

read_settings() {
  for file in "$@"; do
    [ ! -f "$file" ] || . "$file"
  done
}

read_configuration() {
  domain=${fqrn#*.}
  read_settings /etc/cvmfs/default.conf /etc/cvmfs/default.d/*.conf /etc/cvmfs/default.local
  shared=
  if [ "$fqrn" != "${CVMFS_CONFIG_REPOSITORY:-$fqrn}" ] && has_no_fault "$CVMFS_CONFIG_REPOSITORY"; then
    # read where it is served from: one automount waiting for another is a story of its own
    shared=$served/$CVMFS_CONFIG_REPOSITORY/etc/cvmfs
    read_settings "$shared/default.conf" "$shared/domain.d/$domain.conf"
  fi
  read_settings "/etc/cvmfs/domain.d/$domain.conf" "/etc/cvmfs/domain.d/$domain.local"
  [ -z "$shared" ] || read_settings "$shared/config.d/$fqrn.conf"
  read_settings "/etc/cvmfs/config.d/$fqrn.conf" "/etc/cvmfs/config.d/$fqrn.local"
}

has_no_fault() (
  fqrn=$1
  read_configuration
  [ -z "$(fault)" ]
)

# Prints why the repository can't be mounted; nothing when it can.
fault() {
  keys=${CVMFS_PUBLIC_KEY:-$(ls "${CVMFS_KEYS_DIR:-/nowhere}"/*.pub 2>/dev/null | tr '\n' ':')}
  key=${keys%%:*}
  if [ -z "${CVMFS_SERVER_URL:-}" ]; then
    echo "CVMFS_SERVER_URL is not set for $fqrn"
  elif [ -z "${CVMFS_HTTP_PROXY:-}" ]; then
    echo "CVMFS_HTTP_PROXY required"
  elif ! grep -q 'BEGIN PUBLIC KEY' "${key:-/nowhere}" 2>/dev/null; then
    echo "failed to load public key ${key:-(none configured)}"
  elif [ ! -d "$served/$fqrn" ]; then
    echo "no such repository: $fqrn"
  fi
}
