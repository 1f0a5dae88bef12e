/** `vars` and `hostvars`: all variables of this host, or of every host, each evaluated when it is touched. */
import type { Scope } from '../base/node.ts';
import type { Evaluator, EvaluatorOptions } from './evaluation.ts';
import { PyDict } from './python/dict.ts';
import { Lazy, type PyValue, undefinedValue } from './python/value.ts';

type Variable = (name: string) => PyValue | undefined;
type Make = (options: EvaluatorOptions) => Evaluator;

/** Finds `vars` and `hostvars`; each is made when it is first asked for. */
export function magicVariables(options: EvaluatorOptions, variable: Variable, make: Make): Variable {
  const known = new Map<string, PyValue>();
  const makers = new Map<string, () => PyValue | undefined>([
    ['vars', () => dictOf(options.scope.names(), variable, options.scope.onAsk)],
    ['hostvars', () => options.scope.hosts && hostVariables(options.scope.hosts, options, make)],
  ]);
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const made = makers.get(name)?.();
    if (made !== undefined) known.set(name, made);
    return made;
  };
}

function dictOf(names: Iterable<string>, variable: Variable, onAsk?: (name: string) => void): PyDict {
  const entries = [...names].map((name) => [name, new Lazy(() => present(variable(name), name))] as const);
  return onAsk ? new HeardDict(entries, onAsk) : new PyDict(entries, true);
}

/** A dict that tells which keys are asked for. */
class HeardDict extends PyDict {
  readonly #onAsk: (name: string) => void;

  constructor(entries: Iterable<readonly [string, Lazy]>, onAsk: (name: string) => void) {
    super(entries, true);
    this.#onAsk = onAsk;
  }

  override get(key: PyValue): PyValue | undefined {
    this.#onAsk(String(key));
    return super.get(key);
  }

  override has(key: PyValue): boolean {
    this.#onAsk(String(key));
    return super.has(key);
  }
}

function present(value: PyValue | undefined, name: string): PyValue {
  return value === undefined ? undefinedValue(`'${name}' is undefined`, name) : value;
}

function hostVariables(hosts: NonNullable<Scope['hosts']>, options: EvaluatorOptions, make: Make): PyDict {
  return dictOf(hosts.names(), (host) => {
    const scope = hosts.scopeOf(host);
    const { access, onUse } = options;
    return scope && make({ scope, access, ...(onUse && { onUse }) }).variable('vars');
  });
}
