/** S12: archives that would write elsewhere. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { applyHere, makeProject, removeProject } from '../support/tasks-here.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeProject(folder);
});

type Member = {
  readonly name: string;
  readonly content?: string;
  readonly linkTo?: string;
  readonly isHard?: boolean;
};

/** Writes a tar as an attacker would: whatever names he likes. See tar(5), ustar. */
function tarOf(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ name, content = '', linkTo = '', isHard = false }) => {
    const head = Buffer.alloc(512);
    const put = (at: number, text: string) => head.write(text, at, 'latin1');
    put(0, name);
    put(100, '0000644\0');
    put(108, '0000000\0');
    put(116, '0000000\0');
    put(124, `${content.length.toString(8).padStart(11, '0')}\0`);
    put(136, '00000000000\0');
    put(148, ' '.repeat(8));
    put(156, linkTo === '' ? '0' : isHard ? '1' : '2');
    put(157, linkTo);
    put(257, 'ustar\x0000');
    put(
      148,
      `${head
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
    );
    const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
    body.write(content);
    return [head, body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe.runIf(process.getuid?.() === 0)('an archive that would write elsewhere', { timeout: 60_000 }, () => {
  test.each<[string, (outside: string) => readonly Member[]]>([
    ['by dots', () => [{ name: '../outside/planted', content: 'x' }]],
    ['by dots in the middle', () => [{ name: 'a/../../outside/planted', content: 'x' }]],
    ['by a name from the root', (outside) => [{ name: `${outside}/planted`, content: 'x' }]],
    [
      'through a link that it brings',
      (outside) => [
        { name: 'way', linkTo: outside },
        { name: 'way/planted', content: 'x' },
      ],
    ],
    [
      'through a relative link that it brings',
      () => [
        { name: 'way', linkTo: '../outside' },
        { name: 'way/planted', content: 'x' },
      ],
    ],
    [
      'over a link that it brings',
      (outside) => [
        { name: 'kept', linkTo: `${outside}/kept` },
        { name: 'kept', content: 'x' },
      ],
    ],
    [
      'through a hard link to what is there',
      (outside) => [
        { name: 'kept', linkTo: `${outside}/kept`, isHard: true },
        { name: 'kept', content: 'x' },
      ],
    ],
  ])('%s does not', async (_title, members) => {
    const folder = makeProject({
      'site.yml': `- hosts: here
  become: true
  tasks:
    - unarchive: { src: "{{ playbook_dir }}/evil.tar", dest: "{{ playbook_dir }}/dest", remote_src: true }
`,
    });
    folders.push(folder);
    const outside = join(folder, 'outside');
    for (const one of [outside, join(folder, 'dest')]) mkdirSync(one);
    writeFileSync(join(outside, 'kept'), 'kept');
    writeFileSync(join(folder, 'evil.tar'), tarOf([{ name: 'fine', content: 'fine' }, ...members(outside)]));
    await applyHere(folder);
    expect(readFileSync(join(folder, 'dest/fine'), 'utf8')).toBe('fine');
    expect(existsSync(join(outside, 'planted'))).toBe(false);
    expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
  });
});
