#!/usr/bin/env bash
# Prepares this checkout and machine: system packages of the lab, npm packages, the bundle. What is done is left alone.
# With --npm only what needs no root: npm packages and the bundle. With --tests also what only tests use.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

packages=(mmdebstrap debian-archive-keyring systemd-container iptables iproute2 openssl openssh-client util-linux ca-certificates)

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

install_packages() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get -qq update
  apt-get -qq install -y --no-install-recommends "$@"
}

if [ "${1:-}" != --npm ]; then
  if ! command -v apt-get >/dev/null; then
    echo 'cannot prepare the lab here: it needs Debian or Ubuntu. Everything else works: npm run check' >&2
    exit 2
  fi
  mapfile -t missing < <(missing_packages "${packages[@]}")
  if [ "${#missing[@]}" -gt 0 ]; then
    if [ "$(id -u)" != 0 ]; then
      printf 'cannot install system packages as an ordinary user; run:\n  sudo apt-get install -y %s\n' "${missing[*]}" >&2
      exit 2
    fi
    step "system packages: ${missing[*]}" install_packages "${missing[@]}"
  fi
fi

# What some unit tests ask for, and leave out where it is missing: a browser for the page of a run, shells for completion, jq.
if [ "${1:-}" = --tests ] && [ "$(id -u)" = 0 ]; then
  mapfile -t missing < <(missing_packages chromium fish jq zsh)
  if [ "${#missing[@]}" -gt 0 ]; then
    step "packages for tests: ${missing[*]}" install_packages "${missing[@]}" ||
      echo "cannot install ${missing[*]} here: the tests that need them will be skipped" >&2
  fi
fi

# Not npm ci: it gives up where a registry lacks one of the optional builds for other platforms. The lock file holds here too.
node scripts/is-installed.mjs || step 'npm packages' npm install --no-save --ignore-scripts --no-progress

if [ ! -e dist/main.cjs ] || [ -n "$(find src bin scripts/build.mjs package.json -newer dist/main.cjs -print -quit)" ]; then
  step 'bundle' npm run --silent build
fi
