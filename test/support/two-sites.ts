/** The example project with a second site: a Pulsar with a virtual host and a user of its own on the same broker. */
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyExample } from './example-copy.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type TwoSites = {
  readonly root: string;
  /** Takes the second site out of the project again. */
  removeSecond(): void;
  remove(): void;
};

/** Copies the project; the host `pulsar-b` belongs to the site `nz`. */
export function makeTwoSites(): TwoSites {
  const { root, remove } = copyExample();
  appendFileSync(
    path.join(root, 'group_vars/all.yml'),
    `
pulsar_sites:
  - name: nz
    broker: "{{ groups['galaxyservers'][0] }}"
    password: "a/b{{ vault_rabbitmq_password_vhost }}"
`,
  );
  mkdirSync(path.join(root, 'host_vars'));
  writeFileSync(
    path.join(root, 'host_vars/pulsar-b.lab.test.yml'),
    `pulsar_site: nz
pulsar_yaml_config:
  managers:
    _default_: {type: queued_python, num_concurrent_jobs: 2, preprocess_action_max_retries: 30, postprocess_action_max_retries: 30}
`,
  );
  return {
    root,
    removeSecond: () => cpSync(path.join(ROOT, 'group_vars/all.yml'), path.join(root, 'group_vars/all.yml')),
    remove,
  };
}
