/** Lets only so many tasks run at the same time. */

/** Runs a task when there is a free slot; tasks begin in the order in which they came. */
export type Slots = <T>(task: () => Promise<T>) => Promise<T>;

/** Makes a number of slots. */
export function makeSlots(limit: number): Slots {
  let free = limit;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

/** Half of sshd's default for MaxStartups, so that a jump host that others use too refuses nobody. */
const AT_ONE_JUMP_HOST = 5;

/** More handshakes at once are not faster, and each gets less of the processor than its time limit allows for. */
const AT_ONCE = 64;

/** The slots in which connections are made: few through each jump host, many to hosts that are reached directly. */
export function connectionSlots(forks: number | undefined): (jumpHost: string | undefined) => Slots {
  const direct = makeSlots(forks ?? AT_ONCE);
  const jumps = new Map<string, Slots>();
  return (jumpHost) => {
    if (jumpHost === undefined || forks !== undefined) return direct;
    const slots = jumps.get(jumpHost) ?? makeSlots(AT_ONE_JUMP_HOST);
    jumps.set(jumpHost, slots);
    return slots;
  };
}
