/** Where a job should run, as Galaxy's job configuration says: environment, runner, queue. */
export type Destination = {
  readonly environment: string;
  readonly runner: string;
  /** Where Pulsar keeps jobs, as Pulsar's host sees it. */
  readonly jobsDirectory: string | undefined;
  /** The queue's place, for whom to ask when nothing happens. */
  readonly queue:
    | {
        readonly vhost: string;
        readonly user: string;
        readonly broker: string | undefined;
        readonly place: string;
      }
    | undefined;
  /** Prefix of the queues' names, `pulsar_` for the default manager. */
  readonly queuePrefix: string;
  /** Inventory names of hosts on which Pulsar may be. */
  readonly pulsars: readonly string[];
};
