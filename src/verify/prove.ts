/** Conducts proofs one after the other and tells each verdict, as checks are told. */
import { type Script, sh, steps } from '../base/shell.ts';
import type { CheckOutput } from './check.ts';
import { type Proof, type ProofContext, ProofStopped } from './proof.ts';
import { type CheckResult, emitResult, type VerifyOptions } from './run.ts';
import { shownOf } from './shown.ts';

/** Conducts all proofs, until somebody stops the run; jobs beside each other would only wait for each other. */
export async function runProofs(
  proofs: readonly Proof[],
  options: VerifyOptions,
): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  try {
    for (const proof of proofs) {
      if (options.signal?.aborted) break;
      results.push(await runProof(proof, options));
    }
  } catch (error) {
    if (!(error instanceof ProofStopped)) throw error;
  } finally {
    for (const proof of proofs) await proof.close?.(contextOf(proof, options));
  }
  return results;
}

async function runProof(proof: Proof, options: VerifyOptions): Promise<CheckResult> {
  const startedAt = options.clock();
  const found = await proof.conduct(contextOf(proof, options));
  const verdict = { ...found, got: shownOf(found.got) };
  const result = { check: proof, verdict, ms: options.clock() - startedAt };
  emitResult(result, options);
  return result;
}

function contextOf({ host, id }: Proof, options: VerifyOptions): ProofContext {
  const ask = async (name: string, script: Script): Promise<CheckOutput> => {
    const link = options.links.get(name);
    if (!link) return { code: null, stdout: '', stderr: `${name} was not reached` };
    const result = await link.connection.exec({
      script: steps(sh`export LC_ALL=C`, script),
      become: link.become,
      maxOutputBytes: 1_048_576,
    });
    return { code: result.code, stdout: result.stdout.toString('utf8'), stderr: result.stderr.toString('utf8') };
  };
  return {
    ask,
    tell: (line) => options.emit({ type: 'output', at: options.clock(), host, resource: id, line: shownOf(line) }),
    clock: options.clock,
    pause: async (ms) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      if (options.signal?.aborted) throw new ProofStopped('stopped');
    },
  };
}
