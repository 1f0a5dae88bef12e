import { defineConfig } from 'vitest/config';

/** Two projects: `unit` needs no host and is quick; `hosts` runs real Debian hosts in the lab, one file at a time. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.host.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'hosts',
          include: ['test/hosts/**/*.host.test.ts'],
          poolOptions: { forks: { singleFork: true } },
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Packages come over the network, which may stumble once.
          retry: 1,
        },
      },
    ],
  },
});
