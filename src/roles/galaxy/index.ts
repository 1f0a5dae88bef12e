/** Galaxy: its code, its directories, its configuration and its processes. */
import type { Text } from '../../base/secret.ts';
import { file, type Resource } from '../../resources/index.ts';
import { declareAccount } from '../account.ts';
import { modeOf } from '../mode.ts';
import { defineRole, type HostContext } from '../role.ts';
import { galaxyAdvice } from './advice.ts';
import { galaxyChecks } from './checks.ts';
import { declareCleanup } from './cleanup.ts';
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
    const first = [...declareAccounts(v, layout), ...declareDirectories(v, layout)];
    const cleanup = declareCleanup(v, layout);
    if (v.galaxy_install_method === 'existing') {
      const placed = v.galaxy_manage_static_setup ? declareOthers(v, host, layout) : [];
      const reloads = placed.length === 0 ? [] : declareReload(layout, placed);
      const mutable = v.galaxy_manage_paths ? declareMutable(v, host, layout) : [];
      return [...first, ...placed, ...mutable, ...reloads, ...cleanup];
    }
    checkSupported(v, host);
    const mutable = declareMutable(v, host, layout);
    const config = renderConfig(galaxyConfig(v, layout));
    const galaxyYml = declareGalaxyYml(v, layout, config);
    const files = declareFiles(v, host, layout);
    const installed = declareInstall(v, host, { layout, before: first });
    const tools = [...declareTools(v, host, layout), ...declareRules(v, host, { layout, code: installed.loads })];
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
    return [...first, ...installed.resources, ...placed, ...mutable, ...running, ...cleanup];
  },

  verify: galaxyChecks,
  prove: galaxyProofs,
  examine: galaxyExaminations,
  advise: galaxyAdvice,
});

function declareAccounts(v: GalaxyValues, { user }: Layout): readonly Resource[] {
  if (!v.galaxy_create_user) return [];
  const group = v.galaxy_group;
  const keeper = v.galaxy_privsep_user;
  return [
    ...declareAccount(user, { group, comment: 'Galaxy server' }),
    ...(keeper.name === 'root' || keeper.name === user.name
      ? []
      : declareAccount(keeper, { group, comment: 'Galaxy server privilege separation' })),
  ];
}

/** What a Galaxy that others have installed reads; its galaxy.yml only where the project says something for it. */
function declareOthers(v: GalaxyValues, host: HostContext, layout: Layout): readonly Resource[] {
  const saysNothing = v.galaxy_config.size === 0 && v.galaxy_job_config === undefined;
  return [
    ...(saysNothing ? [] : [declareGalaxyYml(v, layout, renderConfig(galaxyConfig(v, layout)))]),
    ...declareFiles(v, host, layout).map(({ resource }) => resource),
    ...declareTools(v, host, layout),
    ...declareRules(v, host, { layout, code: [] }),
  ];
}

function declareGalaxyYml(v: GalaxyValues, layout: Layout, content: Text): Resource {
  return file(layout.galaxyYml, {
    content,
    settings: true,
    owner: layout.keeper,
    group: layout.group,
    mode: modeOf(v.galaxy_config_perms),
  });
}

/** Galaxy looks at its tools again by itself, unless `watch_tools` is off. */
function isLoaded(one: Resource, v: GalaxyValues, layout: Layout): boolean {
  if (one.kind.name === 'directory') return false;
  const isWatched = !/^(?:false|off|no|0)$/i.test(String(appSection(v, layout).get('watch_tools') ?? 'auto'));
  return !(isWatched && one.name.startsWith(`${layout.localTools}/`));
}
