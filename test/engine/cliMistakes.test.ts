import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ServerLines } from './engineWorld.ts';

const script = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'dist', 'cli.cjs');

/** Runs the command line with these streams; answers its exit code and the last that it said on the standard error. */
async function run(
  args: readonly string[],
  input: number | Buffer,
  output: number | 'ignore',
): Promise<unknown> {
  const isPiped = typeof input !== 'number';
  const stdio = [isPiped ? 'pipe' : input, output, 'pipe'] as const;
  const child = spawn(process.execPath, [script, ...args], { stdio: [...stdio] });
  if (isPiped) child.stdin?.end(input);
  let said = '';
  child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, said.trim().split('\n').at(-1)];
}

describe('what is no connection string of a server', () => {
  it('is a wrong argument, and not repeated', async () => {
    for (const [text, sentence] of [
      [
        'host=db secret',
        'This is no connection string: write it like "host=db.example dbname=shop", or a URI.',
      ],
      [
        'hots=db password=secret',
        'There is no connection parameter "hots": write it as libpq has it, such as host or dbname.',
      ],
    ] as const)
      assert.deepEqual(await run(['server', text], Buffer.alloc(0), 'ignore'), [
        2,
        `connections: ${sentence}`,
      ]);
  });
});

describe('what is no URI of a server', () => {
  it('is a wrong argument', async () => {
    for (const uri of ['postgres://u@127.0.0.1:99999/x', 'postgres://h:port/'])
      assert.deepEqual(await run(['server', uri], Buffer.alloc(0), 'ignore'), [
        2,
        'connections: This is no PostgreSQL URI: write it like postgres://user@host:5432/database.',
      ]);
  });
});

describe('the streams of the command line', () => {
  const lines = new ServerLines();
  const log =
    lines.start() + Array.from({ length: 2000 }, (_, nth) => lines.connect({ pid: 100 + nth })).join('');

  it('say what was written too little of, and what is no log', async () => {
    const packed = gzipSync(log);
    assert.deepEqual(await run(['-'], packed.subarray(0, packed.length - 20), 'ignore'), [
      1,
      'connections: Standard input cannot be read to its end: unexpected end of file. Check what writes it.',
    ]);
    assert.deepEqual(await run(['-'], openSync('/', 'r'), 'ignore'), [
      1,
      'connections: Standard input is a directory: name the directory instead.',
    ]);
  });

  it('are written to their end, however slowly they are read', async () => {
    const child = spawn(process.execPath, [script, 'export', 'json', '-'], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.end(log);
    let text = '';
    // what is written fills the pipe several times
    for await (const piece of child.stdout) {
      text += String(piece);
      await pause(50);
    }
    assert.equal(text.match(/^.*"event":"connect".*\n/gm)?.length, 2000);
    assert.equal(child.exitCode ?? ((await once(child, 'exit')) as [number])[0], 0);
  });

  it('are an error where what is printed cannot be written', async function () {
    if (!existsSync('/dev/full')) return this.skip();
    for (const args of [['-'], ['export', 'json', '-']])
      assert.deepEqual(await run(args, Buffer.from(log), openSync('/dev/full', 'w')), [
        1,
        'connections: what was asked for cannot be written: ENOSPC: no space left on device, write',
      ]);
  });
});
