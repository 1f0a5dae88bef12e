/** advanced.config: Erlang terms for what rabbitmq.conf has no place for. See rabbitmq.com, "Configuration", "advanced.config". */
import { joinText, mapText, type Text } from '../../base/secret.ts';
import type { HostContext } from '../role.ts';
import { isScalar, otherApplications, pairs, type Scalar } from './config-terms.ts';
import { advancedTwice } from './errors.ts';
import type { Config, RabbitmqValues } from './vars.ts';

/** How a file of ours begins. */
export const ADVANCED_MARK = '%% Made by gatdeploy';

/**
 * The file's content: `rabbitmq_advanced_config` as it stands, or the applications of an old `rabbitmq_config` that
 * rabbitmq.conf doesn't know; undefined where there is nothing to say. @throws GatError rabbitmq/advanced-twice
 */
export function advancedConfig(v: RabbitmqValues, host: HostContext): Text | undefined {
  const others = Array.isArray(v.rabbitmq_config) ? otherApplications(v.rabbitmq_config as readonly Config[]) : [];
  const own = v.rabbitmq_advanced_config;
  const [first] = others;
  if (own !== undefined && first) throw advancedTwice(first[0], host);
  if (own !== undefined) return joinText([ADVANCED_MARK, '.\n', mapText(own, (text) => `${text.trimEnd()}\n`)]);
  if (!first) return undefined;
  const applications = others.map(([name, settings]) => joinText([`  {${name}, [`, tuples(settings), ']}']));
  return joinText([ADVANCED_MARK, ' from rabbitmq_config.\n[\n', joinText(applications, ',\n'), '\n].\n']);
}

function tuples(settings: Config): Text {
  return joinText(
    pairs(settings).map(([key, value]) => joinText([`{${key}, `, term(value), '}'])),
    ', ',
  );
}

/** A dict, or a list of them, is a list of pairs; a list is a list; texts are strings unless they are Erlang's own words. */
function term(value: Config): Text {
  if (value === null) return 'null';
  if (isScalar(value)) return atomOrString(value);
  if (!Array.isArray(value)) return joinText(['[', tuples(value), ']']);
  const items = (value as readonly Config[]).map((item) =>
    item !== null && !isScalar(item) && !Array.isArray(item) ? tuples(item) : term(item),
  );
  return joinText(['[', joinText(items, ', '), ']']);
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

function atomOrString(value: Scalar): Text {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return mapText(value, (text) => {
    if (/^(?:true|false|null)$/i.test(text)) return text.toLowerCase();
    return NUMBER.test(text) ? text : JSON.stringify(text);
  });
}
