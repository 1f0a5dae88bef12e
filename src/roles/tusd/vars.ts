/** The variables of galaxyproject.tusd, under the names and with the defaults that its users know. */
import { z } from 'zod';
import { checksum } from '../fetched.ts';
import { modeOf } from '../mode.ts';
import type { RoleValues } from '../role.ts';
import { bool, listOf, word } from '../types.ts';

const instance = z.object({ name: word, user: word, group: word, args: listOf(word) });

export const vars = {
  tusd_version: {
    type: word,
    default: 'latest',
    doc: 'A release such as v1.13.0; `latest` is whatever is newest when tusd is first installed, and then stays.',
  },
  tusd_path: { type: word, default: '/usr/local/sbin/tusd', doc: 'Where the program is.' },
  tusd_mode: {
    type: z.union([word, z.number()]).transform(modeOf),
    default: '0755',
    doc: "The program's mode.",
  },
  tusd_owner: { type: word, default: 'root', doc: "The program's owner." },
  tusd_group: { type: word, default: 'root', doc: "The program's group." },
  tusd_os: { type: word, default: 'linux', doc: 'Part of the name of the release.' },
  tusd_arch: {
    type: word,
    default: "{{ {'x86_64': 'amd64', 'aarch64': 'arm64'}[ansible_architecture] | default(ansible_architecture) }}",
    doc: 'Part of the name of the release.',
  },
  tusd_archive: { type: word, default: 'tar.gz', doc: 'Part of the name of the release.' },
  tusd_binary_archive_url: {
    type: word,
    default:
      "https://github.com/tus/tusd/releases/{{ 'latest/download' if tusd_version == 'latest' else 'download/' ~ tusd_version }}/tusd_{{ tusd_os }}_{{ tusd_arch }}.{{ tusd_archive }}",
    doc: 'Where the release is fetched from: a `.tar.gz`, or the program itself; empty where it is at `tusd_path` already.',
  },
  tusd_binary_checksum: {
    type: checksum,
    default: '',
    doc: 'What is fetched must have this checksum, `sha256:…`. Not known to Ansible.',
  },
  tusd_systemd: { type: bool, default: true, doc: 'Run the instances under systemd.' },
  tusd_systemd_target: {
    type: word,
    default: 'network.target time-sync.target',
    doc: 'Units that the instances start after.',
  },
  tusd_instances: {
    type: z.array(instance),
    default: [],
    doc: 'Servers, `{name, user, group, args}`; none where Galaxy runs tusd itself.',
  },
} as const;

export type TusdValues = RoleValues<typeof vars>;
export type Instance = z.infer<typeof instance>;
