import { describe, expect, test } from 'vitest';
import { galaxy } from '../../src/roles/galaxy/index.ts';
import { pulsar } from '../../src/roles/pulsar/index.ts';
import { rabbitmq } from '../../src/roles/rabbitmq/index.ts';
import { contentOf, declareRole, idsOf } from '../support/role.ts';

const pulsar_sites = [
  { name: 'au', password: 'p@ss/word', broker: 'galaxy.example.org', tools: ['bwa_mem'] },
  { name: 'nz', password: 'other', broker: 'galaxy.example.org', vhost: '/kiwi', params: { tags: 'far' } },
];

describe('one declaration of a site', () => {
  test('makes its virtual host and its user on the broker', () =>
    expect(
      idsOf(declareRole(rabbitmq, { pulsar_sites }).resources).filter((id) => /^rabbitmq_(?:user|vhost)/.test(id)),
    ).toEqual([
      'rabbitmq_vhost[/pulsar/au]',
      'rabbitmq_vhost[/kiwi]',
      'rabbitmq_user[guest]',
      'rabbitmq_user[au] provides amqp:gat-1.example.org//pulsar/au/au',
      'rabbitmq_user[nz] provides amqp:gat-1.example.org//kiwi/nz',
    ]));

  test("makes its runner and environment in the admin's job_conf", () => {
    const { resources } = declareRole(
      galaxy,
      {
        galaxy_layout: 'root-dir',
        galaxy_root: '/srv/galaxy',
        galaxy_config_templates: [{ src: 'job_conf.yml.j2', dest: '/srv/galaxy/config/job_conf.yml' }],
        pulsar_sites,
      },
      { files: { 'job_conf.yml.j2': 'tools:\n- {id: own, environment: local}\nexecution: {default: local}\n' } },
    );
    const text = contentOf(resources, '/srv/galaxy/config/job_conf.yml');
    expect(text).toContain('amqp_url: pyamqp://au:p%40ss%2Fword@galaxy.example.org:5671//pulsar/au?ssl=1');
    expect(text).toContain('amqp_url: pyamqp://nz:other@galaxy.example.org:5671//kiwi?ssl=1');
    expect(text).toContain('default: local\n');
    expect(text).toMatch(
      /tools:\n- {3}environment: local\n {4}id: own\n- {3}environment: pulsar_au\n {4}id: bwa_mem\n/,
    );
    expect(text).toMatch(/pulsar_nz:\n(?: {12}.*\n)* {12}tags: far\n/);
  });

  test('goes into a job configuration that stands among the variables, and into no file beside it', () => {
    const { resources } = declareRole(galaxy, {
      galaxy_layout: 'root-dir',
      galaxy_root: '/srv/galaxy',
      galaxy_install_method: 'pypi',
      galaxy_job_config: { execution: { default: 'local', environments: { local: { runner: 'l' } } } },
      pulsar_sites,
    });
    const text = contentOf(resources, '/srv/galaxy/config/galaxy.yml');
    expect(text).toContain('amqp_url: pyamqp://au:p%40ss%2Fword@galaxy.example.org:5671//pulsar/au?ssl=1');
    expect(text).toContain('default: local\n');
    expect(text).not.toContain('job_config_file');
    expect(idsOf(resources)).not.toContain('file[/srv/galaxy/config/job_conf.yml]');
  });

  test('gives its Pulsar the queue, with the name in the certificate checked', () => {
    const { resources } = declareRole(pulsar, {
      pulsar_root: '/mnt/pulsar',
      pulsar_systemd: true,
      pulsar_sites,
      pulsar_site: 'nz',
    });
    const text = contentOf(resources, '/mnt/pulsar/config/app.yml');
    expect(text).toContain('message_queue_url: pyamqp://nz:other@galaxy.example.org:5671//kiwi\n');
    expect(text).toContain('amqp_connect_ssl_server_hostname: galaxy.example.org');
  });
});

test('a Pulsar of a site that nobody declared is told which there are', () =>
  expect(() => declareRole(pulsar, { pulsar_root: '/mnt/pulsar', pulsar_sites, pulsar_site: 'uk' })).toThrow(
    'cannot set up pulsar on gat-1.example.org as `pulsar_site` asks',
  ));
