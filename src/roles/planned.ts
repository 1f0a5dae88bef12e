/** Roles that training repositories list and that have no native form yet. Each is an error where it is used, never a silent gap. */

export type PlannedRole = {
  /** Names that playbooks use. */
  readonly aliases: readonly string[];
  /** What it does, for the error: a verb in the third person and its object. */
  readonly does: string;
};

export const plannedRoles: readonly PlannedRole[] = [
  { aliases: ['galaxyproject.proftpd', 'proftpd'], does: 'runs an FTP server for uploads' },
  { aliases: ['usegalaxy_eu.tiaas2', 'tiaas2'], does: 'sets up Training Infrastructure as a Service' },
  { aliases: ['usegalaxy_eu.galaxy_systemd', 'galaxy_systemd'], does: "writes Galaxy's units" },
  {
    aliases: [
      'dj-wasabi.telegraf',
      'cloudalchemy.grafana',
      'usegalaxy_eu.influxdb',
      'telegraf',
      'grafana',
      'influxdb',
    ],
    does: 'sets up monitoring',
  },
  { aliases: ['paprikant.beacon', 'paprikant.beacon-importer'], does: 'sets up a Beacon' },
];
