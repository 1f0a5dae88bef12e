import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const npm = (args: readonly string[]): string =>
  execFileSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });

describe('the package', () => {
  test('is smaller than 2 MB, works by itself, and is the same bytes when it is made again', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-pack-'));
    try {
      const pack = () => JSON.parse(npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder]));
      const [first] = pack();
      expect(first.size).toBeLessThan(2_000_000);
      const names = first.files.map((file: { path: string }) => file.path);
      expect(names).toContain('dist/licences.txt');
      expect(
        names.filter((name: string) => /secret|password|node_modules|\.map$|^test\/|^src\//.test(name)),
      ).toEqual([]);
      execFileSync('tar', ['-xzf', path.join(folder, first.filename), '-C', folder]);
      const bin = path.join(folder, 'package/bin/gatdeploy');
      const fixture = path.join(ROOT, 'test/fixtures/gat-repo');
      const planned = execFileSync(process.execPath, [bin, 'graph', '--help'], { cwd: fixture, encoding: 'utf8' });
      expect(planned).toContain('Examples:');
      expect(pack()[0].integrity).toBe(first.integrity);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('pins every dependency, runs nothing at its installation, and names no place to download from', () => {
    const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
    const ranges = Object.values({ ...manifest.dependencies, ...manifest.devDependencies }) as string[];
    expect(ranges.filter((one) => !/^\d+\.\d+\.\d+[\w.-]*$/.test(one))).toEqual([]);
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare'])
      expect(manifest.scripts).not.toHaveProperty(name);
    const packages = Object.entries(lock.packages as Record<string, { integrity?: string; resolved?: string }>);
    expect(packages.filter(([name, one]) => name !== '' && !one.integrity).map(([name]) => name)).toEqual([]);
    expect(packages.filter(([, one]) => one.resolved).map(([name]) => name)).toEqual([]);
  });

  test('has a list of what it is made of', () => {
    const list = JSON.parse(npm(['run', '-s', 'sbom']));
    expect(list.bomFormat).toBe('CycloneDX');
    const names = list.components.map((one: { name: string }) => one.name);
    expect(names).toEqual(expect.arrayContaining(['ssh2', 'commander', 'zod']));
    expect(names).not.toContain('vitest');
  });
});
