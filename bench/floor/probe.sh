# What a careful person would write to look at the lab's Galaxy host: as few processes as can be.
cd /
. /etc/os-release; echo "$ID $VERSION_CODENAME"; uname -nrm; dpkg --print-architecture; hostname -I
cat /var/lib/gatdeploy/serial
stat -c '%F|%a|%U|%G|%N' /etc/nginx /etc/nginx/* /etc/nginx/sites-available/* /etc/nginx/sites-enabled/* /etc/rabbitmq /etc/rabbitmq/* /etc/ssl/user /etc/ssl/user/* /srv/galaxy /srv/galaxy/* /srv/galaxy/config/* /etc/cvmfs/default.local /etc/letsencrypt/renewal-hooks/*/*
sha256sum /etc/nginx/nginx.conf /etc/nginx/sites-available/* /etc/rabbitmq/*.conf /etc/ssl/user/* /srv/galaxy/config/* /etc/cvmfs/default.local /etc/cvmfs/keys/*/* /etc/letsencrypt/renewal-hooks/*/* /etc/letsencrypt/live/*/*.pem
dpkg-query -W -f '${Package} ${db:Status-Status} ${Version}\n' nginx rabbitmq-server certbot cvmfs openssl acl erlang-base
systemctl show -p LoadState,ActiveState,UnitFileState,InvocationID,InactiveExitTimestamp nginx rabbitmq-server autofs certbot.timer
cat /var/lib/gatdeploy/loaded/*
getent passwd galaxy rabbitmq www-data
HOME=/var/lib/rabbitmq erl_call -sname "rabbit@$(hostname -s)" -h "floor$$" -fetch_stdout -no_result_term -e <<'ERL'
io:put_chars([rabbit_json:encode(maps:with([users, vhosts, permissions, topic_permissions], rabbit_definitions:all_definitions())), 10]).
ERL
cat /etc/rabbitmq/enabled_plugins
cat /etc/letsencrypt/live/*/cert.pem /etc/letsencrypt/renewal/*.conf
