// The floor of a run that changes nothing: plain ssh2, one connection, one command, a probe written by hand.
//   node bench/floor/floor.mjs ADDRESS PORT USER KEY-FILE PROBE
// Prints the number of lines that the host answered. Host keys are not checked: nothing but a bench host may be asked.
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import ssh2 from 'ssh2';

const [address, port, username, keyFile, probe] = process.argv.slice(2);
const privateKey = readFileSync(keyFile);
const client = new ssh2.Client();
const sock = connect({ host: address, port: Number(port), noDelay: true });
client.on('ready', () => {
  client.exec('sudo -n /bin/sh -s', (error, channel) => {
    if (error) throw error;
    let answer = '';
    channel.on('data', (chunk) => {
      answer += chunk;
    });
    channel.on('close', () => {
      console.log(answer.split('\n').length - 1);
      client.end();
    });
    channel.stderr.resume();
    channel.end(readFileSync(probe));
  });
});
client.connect({
  sock,
  username,
  authHandler: [{ type: 'publickey', username, key: privateKey }],
  algorithms: { cipher: ['aes128-gcm@openssh.com'], kex: ['curve25519-sha256'] },
  hostVerifier: () => true,
});
