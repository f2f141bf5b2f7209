import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SentenceError } from '../../src/core/sentence.ts';
import { EngineClient, type EngineListener } from '../../src/engine/client.ts';

/** A real worker that speaks the engine's protocol: its script decides by the name of the discovered log. */
const script = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', ({ id, question, ask }) => {
  const key = ask.key ?? '';
  if (key === 'throw') throw new Error('out of luck');
  if (key === 'exit') process.exit(3);
  if (key === 'never') return;
  if (key === 'refuse') parentPort.postMessage({ type: 'refused', id, sentence: { message: 'No {0} here: look there.', args: ['log'] } });
  else {
    parentPort.postMessage({ type: 'log', level: 'info', text: 'asked ' + question });
    parentPort.postMessage({ type: 'answer', id, answer: { title: key, text: JSON.stringify(workerData) } });
  }
});
`;

describe('EngineClient', () => {
  let directory: string;
  let client: EngineClient;
  let heard: string[];
  let died: Promise<string>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pg-connections-client-'));
    await writeFile(join(directory, 'engine.cjs'), script);
  });
  after(() => rm(directory, { recursive: true }));

  beforeEach(() => {
    heard = [];
    client = new EngineClient(join(directory, 'engine.cjs'), { storageDirectory: '/somewhere' });
    died = new Promise((resolve) => {
      const listener: EngineListener = {
        changed: () => heard.push('changed'),
        newestServer: () => heard.push('newestServer'),
        log: (level, text) => heard.push(`${level} ${text}`),
        died: (why) => resolve(String(why.args[0])),
      };
      client.listen(listener);
    });
  });
  afterEach(() => client.dispose());

  const ask = (key: string): Promise<{ title: string; text: string }> =>
    client.ask('sessionLog', { sourceId: 's', key });

  it('starts with the first question, and passes what the engine is told at its start', async () => {
    assert.equal(client.isRunning, false);
    assert.deepEqual(await ask('one'), { title: 'one', text: '{"storageDirectory":"/somewhere"}' });
    assert.equal(client.isRunning, true);
    assert.deepEqual(heard, ['info asked sessionLog']);
  });

  it('answers each of many questions at once with its own answer', async () => {
    const answers = await Promise.all(['a', 'b', 'c'].map(ask));
    assert.deepEqual(
      answers.map(({ title }) => title),
      ['a', 'b', 'c'],
    );
  });

  it('refuses with the sentence of the engine', async () => {
    await assert.rejects(ask('refuse'), (error) => {
      assert.ok(error instanceof SentenceError);
      assert.deepEqual(error.sentence, { message: 'No {0} here: look there.', args: ['log'] });
      return true;
    });
  });

  for (const [key, reason] of [
    ['throw', 'out of luck'],
    ['exit', 'exit code 3'],
  ] as const) {
    it(`refuses what is open when the engine dies by ${key}, tells why once, and starts again when asked`, async () => {
      const open = assert.rejects(ask('never'), /stopped unexpectedly/);
      await assert.rejects(ask(key), /starts again by itself/);
      await open;
      assert.equal(await died, reason);
      assert.equal(client.isRunning, false);
      assert.equal((await ask('again')).title, 'again');
    });
  }

  it('leaves no thread and no open question behind when it is disposed, and refuses further ones', async () => {
    const open = assert.rejects(ask('never'), /window is closing/);
    await client.dispose();
    await open;
    assert.equal(client.isRunning, false);
    await assert.rejects(ask('late'), /window is closing/);
  });
});
