// The gateway of these tests, with a TCP feed and the host's metrics, and what feeds it.
import { join } from 'node:path';

/** The top of the repository: this file may run from a copy. */
export const source = process.env.WEIR_SOURCE;

const { startGateway, Feeder } = await import(join(source, 'tests/support/gateway.mjs'));
const feederProgram = join(source, 'adapters/examples/quotes_feeder.py');
const python = process.env.WEIR_PYTHON ?? 'python3';

/** Everything that runs beside this process and is to end with it. */
const running = [];

function config({ client, feed }) {
  return `
shards = 2
[listen]
address = "127.0.0.1"
port = ${client}
[admin]
port = 0
[auth]
anonymous = true
[[rights]]
identity = "anonymous"
subscribe = ["#"]
publish = ["chat/#"]
[[adapter]]
name = "feed"
type = "tcp"
listen = "127.0.0.1:${feed}"
[[adapter]]
name = "host"
type = "host"
interval_ms = 500
[limits]
drain_ms = 1000
`;
}

/** Starts a gateway on these ports; 0: whichever are free. */
export async function start(ports = { client: 0, feed: 0 }) {
  const listens = ['client', 'admin', 'adapter:feed'];
  const gateway = await startGateway({ binary: process.env.WEIR_BINARY, config: config(ports), listens });
  running.push(gateway);
  return gateway;
}

/** Feeds it with simulated quotes. */
export function feed(gateway) {
  const feeder = new Feeder(python, [feederProgram, '--port', String(gateway.port('adapter:feed'))]);
  running.push(feeder);
  return feeder;
}

export async function stopAll() {
  for (const one of running.splice(0).reverse()) await one.stop();
}
