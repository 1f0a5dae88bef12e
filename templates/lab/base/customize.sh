# Runs inside a new base image: users, trust, network service. What belongs to one host only comes later.
useradd --create-home --shell /bin/bash --groups sudo --uid 1000 debian
useradd --create-home --shell /bin/bash --groups sudo --uid 1001 trainee
echo 'trainee:lab' | chpasswd
chmod 0440 /etc/sudoers.d/lab
chmod 0700 /root
systemctl --quiet enable systemd-networkd.service ssh.service
update-ca-certificates >/dev/null 2>&1
rm -f /etc/ssh/ssh_host_*
find /var/lib/apt/lists -type f -delete
: >/etc/machine-id
