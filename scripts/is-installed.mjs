// Says by its exit code whether node_modules holds exactly what package-lock.json asks for.
import { existsSync, readFileSync } from 'node:fs';

const installed = 'node_modules/.package-lock.json';
if (!existsSync(installed)) process.exit(1);
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
const there = packagesOf(installed);
const differs = Object.entries(packagesOf('package-lock.json')).some(
  ([path, wanted]) => path !== '' && there[path]?.version !== wanted.version && !(wanted.optional && !there[path]),
);
process.exit(differs ? 1 : 0);
