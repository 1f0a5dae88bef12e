/** The environments of Galaxy whose jobs go to a Pulsar over a message queue, with both ends. */
import { type Client, pulsarsOf } from '../facts/client.ts';
import type { ProjectFacts } from '../facts/facts-of-project.ts';
import type { Galaxy } from '../facts/galaxy.ts';
import type { Environment } from '../facts/job-conf.ts';
import type { Pulsar } from '../facts/pulsar.ts';

export type PulsarEnvironment = {
  readonly galaxy: Galaxy;
  readonly environment: Environment;
  readonly client: Client;
  /** Undefined where the Pulsar is not in this project. */
  readonly pulsar: Pulsar | undefined;
};

/** Finds them. */
export function pulsarEnvironments({ galaxies, clients }: ProjectFacts): readonly PulsarEnvironment[] {
  return galaxies.flatMap((galaxy) =>
    (galaxy.jobs?.environments ?? []).flatMap((environment): readonly PulsarEnvironment[] => {
      const client = clients.find((one) => one.galaxy === galaxy && one.runner?.id === environment.runner);
      if (!client) return [];
      return [{ galaxy, environment, client, pulsar: pulsarsOf(client, clients)[0]?.pulsar }];
    }),
  );
}
