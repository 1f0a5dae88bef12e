/** All kinds of resources that roles may declare. */
export { group, user } from './account.ts';
export { aptPackage } from './apt-package.ts';
export { aptRepository } from './apt-repository.ts';
export { command } from './command.ts';
export { directory } from './directory.ts';
export { file } from './file.ts';
export type { CommonProps, Kind, Loadable, Observed, Resource, State } from './kind.ts';
export { link } from './link.ts';
export { pipSet } from './pip-set.ts';
export { service } from './service.ts';
export { venv } from './venv.ts';
