import assert from 'node:assert/strict';
import {
  authorized,
  background,
  dayAt,
  printCsv,
  printJson,
  printStderr,
  received,
} from '../core/serverLog.ts';
import { EngineWorld } from './engineWorld.ts';

/** As Rust writes it: https://doc.rust-lang.org/std/panic/, past whatever logs. */
const panic = "thread 'worker' panicked at src/lib.rs:10:5:\nboom\n";
const startAt = dayAt + 847;
const ending = background(1, startAt, 'ending log output to stderr');
const prefix = '%m [%p] ';

/** A server that writes records, and the end of its plain log, which the collector keeps for what writes to stderr. */
class RecordsWorld extends EngineWorld {
  readonly #print: typeof printCsv;
  readonly #ending: string;
  #pid = 100;

  constructor(ending: 'csv' | 'json', isConfigured: boolean) {
    super();
    this.#ending = ending;
    this.#print = ending === 'csv' ? printCsv : printJson;
    this.directory.makeFolder('log');
    this.directory.write('current_logfiles', `${ending}log log/postgresql-Fri.${ending}\n`);
    if (!isConfigured) return;
    this.directory.write('PG_VERSION', '17\n');
    this.directory.write(
      'postgresql.conf',
      `logging_collector = on\nlog_destination = '${ending}log'\nlog_line_prefix = '${prefix}'\nlog_filename = 'postgresql-%a.log'\n`,
    );
  }

  /** `readyMs` later than what the plain log has. */
  starts(readyMs: number): void {
    this.directory.write('log/postgresql-Fri.log', printStderr(prefix, [ending]));
    const ready = background(1, startAt + readyMs, 'database system is ready to accept connections');
    this.directory.write(`log/postgresql-Fri.${this.#ending}`, this.#print([ending, ready]));
  }

  connects(at: number): void {
    const client = { pid: (this.#pid += 1), user: 'app', database: 'shop', host: '10.0.0.7', port: 1 };
    const records = this.#print([received(client, at), authorized(client, at + 1)]);
    this.directory.append(`log/postgresql-Fri.${this.#ending}`, records);
  }

  panics(): void {
    this.directory.append('log/postgresql-Fri.log', panic);
  }

  /** Waits for so many, after which no more come. */
  async tells(sourceId: string, connects: number, problems: number): Promise<void> {
    const { totals } = await this.until(
      sourceId,
      `${connects} connects and ${problems} problems`,
      ({ totals }) => totals.connects >= connects && totals.problems >= problems,
    );
    assert.deepEqual([totals.connects, totals.problems], [connects, problems]);
  }
}

describe('a panic that a thread of an extension writes to standard error', () => {
  let world: RecordsWorld;
  afterEach(() => world.end());

  for (const format of ['csv', 'json'] as const)
    for (const isConfigured of [true, false])
      for (const readyMs of [8, 60])
        for (const laterMs of [200, 5000, 3_600_000])
          it(`is told once beside ${format}, ${laterMs} ms after the server wrote anything to the plain log, ready ${readyMs} ms later, ${isConfigured ? 'with' : 'without'} its configuration`, async () => {
            world = new RecordsWorld(format, isConfigured);
            world.starts(readyMs);
            const sourceId = await world.follow('log');
            world.connects(startAt + laterMs);
            await world.tells(sourceId, 1, 0);
            world.panics();
            await world.tells(sourceId, 1, 1);
            world.connects(startAt + laterMs + 1000);
            await world.tells(sourceId, 2, 1);
          });

  for (const isConfigured of [true, false])
    it(`is told where it was written while the editor was closed, ${isConfigured ? 'with' : 'without'} its configuration`, async () => {
      world = new RecordsWorld('csv', isConfigured);
      world.starts(60);
      const first = await world.follow('log');
      world.connects(startAt + 5000);
      await world.tells(first, 1, 0);
      await world.restart();
      world.panics();
      const again = await world.follow('log');
      await world.tells(again, 1, 1);
    });
});
