/** The conda that Pulsar's dependency resolvers look for, so that Pulsar starts after whoever installs it. */
import { sh } from '../../base/shell.ts';
import { isDict, isList } from '../../base/value.ts';
import { existingFile, type Resource } from '../../resources/index.ts';
import type { Check } from '../../verify/check.ts';
import { plainText } from '../plain-text.ts';
import type { HostContext } from '../role.ts';
import type { Layout } from './layout.ts';
import type { PulsarValues } from './vars.ts';

/** Named, where a resolver asks for it: a Pulsar that finds none would fetch one itself, which takes minutes. */
export function declareConda(v: PulsarValues): readonly Resource[] {
  const program = condaProgram(v);
  return program === undefined ? [] : [existingFile(program, {})];
}

/** Without conda tools are found on the PATH only, which may be what is wanted; a conda that Pulsar can't run is not. */
export function condaCheck(v: PulsarValues, host: HostContext, { unit, user }: Layout): readonly Check[] {
  const program = condaProgram(v);
  if (program === undefined) return [];
  return [
    {
      id: `${unit}/conda`,
      host: host.name,
      title: `${user.name} can run the conda of Pulsar's dependency resolvers, if it is there`,
      asks: `runuser -u ${user.name} -- ${program} -V`,
      script: sh`test -e ${program} || { echo 'it is not there: tools are found on the PATH only'; exit 0; }
cd / && timeout 60 runuser -u ${user.name} -- ${program} -V 2>&1`,
      judge({ code, stdout }) {
        const got = stdout.trim().split('\n').at(-1) ?? '';
        return code === 0
          ? { ok: true, got }
          : { ok: false, got, fix: `give ${program} to ${user.name}: miniconda_owner: ${user.name}` };
      },
    },
  ];
}

function condaProgram(v: PulsarValues): string | undefined {
  const config = v.pulsar_yaml_config_merged;
  const resolution = config.get('dependency_resolution');
  const resolvers = resolution !== undefined && isDict(resolution) ? resolution.get('resolvers') : [];
  const listed = resolvers !== undefined && isList(resolvers) ? resolvers : [];
  const conda = listed.filter(isDict).find((one) => plainText(one.get('type')) === 'conda');
  if (conda === undefined) return undefined;
  const texts = [
    ...[conda.get('prefix'), config.get('conda_prefix')].map(plainText),
    below(plainText(config.get('tool_dependency_dir'))),
  ];
  const prefix = texts.find((one) => one?.startsWith('/'));
  return prefix === undefined ? undefined : `${prefix}/bin/conda`;
}

function below(dependencies: string | undefined): string | undefined {
  return dependencies === undefined ? undefined : `${dependencies}/_conda`;
}
