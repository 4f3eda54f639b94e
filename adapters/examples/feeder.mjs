#!/usr/bin/env node
// Feeds the JSON texts of its standard input, one a line, into one topic of a gateway's TCP feed. Each is kept until the
// gateway has acknowledged it and sent again after a lost connection, so that it arrives once. Ends when all have arrived.
//
//   seq 1000 | WEIR_FEED_SECRET=... feeder.mjs 127.0.0.1 9100 numbers [CA_FILE]      CA_FILE: with TLS
import { readFileSync } from 'node:fs';
import net from 'node:net';
import readline from 'node:readline';
import tls from 'node:tls';

const WINDOW = 500; // unacknowledged lines; the topic's ring must hold so many, or it cannot tell what it has already
const SILENCE_MS = 35_000; // the gateway says something every 15 s
const [host, port, topic, ca] = process.argv.slice(2);
const name = `${process.pid}-${Date.now()}`;
const greeting = { hello: name, auth: process.env.WEIR_FEED_SECRET }; // undefined is left out
const unacked = new Map(); // id -> line, oldest first
let link, isPaused = false, lastId = 0, pauseMax = 100, hasEnded = false, wake = () => {};

function connect() {
  const socket = ca ? tls.connect({ host, port, ca: readFileSync(ca) }) : net.connect({ host, port });
  let rest = '';
  socket.setEncoding('utf8').setTimeout(SILENCE_MS, () => socket.destroy(new Error('the gateway is silent')));
  socket.on(ca ? 'secureConnect' : 'connect', () => socket.write(JSON.stringify(greeting) + '\n'));
  socket.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) onReply(JSON.parse(line), socket);
  });
  socket.on('error', (fault) => console.error('feeder:', fault.message));
  socket.on('close', () => {
    link = undefined;
    isPaused = false;
    if (hasEnded) return;
    // anything up to a limit that doubles, so that many feeders do not come back together
    setTimeout(connect, Math.random() * pauseMax);
    pauseMax = Math.min(2 * pauseMax, 10_000);
  });
}

function onReply(reply, socket) {
  if (reply.hello) {
    link = socket;
    pauseMax = 100;
    link.write([...unacked.values()].join(''));
  } else if (reply.heartbeat) {
    socket.write('\n'); // a blank line, to be heard, too
  } else if (reply.pause || reply.resume) {
    isPaused = 'pause' in reply;
  }
  unacked.delete(reply.ack ?? reply.nack);
  if (reply.error) console.error('feeder:', JSON.stringify(reply));
  if (reply.error?.code === 'bad_token') process.exit(1);
  wake();
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => (wake = resolve));
}

connect();
for await (const text of readline.createInterface({ input: process.stdin })) {
  await until(() => link && !isPaused && unacked.size < WINDOW);
  lastId += 1;
  const line = JSON.stringify({ topic, data: JSON.parse(text), id: lastId, mid: `${name}-${lastId}` }) + '\n';
  unacked.set(lastId, line);
  link.write(line);
}
await until(() => unacked.size === 0);
hasEnded = true;
link?.destroy();
