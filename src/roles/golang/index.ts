/** gantsign.golang: playbooks list it to build singularity, which comes as a package here. */
import { aptPackage } from '../../resources/index.ts';
import { defineRole } from '../role.ts';
import { bool, word } from '../types.ts';

export const golang = defineRole({
  name: 'golang',
  aliases: ['gantsign.golang'],
  doc: 'Installs Go from the distribution on request; nothing here is built with it.',
  vars: {
    golang_install: {
      type: bool,
      default: false,
      doc: "Install the distribution's Go; apptainer comes as a package and needs none. Not known to Ansible.",
    },
    golang_version: { type: word.optional(), doc: "Has no effect: the distribution's version counts." },
  },

  declare: (v) => (v.golang_install ? [aptPackage('golang-go', {})] : []),

  advise: (v, host) =>
    v.golang_install
      ? []
      : [
          {
            code: 'golang/not-installed',
            variable: 'golang_install',
            position: undefined,
            text: `${host.name} gets no Go, as apptainer is not built here`,
            fix: 'take the role out of the playbook, or set golang_install: true for other programs',
          },
        ],
});
