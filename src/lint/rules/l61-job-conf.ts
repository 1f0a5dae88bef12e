/** L61: the job configuration is there and can be read. */

import { didYouMean } from '../../base/did-you-mean.ts';
import type { Galaxy } from '../facts/galaxy.ts';
import { placedFiles } from '../facts/galaxy.ts';
import type { Found, Rule } from '../rule.ts';

export const jobConfFile: Rule = {
  id: 'L61',
  severity: 'E',
  title: "Galaxy's job configuration is made by the project where galaxy.yml looks for it, and is YAML or XML",
  why: 'Galaxy does not start with a file that it cannot read; one that is not there leaves all jobs to its own host.',
  fix: 'Correct the template, or let `job_config_file` and the `dest` of `galaxy_config_templates` say the same.',
  check: ({ galaxies }) => galaxies.flatMap((galaxy) => [...broken(galaxy), ...missing(galaxy)]),
};

function broken({ view, broken: files }: Galaxy): readonly Found[] {
  return files.map(({ at, why }) => ({
    message: `${at.file} makes a file that Galaxy cannot read: ${why}`,
    at: [at],
    fix: 'correct it there; gatdeploy render shows what comes out',
    hosts: [view.host],
  }));
}

function missing({ view, missingJobs }: Galaxy): readonly Found[] {
  if (!missingJobs) return [];
  const { dest, at } = missingJobs;
  const near = didYouMean(dest, placedFiles(view));
  return [
    {
      severity: 'W',
      message: `job_config_file is ${dest}, but nothing of the project makes this file`,
      at: [at, view.defined('galaxy_config_templates') ?? view.defined('galaxy_config_files')],
      fix:
        near === undefined ? `galaxy_config_templates: add {src: …, dest: ${dest}}` : `job_config_file: ${near}`,
      hosts: [view.host],
    },
  ];
}
