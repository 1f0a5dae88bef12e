/** Which database Galaxy keeps everything in. */
import { Secret } from '../../base/secret.ts';
import { appSection } from './config.ts';
import type { Layout } from './layout.ts';
import type { GalaxyValues } from './vars.ts';

/** The database's name where its server is on this host: `postgresql:///galaxy?host=/var/run/postgresql`. */
export function databaseOf(v: GalaxyValues, layout: Layout): string | undefined {
  const url = appSection(v, layout).get('database_connection');
  const text = url instanceof Secret ? url.reveal() : String(url ?? '');
  const match = /^postgres(?:ql)?(?:\+\w+)?:\/\/(?:[^@/]*@)?(?:localhost|127\.0\.0\.1)?(?::\d+)?\/([^?]+)/.exec(
    text,
  );
  return match?.[1];
}
