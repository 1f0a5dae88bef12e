import { renderPosition } from './src/base/position.ts';
import { ALL, append, GALAXY, JOBS, lintTutorial, type Patch, PULSAR, swap } from './test/lint/tutorial.ts';
const S='{{ vault_rabbitmq_password_vhost }}';
const P=(a:string,b:string)=>swap(PULSAR,a,b);
const G=(a:string,b:string)=>swap(GALAXY,a,b);
const J=(a:string,b:string)=>swap(JOBS,a,b);
const URL='//pulsar/galaxy_au?ssl=1"';
const PH='gat-0.au.training.galaxyproject.eu', GH='gat-0.eu.training.galaxyproject.eu';
const HV=(h:string,t:string)=>append(`host_vars/${h}.yml`,t);
const LINE=`  message_queue_url: "pyamqp://galaxy_au:${S}@{{ galaxy_server_hostname }}:5671//pulsar/galaxy_au?ssl=1"\n`;
const dictConf=`rabbitmq_config:
  listeners: {tcp: none}
  ssl_listeners: {default: 5671}
  ssl_options:
    cacertfile: /etc/ssl/certs/fullchain.pem
    certfile: /etc/ssl/certs/cert.pem
    keyfile: /etc/ssl/user/privkey-rabbitmq.pem
    verify: verify_peer
    fail_if_no_peer_cert: false
  management_agent: {disable_metrics_collector: false}
  management: {disable_stats: false}
  consumer_timeout: 21600000
`;
import { readFileSync } from 'node:fs';
const gtext=readFileSync('test/fixtures/gat-repo/'+GALAXY,'utf8');
const oldConf=gtext.slice(gtext.indexOf('rabbitmq_config:'),gtext.indexOf('rabbitmq_vhosts:'));
const newEra=(conf=dictConf):Patch[]=>[swap(GALAXY,oldConf,conf+'\n')];
type C=[string,string,Patch[]];
const cases:C[]=[
['L01','ftp scheme in dict pulsar via host_vars',[HV(PH,`pulsar_yaml_config:\n  message_queue_url: "amqp//galaxy_au:x@h:5671//v"`)]],
['L01','port empty', [P(':5671//','://')]],
['L01','port 0', [P(':5671//',':0//')]],
['L01','port 99999', [J(':5671/',':99999/')]],
['L01','spaces leading', [P('"pyamqp://galaxy','" pyamqp://galaxy')]],
['L01','empty url string',[P(LINE,'  message_queue_url: ""\n')]],
['L01','folded', [P(LINE,`  message_queue_url: >-\n    redis://galaxy_au:${S}@{{ galaxy_server_hostname }}:5671//pulsar/galaxy_au?ssl=1\n`)]],
['-','folded ok', [P(LINE,`  message_queue_url: >-\n    pyamqp://galaxy_au:${S}@{{ galaxy_server_hostname }}:5671//pulsar/galaxy_au?ssl=1\n`)]],
['-','amqps no query', [P('pyamqp://','amqps://'),P('?ssl=1"','"')]],
['L02','trailing slash', [P('galaxy_au?ssl','galaxy_au/?ssl')]],
['L02','case', [P('/pulsar/galaxy_au?','/pulsar/Galaxy_AU?')]],
['L02','vhost list shared var', [append(ALL,'mq_vhosts: [/pulsar/galaxy_xx]'),G('rabbitmq_vhosts:\n  - /pulsar/galaxy_au\n','rabbitmq_vhosts: "{{ mq_vhosts }}"\n')]],
['-','vhost list shared ok', [append(ALL,'mq_vhosts: [/pulsar/galaxy_au]'),G('rabbitmq_vhosts:\n  - /pulsar/galaxy_au\n','rabbitmq_vhosts: "{{ mq_vhosts }}"\n')]],
['-','vhost dict name', [G('  - /pulsar/galaxy_au\n\n','  - {name: /pulsar/galaxy_au}\n\n'),J('/{{ rabbitmq_vhosts[0] }}','/{{ rabbitmq_vhosts[0].name }}')]],
['L02','new era vhost', [...newEra(),P(URL,'//pulsar/galaxy_us?ssl=1"')]],
['-','new era vhost undeclared in rabbitmq_vhosts', [...newEra(),G('rabbitmq_vhosts:\n  - /pulsar/galaxy_au\n',''),J('/{{ rabbitmq_vhosts[0] }}','//pulsar/galaxy_au')]],
['L03','new era user w/o vhost', [...newEra(),G('  - user: galaxy_au\n','  - user: galaxy_aux\n')]],
['L03','configure_priv empty', [G('    vhost: /pulsar/galaxy_au\n','    vhost: /pulsar/galaxy_au\n    configure_priv: ""\n')]],
['L03','write priv ^$', [G('    vhost: /pulsar/galaxy_au\n','    vhost: /pulsar/galaxy_au\n    write_priv: "^$"\n')]],
['-','rights ^pulsar', [G('    vhost: /pulsar/galaxy_au\n','    vhost: /pulsar/galaxy_au\n    write_priv: "^pulsar"\n    read_priv: "^pulsar.*"\n    configure_priv: "^(pulsar|amq)"\n')]],
['L03','tags none user list from vault-ish file', [append(ALL,`mq_users:\n  - {user: other, password: "${S}", vhost: /pulsar/galaxy_au}`),G(gtext.slice(gtext.indexOf('rabbitmq_users:'),gtext.indexOf('# TUS')),'rabbitmq_users: "{{ mq_users }}"\n')]],
['L03','users concatenated',[append(ALL,`mq_users:\n  - {user: other, password: "${S}", vhost: /pulsar/galaxy_au}`),G(gtext.slice(gtext.indexOf('rabbitmq_users:'),gtext.indexOf('# TUS')),'rabbitmq_users: "{{ mq_users + [] }}"\n')]],
['L04','case-different pw', [P(S,'{{ vault_rabbitmq_password_vhost | upper }}')]],
['L04','typed in new era', [...newEra(),P(S,'typed-in-password-9')]],
['-','quote', [P(S,'{{ vault_rabbitmq_password_vhost | urlencode }}')]],
['L05','users vhost missing default slash ok?', [G('    vhost: /pulsar/galaxy_au\n','')]],
['L06','double needed', [P(URL,'/pulsar/galaxy_au?ssl=1"')]],
['L06','vhost without slash, url with two', [G('rabbitmq_vhosts:\n  - /pulsar/galaxy_au','rabbitmq_vhosts:\n  - pulsar/galaxy_au'),G('vhost: /pulsar/galaxy_au','vhost: pulsar/galaxy_au')]],
['L07','colon in password', [P(S,'pa:ss')]],
['L07','password % literal', [append(ALL,'qp: "ab%cd"'),P(S,'{{ qp }}')]],
['L07','space', [append(ALL,'qp: "ab cd"'),P(S,'{{ qp }}')]],
['-','encoded %40',[append(ALL,'qp: "ab@cd"'),P(S,'{{ qp | urlencode }}'),G('"{{ vault_rabbitmq_password_vhost }}"','"{{ qp }}"'),J(S,'{{ qp | urlencode }}')]],
['L08','runner gone', [J('galaxy.jobs.runners.pulsar:PulsarMQJobRunner','galaxy.jobs.runners.pulsar:PulsarRESTJobRunner')]],
['L08','two managers share via yaml group', [append('hosts','[more]\ngat-5.au.training.galaxyproject.eu\n[pulsarservers:children]\nmore')]],
['L09','managers dict, runner default', [P('  min_polling_interval: 0.5','  managers: {cluster: {type: queued_drmaa}}')]],
['L09','manager var', [append(GALAXY,'pulsar_manager_name: prod'),J('manager: _default_','manager: "{{ pulsar_manager_name }}"')]],
['-','manager omitted', [J('    manager: _default_\n','')]],
['L10','staging own in var', [append(PULSAR,'pulsar_staging_dir: /data/staging')]],
['L10','manager staging', [P('  min_polling_interval: 0.5','  managers: {_default_: {type: queued_python, num_concurrent_jobs: 1, staging_directory: /x}}')]],
['-','trailing slash',[J('/mnt/pulsar/files/staging','/mnt/pulsar/files/staging/')]],
['L10','double slashes dot', [J('/mnt/pulsar/files/staging','/mnt/pulsar/files/stagin')]],
['-','jobs dir from hostvars',[J('jobs_directory: /mnt/pulsar/files/staging',`jobs_directory: "{{ hostvars[groups['pulsarservers'][0]].pulsar_root }}/files/staging"`)]],
['L11','true explicit', [J('outputs_to_working_directory: false','outputs_to_working_directory: "yes"')]],
['L11','string true', [J('outputs_to_working_directory: false',"outputs_to_working_directory: 'True'")]],
['-','global false & unset', [J('      outputs_to_working_directory: false\n',''),G('outputs_to_working_directory: true','outputs_to_working_directory: false')]],
['L12','typo action', [J('remote_transfer','remote_transfr')]],
['L12','transfer', [J('default_file_action: remote_transfer','default_file_action: transfer')]],
['-','rsync', [J('remote_transfer','remote_rsync_transfer')]],
['L13','ip localhost', [J('https://{{ inventory_hostname }}','https://127.0.0.1')]],
['L13','missing both', [J('    galaxy_url: "https://{{ inventory_hostname }}"\n',''),G('    galaxy_infrastructure_url: "https://{{ inventory_hostname }}"\n','')]],
['L13','no scheme',[J('"https://{{ inventory_hostname }}"','"{{ inventory_hostname }}"')]],
['-','infra only',[J('    galaxy_url: "https://{{ inventory_hostname }}"\n','')]],
['L14','undefined name spelled',[P('"gat-0.eu.training.galaxyproject.eu"','"127.0.0.1"')]],
['L14','null',[P('"gat-0.eu.training.galaxyproject.eu"','')]],
['L14','url direct localhost',[P('@{{ galaxy_server_hostname }}:','@localhost:')]],
['L15','persistance typo',[J('amqp_publish_retry:','amqp_publish_rety:')]],
['L15','url on runner',[J('    manager: _default_','    manager: _default_\n    url: https://x')]],
['L15','bool wrong',[J('amqp_acknowledge: true','amqp_acknowledge: maybe')]],
['L15','int none',[J('amqp_ack_republish_time: 1200','amqp_ack_republish_time: None')]],
['-','consumer timeout None',[J('amqp_consumer_timeout: 2','amqp_consumer_timeout: None')]],
['L15','list value',[J('amqp_consumer_timeout: 2','amqp_consumer_timeout: [2]')]],
['L16','tools list missing',[append(JOBS,'- id: cut\n  destination: nowhere')]],
['L16','default missing',[J('  default: slurm\n','')]],
['L16','runner of slurm missing',[J('      runner: slurm\n','      runner: slurmm\n')]],
['L16','job_conf with limits env',[append(JOBS,'limits:\n- type: environment_user_concurrent_jobs\n  id: nothere\n  value: 1')]],
['L17','uwsgi',[P('pulsar_systemd_runner: webless','pulsar_systemd_runner: uwsgi')]],
['L17','default (unset)',[P('pulsar_systemd_runner: webless\n','')]],
['L18','kombu version spec ok -',[]],
['-','kombu>=5',[P('  - kombu\n','  - "kombu>=5.2"\n')]],
['L18','deps in a var',[append(ALL,'pdeps: [pycurl]'),P("pulsar_optional_dependencies:\n  - pyOpenSSL\n  # Pulsar fetches and returns files by itself\n  - pycurl\n  - drmaa\n  - kombu\n  # 5.0.3 changed the TLS default\n  - 'amqp==5.0.2'\n  - psutil\n",'pulsar_optional_dependencies: "{{ pdeps }}"\n')]],
['L18','deps empty unset',[P("pulsar_optional_dependencies:\n  - pyOpenSSL\n  # Pulsar fetches and returns files by itself\n  - pycurl\n  - drmaa\n  - kombu\n  # 5.0.3 changed the TLS default\n  - 'amqp==5.0.2'\n  - psutil\n",'')]],
['L19','default gnutls unset',[P('pulsar_pycurl_ssl_library: openssl\n','')]],
['L19','apt pkg comma',[swap('pulsar.yml','          - libcurl4-openssl-dev\n','          - libcurl4-gnutls-dev\n')]],
['-','both backends right',[P('pulsar_pycurl_ssl_library: openssl','pulsar_pycurl_ssl_library: gnutls'),swap('pulsar.yml','libcurl4-openssl-dev','libcurl4-gnutls-dev')]],
['L22','runner side',[J('    manager: _default_','    manager: _default_\n    amqp_connect_ssl_ca_certs: /x.pem')]],
['-','no query with options',[J('?ssl=1',''),J('    manager: _default_','    manager: _default_\n    amqp_connect_ssl_ca_certs: /x.pem')]],
['L23','ssl=false',[J('ssl=1','ssl=False')]],
['L23','tls to 15672',[P(':5671//',':15672//')]],
['L23','ssl_listeners as bare list',[G(`    - "'0.0.0.0'": 5671`,`    - 5673`)]],
['-','ssl_listeners bare 5671',[G(`    - "'0.0.0.0'": 5671`,`    - 5671`)]],
['L23','new era other port',[...newEra(dictConf.replace('default: 5671','default: 5673'))]],
['L23','new era plain',[...newEra(),P(':5671//',':5672//'),P('?ssl=1"','"')]],
['L24','erlang',[append(GALAXY,'rabbitmq_erlang_version: "1:26.2-1"\nrabbitmq_install_method: repository')]],
['L25','keyfile in ids',[...newEra(dictConf.replace('privkey-rabbitmq','privkey-999:999'))]],
['-','keyfile ids ok',[...newEra(dictConf.replace('privkey-rabbitmq','privkey-999:999')),append(GALAXY,'certbot_share_key_ids: ["999:999"]')]],
['L25','no post renewal',[G('certbot_post_renewal: |\n    systemctl restart nginx || true\n    systemctl restart rabbitmq-server || true\n','')]],
['L25','post renewal w/o rabbit',[G('    systemctl restart rabbitmq-server || true\n','')]],
['L25','keyfile live',[G('/etc/ssl/user/privkey-rabbitmq.pem','/etc/letsencrypt/live/x/privkey.pem')]],
['L25','keyfile is nginx copy',[G('privkey-rabbitmq.pem','privkey-nginx.pem')]],
['L25','certfile swapped with key',[G('certfile: /etc/ssl/certs/cert.pem','certfile: /etc/ssl/user/privkey-rabbitmq.pem')]],
['L26','www-data vs share nginx',[G('privkey-nginx','privkey-www-data')]],
['L26','cert wrong path',[G('nginx_conf_ssl_certificate: /etc/ssl/certs/fullchain.pem','nginx_conf_ssl_certificate: /etc/ssl/certs/full_chain.pem')]],
['L26','key private ok?',[G('/etc/ssl/user/privkey-nginx.pem','/etc/ssl/private/privkey.key')]],
['L27','500M',[G('client_max_body_size: 1g','client_max_body_size: 500M')]],
['L27','bytes',[G('client_max_body_size: 1g','client_max_body_size: 1048576')]],
['-','0',[G('client_max_body_size: 1g','client_max_body_size: 0')]],
['L27','conf_http from var',[append(ALL,'http_opts: {client_max_body_size: 10m}'),G('nginx_conf_http:\n  client_max_body_size: 1g','nginx_conf_http: "{{ http_opts }}"')]],
['L28','agree tos false',[G('--agree-tos','""')]],
['L28','ip domain',[G(' - "{{ inventory_hostname }}"\ncertbot',' - 10.0.0.1\ncertbot')]],
['L28','localhost',[G(' - "{{ inventory_hostname }}"\ncertbot',' - localhost\ncertbot')]],
['L28','no well known root',[G('certbot_well_known_root: /srv/nginx/_well-known_root\n','')]],
['L28','nginx_servers empty',[G('nginx_servers:\n  - redirect-ssl\n','')]],
['L28','domains as text',[G('certbot_domains:\n - "{{ inventory_hostname }}"','certbot_domains: "{{ inventory_hostname }}"')]],
['L29','extra',[append(GALAXY,'certbot_auto_renew_extra: --server https://acme-v02.api.letsencrypt.org/directory')]],
['L29','env typo',[G('certbot_environment: staging','certbot_environment: stagin')]],
['L30','tls versions',[G("fail_if_no_peer_cert: 'false'",'versions: [tlsv1.2]')]],
['L30','multikey',[G("     - fail_if_no_peer_cert: 'false'","     - fail_if_no_peer_cert: 'false'\n       depth: 2")]],
['L30','multikey listeners',[G(`  - ssl_listeners:\n    - "'0.0.0.0'": 5671`,`    ssl_listeners:\n    - "'0.0.0.0'": 5671`)]],
['-','new era verify_peer ok',[...newEra()]],
['L31','missing',[...newEra(dictConf.replace('  consumer_timeout: 21600000\n',''))]],
['L31','lonely vhost',[...newEra(),G('rabbitmq_vhosts:\n  - /pulsar/galaxy_au','rabbitmq_vhosts:\n  - /pulsar/galaxy_au\n  - /pulsar/x')]],
['L32','no users at all',[G(gtext.slice(gtext.indexOf('rabbitmq_users:'),gtext.indexOf('# TUS')),'')]],
['L32','changeme',[G('"{{ vault_rabbitmq_admin_password }}"','changeme')]],
['L32','cookie',[...newEra(),append(GALAXY,'rabbitmq_predefined_erlang_cookie: itsasecret')]],
['L32','Admin case',[G('"{{ vault_rabbitmq_admin_password }}"','Admin')]],
['L33','with managers',[P('  min_polling_interval: 0.5','  managers: {_default_: {num_concurrent_jobs: 2}}\n  postprocess_action_max_retries: 3')]],
['L34','transport on env only',[J('      persistence_directory: /mnt/pulsar/files/persisted_data\n','')]],
['L34','relative?',[J('    amqp_consumer_timeout','    persistence_directory: var/ack\n    amqp_consumer_timeout')]],
['L35','0.2',[J('amqp_consumer_timeout: 2','amqp_consumer_timeout: 0.2')]],
['L36','manager no n',[P('  min_polling_interval: 0.5','  managers: {_default_: {type: queued_python}}')]],
['L36','manager single',[P('  min_polling_interval: 0.5','  manager: {type: queued_python}')]],
['-','drmaa manager',[P('  min_polling_interval: 0.5','  managers: {_default_: {type: queued_drmaa}}')]],
['L37','role not client',[swap(ALL,'cvmfs_role: client',''),append(GALAXY,'cvmfs_role: client')]],
['L37','repos off',[swap(ALL,'galaxy_cvmfs_repos_enabled: config-repo','galaxy_cvmfs_repos_enabled: false')]],
['-','cvmfsclients group',[swap(ALL,'cvmfs_role: client',''),append('hosts','[cvmfsclients:children]\ngalaxyservers\npulsarservers')]],
['L38','tilde',[P('pulsar_root: /mnt/pulsar','pulsar_root: ~/pulsar')]],
['L41','nginx dead',[append(GALAXY,'nginx_remove_default_vhost: true')]],
['L41','virtualenv name',[append(GALAXY,'certbot_virtualenv_package_name: python3-virtualenv')]],
['L42','cvmfs typo in all',[swap(ALL,'galaxy_cvmfs_repos_enabled','galaxy_cvmfs_repo_enabled')]],
['L42','hostvars typo',[HV(PH,'pulsar_sytemd_enabled: true')]],
['L42','nginx_server',[G('nginx_ssl_servers','nginx_ssl_server')]],
['L42','inventory var typo',[append('hosts','[pulsarservers:vars]\npulsar_rooot=/x')]],
['L44','galaxy play without',[swap('galaxy.yml','  vars_files:\n    - group_vars/secret.yml\n','')]],
['L44','var misspelt in vault -> L49',[P(S,'{{ vault_rabbitmq_passwrd_vhost }}')]],
['L46','true str',[J('remote_metadata: false',"remote_metadata: 'true'")]],
['L47','pulsar uuid',[P('  min_polling_interval','  assign_ids: uuid\n  min_polling_interval')]],
['-','both uuid',[P('  min_polling_interval','  assign_ids: uuid\n  min_polling_interval'),J('      transport: curl','      assign_ids: uuid')]],
['L48','star',[P('  min_polling_interval: 0.5','  managers: {_default_: {type: queued_python, num_concurrent_jobs: "*"}}')]],
['L48','limit 2 jobs 8',[P('  min_polling_interval: 0.5','  managers: {_default_: {type: queued_python, num_concurrent_jobs: 8}}'),append(PULSAR,'pulsar_systemd_memory_limit: 2')]],
];
const base=new Set((await lintTutorial([])).map(f=>`${f.rule.id} ${f.message}`));
const only=process.argv[2];
for(const [id,title,patches] of cases){
  if(only&&!`${id} ${title}`.includes(only))continue;
  let out:string[];
  try{ const fs=await lintTutorial(patches);
    out=fs.filter(f=>!base.has(`${f.rule.id} ${f.message}`)).map(f=>`   ${f.rule.id} ${f.severity} ${f.places.map(renderPosition).join(' ')}\n        ${f.message}\n        fix: ${f.fix.replace(/\n/g,'\\n')}`);
    const hit = id==='-'? out.length===0 : out.some(o=>o.trim().startsWith(id));
    console.log(`${hit?'ok  ':'MISS'} ${id} ${title}`); if(!hit||process.env.ALL) console.log(out.join('\n')||'   (nothing new)'); else console.log(out.map(o=>o.split('\n')[0]+'\n'+o.split('\n')[2]).join('\n'));
  }catch(e){console.log(`THROW ${id} ${title}: ${e.what??e.message}`)}
}
