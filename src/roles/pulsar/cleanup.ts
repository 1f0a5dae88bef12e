/** Removes what finished jobs leave behind: with a message queue Galaxy asks nobody to. */
import { quoteWord } from '../../base/shell.ts';
import { template } from '../../render/template.ts';
import { file, type Resource, service } from '../../resources/index.ts';
import type { Layout } from './layout.ts';
import type { PulsarValues } from './vars.ts';

/** Declares a timer that removes old directories of finished jobs, if the admin says how old. */
export function declareCleanup(v: PulsarValues, layout: Layout): readonly Resource[] {
  const days = v.pulsar_staging_max_age_days;
  if (days === undefined) return [];
  const unit = `${v.pulsar_systemd_service_name}-staging-cleanup`;
  const path = `/usr/local/sbin/${unit}`;
  const script = file(path, {
    content: template('pulsar/staging-cleanup.sh.hbs', { staging: quoteWord(v.pulsar_staging_dir), days }),
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
