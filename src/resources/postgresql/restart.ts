/**
 * A restart that the server itself says it owes: it has read options that count only from its next start. A reload, which
 * is right for all other options, leaves them pending for ever. See pg_settings, `pending_restart`.
 */
import { type Script, sh, steps } from '../../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe } from '../kind.ts';
import { psql, type Server } from './psql.ts';

export type PostgresqlRestartProps = CommonProps & {
  readonly server?: Server;
  /** Runs after the restart and must succeed. */
  readonly ready?: Script;
};

const NOTHING = 'nothing';

const pending: Probe<PostgresqlRestartProps> = {
  name: 'postgresql-pending',
  needs: 'psql',
  script: (items) =>
    sh`${psql("select 'pending ' || coalesce(string_agg(name, ', ' order by name), '') from pg_settings where pending_restart;", items[0]?.props.server ?? {})} 2>/dev/null || true`,
  parse(stdout, items) {
    const line = /^pending (.*)$/m.exec(stdout)?.[1];
    // A server that doesn't run reads everything when it starts.
    return new Map(items.map(({ name }): [string, Observed] => [name, { pending: line || NOTHING }]));
  },
};

/** Restarts the unit of this name when options wait for it. */
export const postgresqlRestart = defineKind<PostgresqlRestartProps>({
  kind: 'postgresql_restart',
  lane: 'slow',
  probe: pending,
  desired: () => ({ pending: NOTHING }),
  // Whether one is owed shows only after the reload, so it is read again after any change before it.
  reacts: () => [{ key: 'pending', to: [] }],
  apply: ({ name, props }) => steps(sh`systemctl restart -- ${name}`, props.ready),
});
