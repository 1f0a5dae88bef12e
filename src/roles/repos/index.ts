/** galaxyproject.repos: a package source for what the distribution lacks, such as slurm-drmaa. */
import { aptRepository } from '../../resources/index.ts';
import { defineRole } from '../role.ts';
import { listOf, text, word } from '../types.ts';

export const repos = defineRole({
  name: 'repos',
  aliases: ['galaxyproject.repos'],
  doc: 'Adds the package source that brings slurm-drmaa, by which Galaxy hands jobs to Slurm.',
  vars: {
    repos_apt_lines: {
      type: listOf(word).optional(),
      doc: 'Lines of sources.list, `deb https://… bookworm main`; an empty list adds nothing. Not known to Ansible, whose role has its sources built in.',
    },
    repos_apt_key: {
      type: text.optional(),
      doc: 'The armoured public key that signs the source. Not known to Ansible.',
    },
  },

  declare(v) {
    const lines = v.repos_apt_lines ?? [];
    if (lines.length === 0) return [];
    return [
      aptRepository('galaxy-depot', { lines, ...(v.repos_apt_key === undefined ? {} : { key: v.repos_apt_key }) }),
    ];
  },

  advise: (v, host) =>
    v.repos_apt_lines !== undefined
      ? []
      : [
          {
            code: 'repos/no-source',
            variable: 'repos_apt_lines',
            position: undefined,
            text: `${host.name} gets no package source for slurm-drmaa, as gatdeploy names no host that it could come from`,
            fix: "set repos_apt_lines and repos_apt_key to the source and its key, or repos_apt_lines: [] where jobs don't go to Slurm by DRMAA",
          },
        ],
});
