/**
 * A file that another role or the admin makes, and that a process loads: a certificate, a key. It gives the process an
 * edge to whoever makes the file and something to compare; whether it is good is for the process's own `validate`.
 */
import { nothing } from '../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe } from './kind.ts';
import { checkPath } from './paths.ts';

const probe: Probe<CommonProps> = {
  name: 'existing-files',
  script: () => nothing,
  parse: (_stdout, items) => new Map(items.map((item): [string, Observed] => [item.name, {}])),
};

/**
 * Names a file for `loads` and `rereads`.
 * @example service('nginx.service', { rereads: [existingFile('/etc/ssl/certs/fullchain.pem', {})] })
 */
export const existingFile = defineKind<CommonProps>({
  kind: 'existing_file',
  standIn: true,
  probe,
  desired(_props, name) {
    checkPath(name);
    return {};
  },
  touches: (_props, name) => ({ uses: [name] }),
  loadables: (_props, path) => [{ type: 'file', path }],
});
