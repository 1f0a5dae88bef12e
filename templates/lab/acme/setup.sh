# Runs inside the acme host's new layer: pebble, its certificate, and the repository of stand-in packages.
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
here=/usr/share/lab
apt-get -qq update
apt-get -qq install -y --no-install-recommends pebble openssl busybox gpg gpg-agent >/dev/null
apt-get clean
rm -rf /var/lib/apt/lists/*

# Debian's pebble has neither a certificate for its own HTTPS nor a unit. The CA's key is gone when this is done.
mkdir -p /etc/pebble
cd /etc/pebble
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -keyout ca.key -out ca.pem -subj '/CN=gatdeploy lab: API of the test CA' \
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj '/CN=acme.lab.test' 2>/dev/null
printf '%s\n' 'subjectAltName=DNS:acme.lab.test,DNS:acme,DNS:localhost' 'basicConstraints=CA:FALSE' 'extendedKeyUsage=serverAuth' >ext
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile ext -out server.pem 2>/dev/null
rm ca.key ca.srl ext server.csr
cp $here/acme/pebble.json .
cp $here/acme/pebble.service $here/acme/standin-repository.service /etc/systemd/system/
systemctl --quiet enable pebble.service standin-repository.service

sh -eu $here/cvmfs-standin/build-repository.sh $here/cvmfs-standin /srv/www/cvmrepo/apt
