/** What a proof by a job is told: where Galaxy is, which tool runs, and where it should run. */
import type { Text } from '../../base/secret.ts';
import type { JobBench } from './bench.ts';
import type { Destination } from './destination.ts';

export type JobProofOptions = {
  readonly host: string;
  readonly url: string;
  /** `bootstrap_admin_api_key` of galaxy.yml. */
  readonly bootstrapKey: Text;
  /** The tool's id, and what it does with a tiny genome: count its lines, or map reads to it. */
  readonly tool: string;
  readonly does: 'count' | 'map';
  readonly destination: Destination;
  /** What this job shares with others of the same Galaxy. */
  readonly bench: JobBench;
  /** The names of Galaxy's units as a pattern, for their journal. */
  readonly units: string;
};
