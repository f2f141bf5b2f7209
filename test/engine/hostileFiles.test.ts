import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';

import { random } from '../core/serverLog.ts';
import { TestDirectory } from '../sources/tailWorld.ts';
import { CommandLine } from './commandLine.ts';
import { ServerLines } from './engineWorld.ts';

const megabyte = 1024 * 1024;
const repeated = (text: string): Buffer => Buffer.alloc(megabyte, text);
const randomBytes = (): Buffer => {
  const next = random(1);
  return Buffer.from(Uint8Array.from({ length: megabyte }, () => Math.floor(next() * 256)));
};
const packed = (): Buffer => {
  const lines = new ServerLines();
  return gzipSync(
    lines.start() + Array.from({ length: 20_000 }, (_, pid) => lines.connect({ pid })).join(''),
  );
};

/** A megabyte that is no log, by name, and the sentence about it. */
const noLog =
  /^connections: No line of \S+ is one of a PostgreSQL log: name the log of a server, or give [^\n]+\.\n$/;
const damaged = /^connections: \S+ cannot be read: [^\n]+\. Check the file, or name another one\.\n$/;
const files: readonly (readonly [name: string, bytes: () => Uint8Array, sentence: RegExp])[] = [
  ['one-line.log', () => repeated('a'), noLog],
  ['quotes.csv', () => repeated('"'), noLog],
  ['newlines.log', () => repeated('\n'), noLog],
  ['carriage-returns.log', () => repeated('\r\n'), noLog],
  ['tabs.log', () => repeated('\t'), noLog],
  ['blanks.log', () => repeated(' '), noLog],
  ['zeros.log', () => repeated('\0'), noLog],
  ['prefixes.log', () => repeated('2026-11-20 09:58:00.000 UTC [1] '), noLog],
  ['names.log', () => repeated('user= database= application_name='), noLog],
  ['labels.log', () => repeated('LOG:  '), noLog],
  ['columns.csv', () => repeated(',"'), noLog],
  ['brackets.json', () => repeated('['), noLog],
  ['objects.json', () => repeated('{"a":'), noLog],
  ['page.html', () => repeated('<body onload="alert(1)">LOG:  connection\n'), noLog],
  ['random.log', randomBytes, noLog],
  ['random.log.gz', randomBytes, noLog],
  ['half.log.gz', () => packed().subarray(0, 30_000), damaged],
];

describe('a megabyte that is no log', () => {
  let directory: TestDirectory;
  before(() => (directory = new TestDirectory()));
  after(() => directory.remove());

  for (const [name, bytes, sentence] of files)
    it(`${name} is refused with one sentence, at once`, async function () {
      // a hang fails; what it takes is measured in test/fuzz and test/bench
      this.timeout(10_000);
      directory.write(name, bytes());
      const { code, stdout, stderr } = await new CommandLine(directory.path).run([name, '--json']);
      assert.match(stderr, sentence);
      assert.deepEqual([code, stdout], [1, '']);
    });
});
