/** What all resources of the role have in common: the server they are on. */
import type { postgresqlServer } from '../../base/capability.ts';

export type Common = {
  readonly server: { readonly superuser: string | undefined; readonly port: number | undefined };
  readonly requires: readonly ReturnType<typeof postgresqlServer>[];
};
