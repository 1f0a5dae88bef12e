import { defineConfig } from 'vitest/config';

/**
 * Three projects: `unit` needs no host and is quick; `hosts` runs real Debian hosts in the lab, one file at a time; `chain`
 * installs a real Galaxy and sends a job through everything, which takes a quarter of an hour (npm run test:chain).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/hosts/**', '**/node_modules/**'],
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
      {
        test: {
          name: 'chain',
          include: ['test/hosts/**/*.chain.test.ts'],
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
