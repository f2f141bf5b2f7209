import Mocha from 'mocha';
import { connect } from 'node:net';
import { once } from 'node:events';
import { format } from 'node:util';

import { streamPortVariable, type HostRecord } from './hostStream.ts';
import type { Tally } from './tally.ts';

/**
 * Runs mocha inside the extension host: what the editor calls as `run()`. `load` imports the bundled test files.
 * Output and result go to the stream of the process that started the editor; throws when a test failed.
 */
export async function runSuite(load: () => Promise<void>): Promise<void> {
  const socket = connect(Number(process.env[streamPortVariable]), '127.0.0.1');
  await once(socket, 'connect');
  const send = (record: HostRecord) => socket.write(`${JSON.stringify(record)}\n`);
  try {
    const tally = await runMocha(load, (text) => send({ text }));
    send({ tally });
    if (tally.failed > 0) throw new Error(`${tally.failed} failed`);
  } catch (error) {
    send({ text: format(error) });
    throw error;
  } finally {
    socket.end();
    await once(socket, 'close');
  }
}

async function runMocha(load: () => Promise<void>, print: (text: string) => void): Promise<Tally> {
  const mocha = new Mocha({ ui: 'bdd', reporter: 'spec', timeout: 30_000, slow: 1_000 });
  Mocha.reporters.Base.consoleLog = (...values: unknown[]) => print(format(...values));
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await load();
  return new Promise((resolve) => {
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      resolve({ passed: passes, failed: failures, skipped: pending });
    });
  });
}
