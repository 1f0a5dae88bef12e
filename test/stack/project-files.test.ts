import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reveal, Secret } from '../../src/base/secret.ts';
import { loadProject } from '../../src/project/project.ts';
import { encryptContent } from '../../src/project/vault/cipher.ts';
import { projectFiles } from '../../src/stack/project-files.ts';
import { makeProject } from '../support/tasks-here.ts';

test("a role's files are looked for in the role before beside its tasks, and its tasks the other way round", async () => {
  const folder = makeProject({
    'site.yml': '- hosts: all\n',
    'roles/ftp/vars/debian.yml': 'where: vars\n',
    'roles/ftp/tasks/debian.yml': '- debug: {msg: tasks}\n',
    'roles/ftp/debian.yml': '- debug: {msg: role}\n',
    'vars/more.yml': 'where: playbook\n',
  });
  try {
    const { loader } = await loadProject(folder, { inventory: ['here,'], playbook: 'site.yml' });
    const role = join(folder, 'roles/ftp');
    const files = projectFiles(loader, [folder]).inRole(role).below(join(role, 'tasks'));
    expect(files.searched('debian.yml', 'vars')[0]).toBe('roles/ftp/vars/debian.yml');
    expect(files.values('debian.yml')).toMatchObject({ kind: 'dict' });
    expect(files.values('more.yml')).toMatchObject({ kind: 'dict' });
    expect(files.tasks('debian.yml')?.tasks).toHaveLength(1);
    expect(files.tasks('debian.yml')?.files.values('debian.yml')).toMatchObject({ kind: 'dict' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('bytes that are no text are carried in base64, those of a vault file as a secret', async () => {
  const bytes = Buffer.from([0x6d, 0x00, 0xff, 0xfe, 0x0a]);
  const folder = makeProject({
    'site.yml': '- hosts: all\n',
    'ansible.cfg': '[defaults]\nvault_password_file = pass\n',
    pass: 'p\n',
    'files/sealed.key': encryptContent(bytes, Buffer.from('p')),
  });
  writeFileSync(join(folder, 'files/open.key'), bytes);
  try {
    const { loader } = await loadProject(folder, { inventory: ['here,'], playbook: 'site.yml' });
    const files = projectFiles(loader, [folder]);
    const [open, sealed] = ['open.key', 'sealed.key'].map((name) => files.find(name, 'files'));
    expect(open).toMatchObject({ text: bytes.toString('base64'), isBinary: true });
    expect(sealed).toMatchObject({ isBinary: true });
    expect(sealed?.text).toBeInstanceOf(Secret);
    expect(reveal(sealed?.text ?? '')).toBe(bytes.toString('base64'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
