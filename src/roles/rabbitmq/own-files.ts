/** What the package gives the broker's user, and the broker needs to read when it starts. */
import { sh } from '../../base/shell.ts';
import { command, type Resource } from '../../resources/index.ts';

const FOLDER = '/etc/rabbitmq';

/**
 * Puts owners and modes back as the package made them, where the broker's user can no longer read its folder, or others
 * its cookie: without the one it starts with defaults of its own and without TLS, without the other not at all.
 */
export function declareOwnFiles(cookie: string, after: readonly Resource[]): Resource {
  const unreadable = sh`find ${FOLDER} -maxdepth 0 ! '(' -perm -005 -o -user rabbitmq -perm -500 -o -group rabbitmq -perm -050 ')'`;
  const exposed = sh`find ${cookie} -maxdepth 0 '(' ! -user rabbitmq -o -perm /077 ')'`;
  return command("owners and modes of the broker's own files", {
    unless: sh`test -z "$(${unreadable}; ${exposed})"`,
    run: sh`if test -n "$(${unreadable})"; then chown rabbitmq:rabbitmq ${FOLDER}; chmod 0755 ${FOLDER}; fi
if test -e ${cookie}; then chown rabbitmq:rabbitmq ${cookie}; chmod 0400 ${cookie}; fi`,
    after,
  });
}
