/** The Debian that long tests of Pulsar run on: `GATDEPLOY_LAB_OS=trixie npm run test:long -- pulsar` takes the newer one. */
export const LAB_OS = process.env.GATDEPLOY_LAB_OS === 'trixie' ? 'trixie' : 'bookworm';
