import { defineConfig } from 'vitest/config';

/**
 * Three projects: `unit` needs no host and is quick; `hosts` runs real Debian hosts in the lab, one file at a time; `long`
 * sweeps faults over every step and installs a real Galaxy, which takes more than CI has (npm run test:long).
 */
export default defineConfig({
  test: {
    // Each process loads a module once: loading them all anew for every file took most of the time.
    poolOptions: { forks: { isolate: false } },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/hosts/**', '**/node_modules/**'],
          setupFiles: ['test/support/forget-secrets.ts'],
          // A busy machine is slow; no test measures time.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry: process.env.CI ? 1 : 0,
        },
      },
      {
        test: {
          name: 'hosts',
          include: ['test/hosts/**/*.host.test.ts'],
          poolOptions: { forks: { singleFork: true, isolate: true } },
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Packages come over the network, which may stumble once.
          retry: 1,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/hosts/**/*.long.test.ts'],
          poolOptions: { forks: { singleFork: true, isolate: true } },
          testTimeout: 600_000,
          hookTimeout: 600_000,
          // Packages come over the network, which may stumble once.
          retry: 1,
        },
      },
    ],
  },
});
