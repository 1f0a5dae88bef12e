/** What can go wrong with a resource that decides on the controller how to go on. */
import { GatError } from '../base/errors.ts';

/** After a restart a unit does not know of work any more that should have gone on. */
export function workLost(unit: string, ids: readonly string[]): GatError {
  return new GatError({
    code: 'service/work-lost',
    class: 'apply',
    what: `cannot find all work of ${unit} again after its restart: ${ids.join(', ')}`,
    why: 'before the restart they were in hand and should have gone on; now they neither are nor have ended',
    fix: `journalctl -u ${unit} -n 100 on the host says what became of them`,
  });
}
