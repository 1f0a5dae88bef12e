/** Removes what finished jobs leave behind: with a message queue Galaxy asks nobody to. */
import { quoteWord } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import { file, type Resource, service } from '../../resources/index.ts';
import { plainText } from '../plain-text.ts';
import type { Layout } from './layout.ts';
import { managersOf, stagingOf } from './managers.ts';
import type { PulsarValues } from './vars.ts';

/** Declares a timer that removes old directories of finished jobs, if the admin says how old. */
export function declareCleanup(v: PulsarValues, layout: Layout): readonly Resource[] {
  const days = v.pulsar_staging_max_age_days;
  if (days === undefined) return [];
  const unit = `${v.pulsar_systemd_service_name}-staging-cleanup`;
  const path = `/usr/local/sbin/${unit}`;
  const script = file(path, {
    content: template('pulsar/staging-cleanup.sh.hbs', { ...placesOf(v), days }),
    mode: '0755',
  });
  const daily = file(`/etc/systemd/system/${unit}.service`, {
    content: template('pulsar/staging-cleanup.service.hbs', { user: layout.user.name, script: path }),
  });
  const timer = file(`/etc/systemd/system/${unit}.timer`, {
    content: template('pulsar/staging-cleanup.timer.hbs', {}),
  });
  return [script, daily, timer, service(`${unit}.timer`, { loads: [timer], after: [script, daily] })];
}

/** Managers may have folders of their own. */
function placesOf(v: PulsarValues) {
  const config = v.pulsar_yaml_config_merged;
  const folders = new Set([...managersOf(config).values()].map((options) => stagingOf(v, options)));
  const persistence = plainText(config.get('persistence_directory'));
  return {
    folders: [...folders].map(quoteWord).join(' '),
    marks: quoteWord(persistence ?? v.pulsar_persistence_dir),
  };
}
