// Starts a real gateway, and an example feeder, for tests in node. Uses node's own modules only, so that every package
// can import it by path.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const startMs = 20_000;
const stopMs = 10_000;

/**
 * @typedef {object} Options
 * @property {string} binary     path of `weir`
 * @property {string} config     TOML
 * @property {string[]} listens  the names that the gateway must say it listens for: client, admin, adapter:feed, ...
 */

/** A running `weir serve`. */
export class Gateway {
  /** Address by name, as the gateway prints them. @type {Map<string, URL>} */
  addresses = new Map();
  /** What it has logged so far. */
  log = '';

  /** @param {import('node:child_process').ChildProcess} process @param {string} folder */
  constructor(process, folder) {
    this.process = process;
    this.folder = folder;
    this.ended = new Promise((resolve) => process.once('exit', (code, signal) => resolve({ code, signal })));
  }

  /** @param {string} name @returns {URL} */
  address(name) {
    const address = this.addresses.get(name);
    if (address === undefined) throw new Error(`the gateway does not listen for ${name}; its log:\n${this.log}`);
    return address;
  }

  /** @param {string} name @returns {number} */
  port(name) {
    return Number(this.address(name).port);
  }

  /** The address of the demo page. */
  get pageUrl() {
    return `http://${this.address('client').host}/`;
  }

  /** Ends it at once, as a crash would. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.#clean();
  }

  /** Asks it to end, and tells how it did. */
  async stop() {
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), stopMs);
    const end = await this.#clean();
    clearTimeout(timer);
    return end;
  }

  async #clean() {
    const end = await this.ended;
    await rm(this.folder, { recursive: true, force: true });
    return end;
  }
}

/**
 * Resolves once it listens for everything that is wanted; rejects with its log when it ends before or takes too long.
 * @param {Options} options
 * @returns {Promise<Gateway>}
 */
export async function startGateway({ binary, config, listens }) {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  const file = join(folder, 'weir.toml');
  await writeFile(file, config);
  const child = spawn(binary, ['serve', '-c', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  const gateway = new Gateway(child, folder);
  child.stderr.on('data', (text) => (gateway.log += text));
  const listening = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [word, name, address] = line.split(' ');
      if (word === 'listening' && address !== undefined) gateway.addresses.set(name, new URL(address));
      if (listens.every((wanted) => gateway.addresses.has(wanted))) resolve('listening');
    });
  });
  let timer;
  const timeout = new Promise((resolve) => (timer = setTimeout(resolve, startMs, 'timeout')));
  const failed = new Promise((resolve) => child.once('error', resolve));
  const outcome = await Promise.race([listening, timeout, failed, gateway.ended]);
  clearTimeout(timer);
  if (outcome === 'listening') return gateway;
  if (outcome === 'timeout') await gateway.kill();
  throw new Error(`${binary} serve: ${outcome.message ?? JSON.stringify(outcome)}\n${gateway.log}`);
}

/** A program that feeds a gateway until `stop`. */
export class Feeder {
  /** @param {string} program @param {string[]} args */
  constructor(program, args) {
    this.log = '';
    this.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => {
      this.process.once('exit', resolve);
      this.process.once('error', (problem) => resolve((this.log += problem.message)));
    });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (text) => (this.log += text));
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.ended;
  }
}
