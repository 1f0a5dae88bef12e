/** L41: no variable is set that nothing reads any more. */
import type { Rule } from '../rule.ts';

const DEAD: Readonly<
  Record<string, { readonly roles: readonly string[]; readonly why: string; readonly fix: string }>
> = {
  pulsar_pip_install: {
    roles: ['pulsar'],
    why: 'pip is the only way since 1.0.0 of the role',
    fix: 'take it out',
  },
  pulsar_message_queue_url: {
    roles: ['pulsar'],
    why: 'the role never read it',
    fix: 'pulsar_yaml_config: {message_queue_url: …}',
  },
  pulsar_job_managers: {
    roles: ['pulsar'],
    why: 'the role never read it',
    fix: 'pulsar_yaml_config: {managers: …}',
  },
  pulsar_install_environments: { roles: ['pulsar'], why: 'the role never read it', fix: 'take it out' },
  nginx_remove_default_vhost: {
    roles: ['nginx'],
    why: 'the default site is always removed',
    fix: 'take it out',
  },
  nginx_user: { roles: ['nginx'], why: 'the role never read it', fix: 'take it out' },
  nginx_group: { roles: ['nginx'], why: 'the role never read it', fix: 'take it out' },
  certbot_virtualenv_package_name: {
    roles: ['certbot', 'nginx'],
    why: 'the role does not install it since 0.1.11',
    fix: 'take it out',
  },
  certbot_repo: { roles: ['certbot', 'nginx'], why: 'certbot-auto is no more', fix: 'take it out' },
  certbot_keep_updated: { roles: ['certbot', 'nginx'], why: 'certbot-auto is no more', fix: 'take it out' },
  nginx_supervisor: { roles: ['nginx'], why: 'nginx runs under systemd', fix: 'take it out' },
  rabbitmq_nodename: {
    roles: ['rabbitmq'],
    why: "the role's own value, rabbit@ and the short host name, wins over group_vars",
    fix: 'take it out',
  },
};

export const deadVariables: Rule = {
  id: 'L41',
  severity: 'W',
  title: 'No variable is set that has no effect any more',
  why: 'Whoever reads it believes that it does something.',
  fix: 'Take it out, or use what took its place.',
  check: ({ views }) =>
    views.flatMap((view) =>
      view.userNames().flatMap((name) => {
        const dead = Object.hasOwn(DEAD, name) ? DEAD[name] : undefined;
        if (!dead?.roles.some(view.has)) return [];
        return [
          {
            message: `${name} has no effect: ${dead.why}`,
            at: [view.defined(name)],
            fix: dead.fix,
            hosts: [view.host],
          },
        ];
      }),
    ),
};

/** Whether a variable is known to be dead. */
export function isDead(name: string): boolean {
  return Object.hasOwn(DEAD, name);
}
