/** What Galaxy's API says of a job. */
import { z } from 'zod';

/** The part of `GET /api/jobs/ID?full=true` that is looked at. */
export const jobState = z.looseObject({
  state: z.string(),
  exit_code: z.number().nullish(),
  external_id: z.string().nullish(),
  tool_stderr: z.string().nullish(),
  stderr: z.string().nullish(),
  job_messages: z.unknown().optional(),
});

/** What Galaxy says of a job, as an administrator sees it. */
export type JobState = z.infer<typeof jobState> & {
  /** The runner's words, which Galaxy tells with the job's datasets only. */
  readonly info?: string;
};
