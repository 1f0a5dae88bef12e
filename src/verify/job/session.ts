/** What a job needs in Galaxy: a user of its own with a key, and a history. Both keys and histories are removed at the end. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { z } from 'zod';
import { Secret, type Text } from '../../base/secret.ts';
import type { GalaxyApi } from './api.ts';

/** The user that proofs run as; it stays, without a key, as most Galaxies do not allow users to be deleted. */
const USER = { username: 'gatdeploy-verify', email: 'gatdeploy-verify@example.org' };

/** Of each history; controller and process follow, so that the next run knows what a killed one has left. */
const NAME = 'gatdeploy verify';

export type JobSession = {
  readonly key: Text;
  readonly history: string;
  close(): Promise<void>;
};

const withId = z.object({ id: z.string() });

/** Opens a session by the bootstrap key of galaxy.yml. @throws ApiFault */
export async function openJobSession(api: GalaxyApi, bootstrap: Text): Promise<JobSession> {
  const user = (await findUser(api, bootstrap)) ?? (await makeUser(api, bootstrap));
  const made = await api({ method: 'POST', path: `/api/users/${user}/api_key`, key: bootstrap });
  const key = new Secret(z.string().parse(made.json));
  await removeStale(api, key);
  const named = { name: `${NAME} ${hostname()} ${process.pid}` };
  const history = withId.parse((await api({ method: 'POST', path: '/api/histories', key, body: named })).json).id;
  return {
    key,
    history,
    close: async () => {
      await purge(api, key, history);
      await api({ method: 'DELETE', path: `/api/users/${user}/api_key`, key: bootstrap });
    },
  };
}

async function findUser(api: GalaxyApi, key: Text): Promise<string | undefined> {
  const { json } = await api({ path: `/api/users?f_email=${encodeURIComponent(USER.email)}`, key });
  return z
    .array(withId.extend({ email: z.string() }))
    .parse(json)
    .find((one) => one.email === USER.email)?.id;
}

async function makeUser(api: GalaxyApi, key: Text): Promise<string> {
  const body = { ...USER, password: randomBytes(24).toString('base64url') };
  return withId.parse((await api({ method: 'POST', path: '/api/users', key, body })).json).id;
}

async function purge(api: GalaxyApi, key: Text, history: string): Promise<void> {
  await api({ method: 'DELETE', path: `/api/histories/${history}?purge=true`, key, body: { purge: true } });
}

/** Removes the histories of runs on this machine that were killed. */
async function removeStale(api: GalaxyApi, key: Text): Promise<void> {
  const { json } = await api({ path: '/api/histories', key });
  const histories = z.array(withId.extend({ name: z.string() })).parse(json);
  for (const { id, name } of histories) {
    const [, machine, pid] = new RegExp(`^${NAME} (\\S+) (\\d+)$`).exec(name) ?? [];
    if (machine === hostname() && !isAlive(Number(pid))) await purge(api, key, id);
  }
}

/** See kill(2): signal 0 only asks; a process of somebody else is alive, too. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
