/** Mistakes that only a host can tell: the same catalogue's other part, with what looks for each of them. */

export type HostRule = {
  readonly id: string;
  readonly title: string;
  /** What looks for it. */
  readonly by: string;
};

export const hostRules: readonly HostRule[] = [
  {
    id: 'L21',
    title: "Pulsar's host trusts the certificate of `galaxy_url`",
    by: '`verify`: a TLS handshake from the Pulsar host with chain and name',
  },
  {
    id: 'L24',
    title: 'The installed Erlang is one that the installed RabbitMQ supports',
    by: '`verify`: the versions of both packages are compared; `lint`: those that `rabbitmq_version` and `rabbitmq_erlang_version` ask for',
  },
  {
    id: 'L29',
    title: 'A certificate that is there has the authority and the names that are declared',
    by: '`plan`: it is compared and replaced',
  },
  {
    id: 'L38',
    title: 'There is room for jobs and datasets',
    by: '`verify`: 5 GB and inodes are free at `pulsar_root` and `galaxy_file_path`',
  },
  {
    id: 'L39',
    title:
      "Pulsar's host reaches the broker and Galaxy, and the broker shows plain AMQP, its management and Erlang's ports to nobody else",
    by: '`verify`: logins and handshakes from the Pulsar host, and the listeners of the broker',
  },
  {
    id: 'L40',
    title: 'Services have loaded what their files say',
    by: '`plan`: a restart or reload that is owed is shown with its reason, and `apply` makes it',
  },
  {
    id: 'L43',
    title: 'app.yml and other files with secrets are closed to other users; no backups of them stay',
    by: '`verify`: app.yml is read as Pulsar and as nobody, and no file with secrets or old copy of one (`*~`) may be readable for others; `plan`: owner and mode of each file; gatdeploy makes no backups beside files',
  },
  {
    id: 'L45',
    title: 'Clocks are right, as certificates and job keys need',
    by: '`verify`: the clocks of Pulsar and Galaxy are compared, and what keeps them right (chrony, timesyncd) is told; a handshake fails with a certificate that is not valid at the time of the host',
  },
  {
    id: 'L57',
    title: 'A host that is to have CVMFS has /dev/fuse',
    by: '`verify`: the check of each repository names it as the reason',
  },
];
