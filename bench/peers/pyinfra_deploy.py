# The same looks as ansible.yml, for pyinfra.
from pyinfra import host
from pyinfra.facts.files import File, Sha256File
from pyinfra.facts.server import Command
from pyinfra.operations import apt, files, server, systemd

DIRECTORIES = """/etc/nginx /etc/nginx/conf.d /etc/nginx/sites-available /etc/nginx/sites-enabled /etc/ssl/user /srv/galaxy
/srv/galaxy/config /srv/galaxy/datasets /srv/galaxy/jobs /srv/galaxy/local_tools /srv/galaxy/var /srv/galaxy/var/config
/srv/galaxy/var/cache /srv/galaxy/var/log /etc/cvmfs/keys/galaxyproject.org /etc/letsencrypt/renewal-hooks/deploy""".split()
FILES = """/etc/nginx/sites-available/galaxy /etc/nginx/sites-available/redirect-ssl /etc/nginx/conf.d/ssl.conf
/etc/nginx/conf.d/http_options.conf /etc/rabbitmq/rabbitmq.conf /etc/rabbitmq/enabled_plugins /etc/cvmfs/default.local
/etc/cvmfs/domain.d/galaxyproject.org.conf /etc/systemd/system/certbot.service /etc/systemd/system/certbot.timer
/srv/galaxy/config/job_conf.yml /srv/galaxy/config/job_metrics_conf.yml /etc/letsencrypt/renewal-hooks/deploy/gatdeploy
/etc/ssl/certs/fullchain.pem /etc/ssl/certs/cert.pem /etc/ssl/private/privkey.pem /etc/ssl/user/privkey-www-data.pem
/etc/ssl/user/privkey-rabbitmq.pem /etc/auto.master.d/cvmfs.autofs /etc/apt/sources.list.d/cernvm.list""".split()
COMMANDS = [
    "rabbitmqctl -q list_users",
    "rabbitmqctl -q list_vhosts",
    "rabbitmqctl -q list_permissions -p /pulsar/galaxy_au",
    "rabbitmq-plugins -q list -e -m",
    "openssl x509 -in /etc/letsencrypt/live/galaxy.lab.test/cert.pem -noout -dates",
]

server.user(user="galaxy", ensure_home=False, _sudo=True)
apt.packages(
    packages=["nginx-full", "rabbitmq-server", "certbot", "cvmfs", "openssl", "curl", "ca-certificates"], _sudo=True
)
for path in DIRECTORIES:
    files.directory(path=path, _sudo=True)
for path in FILES:
    host.get_fact(File, path=path, _sudo=True)
    host.get_fact(Sha256File, path=path, _sudo=True)
for unit in ["nginx.service", "rabbitmq-server.service", "certbot.timer", "autofs.service"]:
    systemd.service(service=unit, running=True, enabled=True, _sudo=True)
for command in COMMANDS:
    host.get_fact(Command, command=command, _sudo=True)
