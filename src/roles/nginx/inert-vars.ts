/** Variables of galaxyproject.nginx that have no effect on Debian, in Ansible or here. */
import { z } from 'zod';

const inert = (doc: string) => ({ type: z.unknown(), doc });
const REDHAT = 'Has no effect on Debian, whose own nginx.conf is kept.';

export const inertVars = {
  nginx_conf_file: inert(REDHAT),
  nginx_enable_default_server: inert(REDHAT),
  nginx_enable_default_ipv6: inert(REDHAT),
  nginx_default_redirect_uri: inert(REDHAT),
  nginx_conf_user: inert(REDHAT),
  nginx_conf_group: inert(REDHAT),
  nginx_conf_worker_processes: inert(REDHAT),
  nginx_conf_worker_connections: inert(REDHAT),
  nginx_conf_root_extra: inert(REDHAT),
  nginx_load_modules: inert(REDHAT),
  nginx_selinux_allow_local_connections: inert('Has no effect on Debian, which has no SELinux.'),
  nginx_check_conf: inert('Has no effect: the configuration is always checked before it is used.'),
  nginx_command: inert('Has no effect: `nginx` is run.'),
  nginx_remove_default_vhost: inert("Has no effect: the distribution's default site is always removed."),
  nginx_user: inert("Has no effect: nginx runs as the distribution's user, www-data."),
  nginx_group: inert("Has no effect: nginx runs as the distribution's group, www-data."),
  nginx_supervisor: inert('Has no effect: nginx runs under systemd.'),
  nginx_supervisor_service_name: inert('The same.'),
  nginx_conf_ssl_dhparam: inert('Has no effect: ciphers that need it are not offered.'),
} as const;
