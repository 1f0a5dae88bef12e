/** Galaxy: its code, its directories, its configuration and its processes. */
import { file, type Resource } from '../../resources/index.ts';
import { declareAccount } from '../account.ts';
import { modeOf } from '../mode.ts';
import { defineRole } from '../role.ts';
import { galaxyAdvice } from './advice.ts';
import { galaxyChecks } from './checks.ts';
import { appSection, galaxyConfig, renderConfig } from './config.ts';
import { databaseOf } from './database.ts';
import { checkSupported } from './errors.ts';
import { galaxyExaminations } from './examine.ts';
import { declareDirectories, declareFiles, declareMutable } from './files.ts';
import { declareInstall } from './install.ts';
import { type Layout, layoutOf } from './layout.ts';
import { galaxyProofs } from './proofs.ts';
import { queuesIn } from './queues.ts';
import { declareRules } from './rules.ts';
import { declareReload, declareService } from './service.ts';
import { declareTools } from './tools.ts';
import { type GalaxyValues, vars } from './vars.ts';
import { galaxyWork } from './work.ts';

export const galaxy = defineRole({
  name: 'galaxy',
  aliases: ['galaxyproject.galaxy'],
  doc: "Installs Galaxy from its package or from git, configures it and runs it; or places an existing Galaxy's configuration.",
  vars,

  declare(v, host) {
    const layout = layoutOf(v, host);
    const accounts = v.galaxy_create_user
      ? declareAccount(layout.user, { group: v.galaxy_group, comment: 'Galaxy' })
      : [];
    const directories = declareDirectories(v, layout);
    const files = declareFiles(v, host, layout);
    const first = [...accounts, ...directories];
    if (v.galaxy_install_method === 'existing') {
      const placed = files.map(({ resource }) => resource);
      const reloads = placed.length === 0 ? [] : declareReload(layout, placed);
      return [...first, ...placed, ...reloads];
    }
    checkSupported(v, host);
    const config = renderConfig(galaxyConfig(v, layout));
    const galaxyYml = file(layout.galaxyYml, {
      content: config,
      owner: layout.keeper,
      group: layout.group,
      mode: modeOf(v.galaxy_config_perms),
    });
    const installed = declareInstall(v, host, { layout, before: directories });
    const tools = [...declareTools(v, host, layout), ...declareRules(v, host, { layout, code: installed.loads })];
    const mutable = declareMutable(v, host, layout);
    const placed = [galaxyYml, ...files.map(({ resource }) => resource), ...tools];
    const loads = [...installed.loads, ...placed.filter((one) => isLoaded(one, v, layout))];
    const running = v.galaxy_manage_systemd
      ? declareService(v, host, {
          layout,
          galaxyYml,
          loads,
          after: [...first, ...mutable, ...installed.resources],
          queues: queuesIn([config, ...files.map(({ content }) => content)]),
          database: databaseOf(v, layout),
          work: galaxyWork(v, host),
        })
      : [];
    return [...first, ...installed.resources, ...placed, ...mutable, ...running];
  },

  verify: galaxyChecks,
  prove: galaxyProofs,
  examine: galaxyExaminations,
  advise: galaxyAdvice,
});

/** Galaxy looks at its tools again by itself, unless `watch_tools` is off. */
function isLoaded(one: Resource, v: GalaxyValues, layout: Layout): boolean {
  if (one.kind.name === 'directory') return false;
  const isWatched = !/^(?:false|off|no|0)$/i.test(String(appSection(v, layout).get('watch_tools') ?? 'auto'));
  return !(isWatched && one.name.startsWith(`${layout.localTools}/`));
}
