/** One lab host for a file of fault tests. GATDEPLOY_TEST_LAB names a lab that is up already and stays. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Script } from '../../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../../src/lab/lab.ts';
import type { Reach } from './world.ts';

export type LabHostUnderTest = {
  readonly lab: Lab;
  readonly reach: Reach;
  /** A folder of the test's own on this machine. */
  readonly folder: string;
  /** Runs a script as root and gives back what it printed. */
  run(script: Script): Promise<string>;
  end(): Promise<void>;
};

export async function openLabHost(name: string): Promise<LabHostUnderTest> {
  const [kept, host = 'one'] = (process.env.GATDEPLOY_TEST_LAB ?? '').split('/');
  const lab = await labUp({ name: kept || name, ...(kept ? {} : { hosts: [host] }) });
  const address = lab.hosts.find((one) => one.name === host)?.address ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-faults-'));
  return {
    lab,
    folder,
    reach: { name: `${host}.lab.test`, address, port: 22, privateKey: lab.privateKey, knownHosts: lab.knownHosts },
    async run(script) {
      const { stdout, stderr } = await labExec(lab, host, script);
      return stdout + stderr;
    },
    async end() {
      rmSync(folder, { recursive: true, force: true });
      if (!kept) await labDown(name);
    },
  };
}
