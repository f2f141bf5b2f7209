import assert from 'node:assert/strict';
import { printCsv, printJson, printStderr, type Printed } from '../core/serverLog.ts';
import { authorized, dayAt, disconnected, received, type Client } from '../core/serverLog.ts';
import { EngineWorld } from './engineWorld.ts';

const printed = {
  log: (records: readonly Printed[]) => printStderr('%m [%p] ', records),
  csv: printCsv,
  json: printJson,
};
type Ending = keyof typeof printed;

/** The folder of a log whose server writes now this format, now that one, into files of one name. */
class ChangingLog {
  readonly world = new EngineWorld();
  #visits = 0;
  #sourceId = '';
  /** The server's own word on what it writes can be read. */
  readonly #isNamed: boolean;

  constructor(isNamed: boolean) {
    this.#isNamed = isNamed;
    this.world.directory.makeFolder('log');
  }

  /** One who comes and goes, in the formats that are written now. */
  visit(...endings: Ending[]): void {
    const pid = 100 + (this.#visits += 1);
    const startedAt = dayAt + 60_000 * this.#visits;
    const client: Client = { pid, user: 'app', database: 'shop', host: '10.0.0.7', port: 5000, startedAt };
    const records = [
      received(client, startedAt),
      authorized(client, startedAt + 1),
      disconnected(client, startedAt + 50, 50),
    ];
    const { directory } = this.world;
    if (this.#isNamed)
      directory.write(
        'current_logfiles',
        endings.map((ending) => `${ending}log log/pg.${ending}\n`).join(''),
      );
    for (const ending of endings) {
      directory.append(`log/pg.${ending}`, printed[ending](records));
      directory.touch(`log/pg.${ending}`, startedAt / 1000);
    }
  }

  /** Every file becomes an older turn, as logrotate renames them. */
  rotate(): void {
    const { directory } = this.world;
    for (const ending of Object.keys(printed)) {
      directory.shift(`log/pg.${ending}`);
      if (directory.has(`log/pg.${ending}`)) directory.rename(`log/pg.${ending}`, `log/pg.${ending}.1`);
    }
  }

  async follow(): Promise<void> {
    this.#sourceId = await this.world.follow('log');
  }

  /** Every visit is told, once. */
  async tellsAll(): Promise<void> {
    const { world } = this;
    const wanted = this.#visits;
    const { totals } = await world.until(
      this.#sourceId,
      `${wanted} are told`,
      ({ totals: { connects, disconnects } }) => connects >= wanted && disconnects >= wanted,
    );
    assert.deepEqual([totals.connects, totals.disconnects, totals.lost], [wanted, wanted, 0]);
  }
}

describe('a followed directory whose log_destination is changed', () => {
  let log: ChangingLog;
  afterEach(() => log.world.end());

  for (const [title, isNamed] of [
    ['current_logfiles says what is written', true],
    ['nothing says what is written', false],
  ] as const) {
    it(`tells each event once, to and fro in files of the same names, where ${title}`, async () => {
      log = new ChangingLog(isNamed);
      log.visit('log');
      await log.follow();
      for (const endings of [
        ['csv'],
        ['json'],
        ['log'],
        ['log', 'csv'],
        ['log', 'csv'],
        ['csv'],
        ['log', 'csv', 'json'],
        ['log'],
        ['json'],
        ['log'],
      ] as const) {
        log.visit(...endings);
        await log.tellsAll();
      }
    });

    it(`goes on where it was after a restart of the editor, in each of the files, where ${title}`, async () => {
      log = new ChangingLog(isNamed);
      log.world.directory.write('log/pg.log.1', printed.log([]));
      log.visit('log');
      log.world.directory.rename('log/pg.log', 'log/pg.log.1');
      log.visit('log');
      await log.follow();
      for (const ending of ['csv', 'log'] as const) {
        log.visit(ending);
        await log.tellsAll();
      }
      await log.world.restart();
      // what was read before is not read again
      log.world.directory.unlink('log/pg.log.1');
      log.visit('log');
      await log.follow();
      await log.tellsAll();
      for (const endings of [['csv'], ['log'], ['csv', 'log'], ['json']] as const) {
        log.visit(...endings);
        await log.tellsAll();
      }
    });
  }

  it('tells each event once where it was changed while the editor was closed', async () => {
    log = new ChangingLog(true);
    log.visit('log');
    await log.follow();
    await log.tellsAll();
    for (const endings of [['log', 'csv'], ['log'], ['csv'], ['log', 'csv'], ['json'], ['log']] as const) {
      await log.world.restart();
      log.visit(...endings);
      log.visit(...endings);
      await log.follow();
      await log.tellsAll();
    }
  });

  for (const [title, isNamed] of [
    ['current_logfiles says what is written', true],
    ['nothing says what is written', false],
  ] as const)
    it(`tells each event once where the files were changed and rotated while the editor was closed, where ${title}`, async () => {
      log = new ChangingLog(isNamed);
      log.visit('log');
      await log.follow();
      await log.tellsAll();
      await log.world.restart();
      log.visit('csv');
      log.visit('log');
      log.rotate();
      log.visit('log');
      await log.follow();
      await log.tellsAll();
    });

  it('tells nothing again of a file that was written at once with another, when it alone is written', async () => {
    log = new ChangingLog(true);
    log.visit('log', 'csv');
    log.visit('log', 'csv');
    await log.follow();
    await log.world.restart();
    await log.follow();
    log.visit('log');
    await log.tellsAll();
  });

  it('follows what is written now, of an old csv or json beside a newer .log, and tells of both', async () => {
    for (const old of ['csv', 'json'] as const) {
      log = new ChangingLog(false);
      log.visit(old);
      log.visit('log');
      await log.follow();
      await log.tellsAll();
      log.visit('log');
      await log.tellsAll();
      if (old === 'csv') await log.world.end();
    }
  });
});
