import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000 });

/** What somebody gets who installs the package. */
let installed: string;
let files: string[];
const folder = mkdtempSync(join(tmpdir(), 'weir-client-'));

function run(program: string, args: string[], cwd = '.'): string {
  return execFileSync(program, args, { cwd, encoding: 'utf8' });
}

beforeAll(() => {
  run('npm', ['run', '--silent', 'build']);
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder])) as {
    filename: string;
    files: { path: string }[];
  }[];
  files = packed!.files.map(({ path }) => path);
  installed = join(folder, 'node_modules/weir-client');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', join(folder, packed!.filename), '--strip-components=1', '-C', installed]);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the package holds the modules, their types, the bundle and the two texts, and nothing else', () => {
  const others = files.filter((path) => !/^dist\/(core\/|wire\/)?[a-z_]+(\.d\.ts|\.js)$/.test(path));
  expect(others.sort()).toEqual(['LICENSE', 'README.md', 'dist/weir-client.min.js', 'package.json']);
  expect(files).toContain('dist/index.d.ts');
});

it('modules and bundle export the same', () => {
  const script = "const [a, b] = await Promise.all([import('weir-client'), import('weir-client/bundle')]);"
    + 'console.log(JSON.stringify([Object.keys(a).sort(), Object.keys(b).sort()]));';
  writeFileSync(join(folder, 'use.js'), script);
  const [modules, bundle] = JSON.parse(run(process.execPath, ['use.js'], folder)) as string[][];
  expect(modules).toEqual(['Client', 'Subscription', 'WeirError', 'connect']);
  expect(bundle).toEqual(modules);
});

it('the types compile in a strict project without the types of node', () => {
  const use = `import { connect, type Delivery } from 'weir-client';
const client = connect('ws://127.0.0.1:1/ws');
client.on('state', (state) => state.name satisfies string);
client.subscribe('quotes/+', { delivery: 'latest', maxRate: 5 }, ({ topic, data }: Delivery) => void [topic, data]);
// @ts-expect-error there is no such event
client.on('nothing', () => undefined);
// @ts-expect-error rates are numbers
client.subscribe('a', { maxRate: '5' });
`;
  writeFileSync(join(folder, 'use.ts'), use);
  const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', target: 'es2022', lib: ['es2022', 'dom'], types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
  run(join(process.cwd(), 'node_modules/.bin/tsc'), [], folder);
});

it('the bundle stays small', () => {
  expect(statSync(join(installed, 'dist/weir-client.min.js')).size).toBeLessThan(37_000);
  expect(readFileSync(join(installed, 'LICENSE'), 'utf8')).toContain('Apache License');
});
