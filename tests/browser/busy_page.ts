// A page whose thread is busy with other work, and whose handler takes its time, too. Bundled by busy.test.mjs.
import { connect } from '../../clients/typescript/src/index.js';

interface Seen {
  readonly atMs: number;
  readonly ageMs: number;
  /** The how manieth of the feed it was. */
  readonly number: number;
  /** What other work has taken of the thread. */
  readonly busyTotalMs: number;
}

const query = new URLSearchParams(location.search);
const window = query.get('window');
const busyMs = Number(query.get('busy'));
const everyMs = Number(query.get('every'));
const costMs = Number(query.get('cost'));
const seen: Seen[] = [];

function spend(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

let busyTotalMs = 0;
setInterval(() => {
  spend(busyMs);
  busyTotalMs += busyMs;
}, everyMs);

const address = new URL('ws', location.href);
address.protocol = 'ws:';
address.search = '';
const client = connect(address.href, window === null ? {} : { windowBytes: Number(window) });
client.subscribe('busy/a', { delivery: 'latest' }, ({ data }) => {
  spend(costMs);
  const { at, number } = data as { at: number; number: number };
  seen.push({ atMs: performance.now(), ageMs: Date.now() - at, number, busyTotalMs });
});

Object.assign(globalThis, { seen, client });
