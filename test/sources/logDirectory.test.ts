import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { LogDirectory } from '../../src/sources/tail/logDirectory.ts';
import { identify } from '../../src/sources/tail/fileIdentity.ts';
import { LogTail } from '../../src/sources/tail/logTail.ts';
import { RecordingSink } from './recordingSink.ts';
import { eventually, randomOf, TestDirectory } from './tailWorld.ts';

describe('LogDirectory', function () {
  this.timeout(20_000);

  let data: TestDirectory;
  let sink: RecordingSink;
  let clock: number;
  beforeEach(() => {
    data = new TestDirectory();
    mkdirSync(data.join('log'));
    sink = new RecordingSink();
    clock = 1_700_000_000;
  });
  afterEach(() => data.remove());

  /** Appends as the server does, a few seconds after the last time. */
  function log(name: string, text: string): void {
    data.append(`log/${name}`, text);
    data.touch(`log/${name}`, (clock += 3));
  }

  function tailOf(stem: string, resume?: RecordingSink['resume']): LogTail {
    return new LogTail({ kind: 'directory', directory: data.join('log'), stem }, sink, {
      follow: true,
      resume,
    });
  }

  const names = (stem: string, pattern?: string) =>
    new LogDirectory({ kind: 'directory', directory: data.join('log'), stem, pattern })
      .files()
      .map(({ path }) => basename(path));

  it('lists the files of its stem only, in all formats, oldest first', () => {
    log('postgresql-2026-11-19.log', 'a');
    log('postgresql-2026-11-20.csv', 'b');
    log('postgresql-2026-11-20.log', 'c');
    log('pgbouncer.log', 'd');
    mkdirSync(data.join('log/postgresql-2026-11-21.log'));
    const all = ['postgresql-2026-11-19.log', 'postgresql-2026-11-20.csv', 'postgresql-2026-11-20.log'];
    for (const ending of ['log', 'csv', 'json']) assert.deepEqual(names(`postgresql-*.${ending}`), all);
  });

  it('lists only what its pattern matches too', () => {
    for (const name of ['postgresql-2026-11-30.log', 'postgresql-2026-12-01.log.gz', 'pg-2026-12-01.log'])
      log(name, 'a');
    log('postgresql-2026-12-01.log', 'b');
    assert.deepEqual(names('postgresql-*.log', '*-12-*.log'), ['postgresql-2026-12-01.log']);
  });

  it('takes for current the richest that current_logfiles names, of those that are its own', () => {
    log('postgresql-Mon.log', 'a');
    log('postgresql-Tue.log', 'b');
    log('postgresql-Tue.csv', 'b');
    const current = (text: string) => data.write('current_logfiles', text);
    current('stderr log/postgresql-Mon.log\n');
    assert.equal(names('postgresql-*.csv').at(-1), 'postgresql-Mon.log');
    current('stderr log/postgresql-Tue.log\ncsvlog log/postgresql-Mon.csv\njsonlog log/other.json\n');
    assert.equal(names('postgresql-*.log').at(-1), 'postgresql-Tue.log');
    log('postgresql-Mon.csv', 'c');
    log('postgresql-Tue.log', 'd');
    assert.equal(names('postgresql-*.log').at(-1), 'postgresql-Mon.csv');
  });

  it('does not wait for what stands in the place of current_logfiles and is no such file', function () {
    if (process.platform === 'win32') this.skip();
    log('postgresql-Mon.log', 'a');
    // who may write above the log (in /tmp, anybody) may put there what blocks its reader for ever, or fills its memory
    execFileSync('mkfifo', [data.join('current_logfiles')]);
    data.write('log/current_logfiles', 'csvlog postgresql-Mon.log\n'.repeat(10_000));
    const script = `
      import { LogDirectory } from '${new URL('../../src/sources/tail/logDirectory.ts', import.meta.url).href}';
      const place = { kind: 'directory', directory: process.argv[1], stem: 'postgresql-*.log' };
      console.log(new LogDirectory(place).files().length);`;
    const node = ['--input-type=module', '-e', script, data.join('log')];
    assert.equal(execFileSync(process.execPath, node, { encoding: 'utf8', timeout: 10_000 }), '1\n');
  });

  it('reads all files from the oldest, then follows the newest to the next name at midnight', async () => {
    log('postgresql-2026-11-19.log', 'one\n');
    log('postgresql-2026-11-20.log', 'two\n');
    const tail = tailOf('postgresql-*.log');
    await tail.look();
    log('postgresql-2026-11-20.log', 'half a l');
    await tail.look();
    log('postgresql-2026-11-20.log', 'ine\n');
    log('postgresql-2026-11-21.log', 'three\n');
    await tail.look();
    assert.deepEqual(
      sink.files.map(({ text }) => text),
      ['one\n', 'two\nhalf a line\n', 'three\n'],
    );
    assert.deepEqual(
      sink.files.map(({ ended }) => ended),
      [true, true, false],
    );
    tail.close();
  });

  it('reads hundreds of files in a row without listing them for each, also what comes late', async () => {
    const written: string[] = [];
    for (let day = 0; day < 400; day++) {
      written.push(`line ${day}\n`);
      log(`postgresql-${1_700_000_000 + day}.log`, written[day]!);
    }
    const late = 'late\n';
    sink.onTook = () => {
      if (sink.last.text !== written[7]) return;
      data.append('log/postgresql-1700000007.log', late);
      data.touch('log/postgresql-1700000007.log', 1_700_000_008);
    };
    let lists = 0;
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called of what it is of
    const { files } = LogDirectory.prototype;
    LogDirectory.prototype.files = function () {
      lists += 1;
      return files.call(this);
    };
    const tail = tailOf('postgresql-*.log');
    try {
      while ((await tail.look()) !== 'quiet');
    } finally {
      LogDirectory.prototype.files = files;
      tail.close();
    }
    assert.deepEqual(
      sink.files.map(({ text }) => text),
      written.map((text, day) => (day === 7 ? text + late : text)),
    );
    assert.ok(lists < 200, `${lists} lists of 400 files`);
  });

  it('looks through a thousand files now and then, and at once where a name is new', async () => {
    const name = (day: number) => `postgresql-${1000 + day}.log`;
    for (let day = 0; day < 1000; day += 1) log(name(day), 'one\n');
    const directory = new LogDirectory({
      kind: 'directory',
      directory: data.join('log'),
      stem: 'postgresql-*.log',
    });
    const path = directory.files().at(-1)?.path ?? '';
    const open = { path, identity: identify(path), modifiedAt: clock * 1000 };
    const after = () => directory.after(open, true).map((file) => basename(file.path));
    log(name(7), 'two\n');
    assert.deepEqual(after(), []);
    await eventually(() => after().length > 0, 'an old file that is written again is seen');
    assert.deepEqual(after(), [name(7)]);
    log(name(1000), 'three\n');
    assert.deepEqual(after(), [name(7), name(1000)]);
  });

  it('stays with the old file while the new one is empty', async () => {
    log('postgresql-2026-11-19.log', 'one\n');
    const tail = tailOf('postgresql-*.log');
    await tail.look();
    log('postgresql-2026-11-20.log', '');
    await tail.look();
    log('postgresql-2026-11-19.log', 'late\n');
    await tail.look();
    data.touch('log/postgresql-2026-11-20.log', ++clock);
    log('postgresql-2026-11-20.log', 'two\n');
    await tail.look();
    await tail.look();
    assert.deepEqual(
      sink.files.map(({ text }) => text),
      ['one\nlate\n', 'two\n'],
    );
    tail.close();
  });

  it('follows a new directory and a first file that appear later', async () => {
    const stem = 'postgresql-*.log';
    const tail = new LogTail({ kind: 'directory', directory: data.join('later'), stem }, sink, {
      follow: true,
    });
    await tail.look();
    mkdirSync(data.join('later'));
    await tail.look();
    data.append('later/postgresql-Fri.log', 'one\n');
    await tail.look();
    assert.equal(sink.text, 'one\n');
    tail.close();
  });

  for (const reuse of ['truncated', 'appended to'] as const) {
    it(`follows a weekly ring whose files are ${reuse}, each byte once`, async () => {
      const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
      const tail = tailOf('postgresql-*.log');
      let written = '';
      for (let day = 0; day < 24; day++) {
        const name = `postgresql-${days[day % 7] ?? ''}.log`;
        if (reuse === 'truncated') data.write(`log/${name}`, '');
        // sometimes as long as last week's, sometimes not
        for (const text of [`day ${day}\n`, `${'x'.repeat((day * 7) % 60)}\n`]) {
          log(name, text);
          written += text;
          if (day % 3 > 0) await tail.look();
        }
        await tail.look();
      }
      await tail.look();
      assert.equal(sink.text, written);
      assert.equal(sink.lostBytes, 0);
      tail.close();
    });
  }

  it('delivers every byte once and in order under random rotation, looks and restarts', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = randomOf(seed);
      const directory = `log-${seed}`;
      mkdirSync(data.join(directory));
      sink = new RecordingSink(() => 1 + Math.floor(random() * 400));
      const place = { kind: 'directory', directory: data.join(directory), stem: 'postgresql-*.log' } as const;
      let tail = new LogTail(place, sink, { follow: true });
      let file = 0;
      let written = '';
      for (let step = 0; step < 80; step++) {
        const dice = random();
        const name = `${directory}/postgresql-2026-11-20_${String(100_000 + file)}.log`;
        if (dice < 0.5) {
          const text = `${step}:${'y'.repeat(random() * 100)}${dice < 0.2 ? '\n' : ''}`;
          data.append(name, text);
          data.touch(name, ++clock);
          written += text;
        } else if (dice < 0.65) file++;
        else if (dice < 0.7 && sink.files.length > 0) {
          tail.close();
          const { resume } = sink;
          sink.last.ended = true;
          tail = new LogTail(place, sink, { follow: true, resume });
        } else await tail.look();
      }
      for (let i = 0; i < 3; i++) await tail.look();
      tail.close();
      assert.equal(sink.text, written, `seed ${seed}`);
    }
  });
});
