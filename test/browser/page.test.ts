import assert from 'node:assert/strict';

import { sentence } from '../../src/core/sentence.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import type { FeedRow } from '../../src/core/snapshot/dashboard.ts';
import type { Browser, Page } from '../env/workbench.ts';
import { history, monthOf, row, snapshot } from './dashboardSample.ts';
import { eventually, eventuallyEqual } from './eventually.ts';
import { mostChildren } from './mostChildren.ts';
import { openDashboard } from './openDashboard.ts';
import { sharedBrowser } from './openWindow.ts';
import { hostile } from './shop.ts';

/** What the tests touch of a cell; Node has no types for it. */
interface Cell {
  readonly className: string;
  readonly innerText: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

const hasKeyboard = (element: unknown): boolean =>
  element === (globalThis as unknown as { document: { activeElement: unknown } }).document.activeElement;

describe('the dashboard page', () => {
  let browser: Browser;
  before(async () => {
    browser = await sharedBrowser();
  });

  it('shows names and messages as text, and breaks no Content Security Policy', async () => {
    const { page, errors, show } = await openDashboard(browser);
    const { user, database, application } = hostile;
    const message = '<script>document.title = "run"</script> <b style="color:red">bold</b>';
    const feed = [
      row(1, { user, database, applicationName: application, remoteHost: '<i>host</i>' }),
      row(2, { sign: '!', user, database, message }),
    ];
    const status = { ...snapshot().status, filter: { ...noFilter, application: [application] } };
    await show({ type: 'dashboard', snapshot: snapshot({ feed, status }) });
    const rows = page.locator('.rows li');
    await eventuallyEqual(() => rows.count(), 2);
    assert.ok((await rows.first().innerText()).includes(application));
    assert.ok((await rows.first().innerText()).includes(String.raw`eve\u{202e}nimda\x1b[31m@`));
    assert.ok((await rows.last().innerText()).includes(message));
    await page.getByText(`Filter: application ${application}`).waitFor();
    assert.equal(await page.locator('img, b[style], i:not(.swatch), a, iframe').count(), 0);
    assert.equal(await page.title(), 'Connections');
    assert.deepEqual(errors, []);
    await page.close();
  });

  it('is drawn where the system names a locale that Intl refuses', async () => {
    const { page, errors, show } = await openDashboard(browser, { locale: 'en-US@posix' });
    await show({ type: 'dashboard', snapshot: snapshot() });
    await page.locator('canvas').waitFor();
    assert.deepEqual(errors, []);
    await page.close();
  });

  it('marks restarts of the server, and failures', async () => {
    const { page, show } = await openDashboard(browser);
    const { now, history } = snapshot();
    // the editor's theme, of which there is nothing here
    for (const name of ['foreground', 'charts-red', 'charts-purple'])
      await page.evaluate(`document.documentElement.style.setProperty('--vscode-${name}', 'red')`);
    const picture = (): Promise<string> =>
      page.evaluate(`new Promise((done) =>
        requestAnimationFrame(() => setTimeout(() => done(document.querySelector('canvas').toDataURL()))))`);
    let last = '';
    const drawn = async (restartsAt: number[], failures: number[]): Promise<string> => {
      await show({
        type: 'dashboard',
        snapshot: snapshot({ restartsAt, history: { ...history, failures } }),
      });
      await page.locator('canvas').waitFor();
      const before = last;
      await eventually('it is drawn, and all of it', async () => {
        const previous = last;
        last = await picture();
        return last !== before && last === previous;
      });
      return last;
    };
    const none = [0, 0, 0, 0];
    const pictures = [
      await drawn([], none),
      await drawn([now - 1_800_000], none),
      await drawn([], [0, 2, 0, 0]),
      await drawn([], none),
    ];
    assert.deepEqual(
      pictures.map((each) => pictures.indexOf(each)),
      [0, 1, 2, 0],
    );
    await page.close();
  });

  it('tells starts of the server in words too, and the first one from restarts', async () => {
    const { page, show } = await openDashboard(browser, { timezoneId: 'UTC' });
    const [firstStartAt = 0, , third = 0] = history.startAt;
    const restartsAt = [firstStartAt, third + 1000, third + 2000, third + 3000];
    await show({ type: 'dashboard', snapshot: snapshot({ restartsAt, firstStartAt }) });
    const chart = page.getByRole('slider');
    await page.locator('canvas').waitFor();
    await chart.focus();
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.locator('.history .span').innerText(), '14:00 – 14:15, 3 restarts');
    assert.match((await chart.getAttribute('aria-valuetext')) ?? '', /^14:00 – 14:15, 3 restarts: 5 active/);
    await page.getByRole('button', { name: 'Show as Table' }).click();
    const intervals = page.getByRole('table', { name: 'History' }).locator('tbody th');
    await eventuallyEqual(
      () => intervals.allInnerTexts(),
      ['14:15 – 14:30', '14:00 – 14:15, 3 restarts', '13:45 – 14:00', '13:30 – 13:45, start'],
    );
    await page.close();
  });

  it('does not know what was before the log begins', async () => {
    const { page, show } = await openDashboard(browser);
    await show({ type: 'dashboard', snapshot: snapshot({ beganAt: history.startAt[2] }) });
    await page.getByRole('button', { name: 'Show as Table' }).click();
    const rows = page.getByRole('table', { name: 'History' }).locator('tbody tr');
    const told = async (): Promise<boolean[]> =>
      (await rows.allInnerTexts()).map((row) => /\d+$/.test(row.trim()));
    await eventuallyEqual(async () => JSON.stringify(await told()), '[true,true,false,false]');
    await page.close();
  });

  it('tells how long sessions lasted, and who connected most, as tables', async () => {
    const { page, errors, show } = await openDashboard(browser);
    const rowsOf = async (name: string): Promise<string[]> => {
      const rows = await page.getByRole('table', { name }).getByRole('row').allInnerTexts();
      return rows.slice(1).map((row) => row.trim().replaceAll(/\s+/g, ' '));
    };
    const lengths = 'How long the sessions lasted that ended in the time shown';
    const top = (what: string): string => `${what} with the most connects in the time shown`;
    await show({ type: 'dashboard', snapshot: snapshot() });
    await eventuallyEqual(async () => (await rowsOf(lengths))[4], '10 s – 1 min 3');
    assert.equal((await rowsOf(lengths)).length, 9);
    assert.deepEqual(await rowsOf(top('Applications')), ['psql 7 2', 'unknown 3 1']);
    await page.getByRole('combobox', { name: 'Connects by' }).selectOption('database');
    assert.deepEqual(await rowsOf(top('Databases')), ['shop 7 2', 'unknown 3 1']);
    const [widest, narrower] = await page
      .locator('.top .bar-cell span')
      .evaluateAll((bars: { clientWidth: number }[]) => bars.map(({ clientWidth }) => clientWidth));
    assert.ok((widest ?? 0) > (narrower ?? 0) && (narrower ?? 0) > 0, `${widest} ${narrower}`);
    assert.deepEqual(errors, []);
    await page.close();
  });

  for (const width of [1280, 700, 300, 240]) {
    it(`cuts no number, and not the time of an interval, ${width} px wide`, async () => {
      const { page, show } = await openDashboard(browser, { viewport: { width, height: 900 } });
      const many = { connects: 9_876_543, active: 12_345 };
      const { top } = snapshot();
      const application = { names: [{ name: 'psql', ...many }], others: { names: 4321, ...many } };
      await show({ type: 'dashboard', snapshot: snapshot({ top: { ...top, application } }) });
      const whole = page.locator('.bars td:not(.bar-cell), .bars thead th, .history .span');
      await eventually('it is drawn', async () => (await page.locator('.top tbody tr').count()) === 2);
      const cut = await whole.evaluateAll((cells: Cell[]) =>
        cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.innerText),
      );
      assert.deepEqual(cut, []);
      assert.deepEqual(
        await page
          .locator('.scroll')
          .evaluateAll((all: Cell[]) => all.filter((each) => each.scrollWidth > each.clientWidth)),
        [],
      );
      await page.close();
    });
  }

  it('says so where no session has ended and nobody has connected', async () => {
    const { page, show } = await openDashboard(browser);
    const nobody = { names: [], others: { names: 0, connects: 0, active: 0 } };
    const top = { database: nobody, user: nobody, application: nobody, host: nobody };
    await show({ type: 'dashboard', snapshot: snapshot({ lengths: new Array<number>(9).fill(0), top }) });
    await page.getByText('No session ended in the time shown.').waitFor();
    await page.getByText('Nobody connected in the time shown.').waitFor();
    const status = { ...snapshot().status, filter: { ...noFilter, user: ['nobody'] } };
    await show({
      type: 'dashboard',
      snapshot: snapshot({ lengths: new Array<number>(9).fill(0), top, status }),
    });
    await page.getByText('No session that matches the filter ended in the time shown.').waitFor();
    await page.getByText('Nobody who matches the filter connected in the time shown.').waitFor();
    await page.close();
  });

  it('lets the filter be changed where it is shown', async () => {
    const { page, sent, show } = await openDashboard(browser);
    const status = { ...snapshot().status, filter: { ...noFilter, database: ['shop'] } };
    await show({ type: 'dashboard', snapshot: snapshot({ status }) });
    await page.getByRole('button', { name: 'Filter: database shop' }).click();
    await eventuallyEqual(() => Promise.resolve(sent.slice(1)), [{ type: 'command', command: 'filter' }]);
    await page.close();
  });

  for (const width of [920, 300]) {
    it(`cuts a long filter rather than the path of the log, ${width} px wide`, async () => {
      const { page, show } = await openDashboard(browser, { viewport: { width, height: 600 } });
      const { status } = snapshot();
      const application = 'a name '.repeat(30);
      const log = { ...status.log, path: '/home/me/.pgrx/data-17/log/postgresql-Mon.log' };
      const filter = { ...noFilter, application: [application] };
      await show({ type: 'dashboard', snapshot: snapshot({ status: { ...status, log, filter } }) });
      const chip = page.getByRole('button', { name: 'Filter: application' });
      await chip.waitFor();
      const isCut = (cell: Cell): boolean => cell.scrollWidth > cell.clientWidth;
      assert.ok(await chip.evaluate(isCut));
      assert.ok((await chip.getAttribute('title'))?.includes(application));
      const path = page.locator('.source .path');
      if (width > 900) assert.ok(!(await path.evaluate(isCut)));
      else assert.ok((await path.evaluate((cell: Cell) => cell.clientWidth)) > 60);
      await page.close();
    });
  }

  it('lets the filter be cleared where it hides everything, and keeps the keyboard', async () => {
    const { page, sent, show } = await openDashboard(browser);
    const zeros = [0, 0, 0, 0];
    const none = { connects: zeros, disconnects: zeros, lost: zeros, failures: zeros, maxActive: zeros };
    const status = { ...snapshot().status, filter: { ...noFilter, database: ['shop'] } };
    for (const [part, heir] of [
      ['.history', 'Show as Table'],
      ['.feed', 'Following'],
    ] as const) {
      await show({ type: 'dashboard', snapshot: snapshot({ history: { ...history, ...none }, status }) });
      const clear = page.locator(part).getByRole('button', { name: 'Clear Filter' });
      await clear.focus();
      await page.keyboard.press('Enter');
      await eventuallyEqual(() => Promise.resolve(sent.at(-1)), { type: 'command', command: 'clearFilter' });
      await show({ type: 'dashboard', snapshot: snapshot() });
      await clear.waitFor({ state: 'hidden' });
      assert.ok(await page.getByRole('button', { name: heir }).evaluate(hasKeyboard));
    }
    await page.close();
  });

  it('keeps the keyboard when it goes on', async () => {
    const { page, sent, show } = await openDashboard(browser);
    const status = { ...snapshot().status, state: 'paused' } as const;
    await show({ type: 'dashboard', snapshot: snapshot({ status }) });
    const resume = page.getByRole('button', { name: 'Resume' });
    await resume.focus();
    await page.keyboard.press('Enter');
    await eventuallyEqual(() => Promise.resolve(sent.at(-1)?.type), 'pause');
    await show({ type: 'dashboard', snapshot: snapshot() });
    await resume.waitFor({ state: 'hidden' });
    assert.ok(await page.getByRole('combobox', { name: 'Time shown' }).evaluate(hasKeyboard));
    await page.close();
  });

  it('lists the lengths of an interval in their order, also one that the settings ask for', async () => {
    const { page, show } = await openDashboard(browser);
    await show({ type: 'dashboard', snapshot: snapshot({ history: { ...history, bucketMinutes: 30 } }) });
    const lengths = page.getByRole('combobox', { name: 'Interval' });
    await eventuallyEqual(
      () => lengths.locator('option').allInnerTexts(),
      ['1 min', '5 min', '15 min', '30 min', '60 min'],
    );
    assert.equal(await lengths.inputValue(), '30');
    await page.close();
  });

  it('finds rows in the feed whatever case a letter has, also where the system is Turkish', async () => {
    const { page, show } = await openDashboard(browser, { locale: 'tr-TR' });
    await show({ type: 'dashboard', snapshot: snapshot({ feed: [row(1, { user: 'INTERN' })] }) });
    await page.getByRole('searchbox', { name: 'Filter rows' }).fill('intern');
    assert.equal(await page.locator('.rows li').count(), 1);
    await page.close();
  });

  it('says of an empty feed and history what they are empty of', async () => {
    const { page, show } = await openDashboard(browser);
    const zeros = [0, 0, 0, 0];
    const none = { connects: zeros, disconnects: zeros, lost: zeros, failures: zeros, maxActive: zeros };
    const { status } = snapshot();
    const empty = async (change: Partial<typeof status>): Promise<void> =>
      show({
        type: 'dashboard',
        snapshot: snapshot({ history: { ...history, ...none }, status: { ...status, ...change } }),
      });
    await empty({});
    await page.getByText('Nothing has happened yet.').waitFor();
    await page.getByText('Nothing was logged in the time shown.').waitFor();
    await empty({ clearedAt: 1 });
    await page.getByText('Nothing has happened since the last Clear.').waitFor();
    await empty({ clearedAt: 1, filter: { ...noFilter, user: ['nobody'] } });
    await page.getByText('Nothing that has happened matches the filter.').waitFor();
    await page.getByText('Nothing that was logged in the time shown matches the filter.').waitFor();
    await empty({ state: 'reading' });
    await page.locator('.feed').getByText('The log is being read.').waitFor();
    await page.close();
  });

  it('says why somebody left, where it was not as usual', async () => {
    const { page, show } = await openDashboard(browser);
    const feed = [row(1, { sign: '-', lost: true, reason: 'crash', message: 'in English' })];
    await show({ type: 'dashboard', snapshot: snapshot({ feed }) });
    await page.locator('.rows').getByText('lost: the server ended all sessions after a crash').waitFor();
    await page.close();
  });

  /** The cells that do not show all of their text, and rows that reach out of the list. */
  const cutOff = (page: Page): Promise<string[]> =>
    page
      .locator('.rows .cells > span')
      .evaluateAll((cells: Cell[]) =>
        cells
          .filter((cell) => cell.scrollWidth > cell.clientWidth || cell.scrollHeight > cell.clientHeight)
          .map((cell) => `${cell.className} ${cell.innerText}`),
      );

  for (const width of [1200, 700, 460, 300]) {
    it(`shows names and why somebody left whole, ${width} px wide`, async () => {
      const { page, show } = await openDashboard(browser, { viewport: { width, height: 700 } });
      const name = 'a_name_that_goes_on_for_the_sixty-three_characters_that_it_may_';
      const names = { user: name, database: name, applicationName: name };
      const left = { sign: '-', sessionTimeMs: 3200 } as const;
      const feed = [
        row(1, { ...names, ...left, reason: 'connectionLost' }),
        row(2, { ...left, user: 'app', database: 'shop', lost: true, reason: 'crash', log: 'one.log' }),
      ];
      await show({ type: 'dashboard', snapshot: snapshot({ feed }) });
      const lines = page.locator('.rows .cells');
      await eventuallyEqual(() => lines.count(), 2);
      assert.deepEqual(await cutOff(page), []);
      const why = 'after 3.2 s: its client was gone';
      assert.ok((await lines.first().innerText()).includes(why));
      for (const told of ['title', 'aria-label'])
        assert.ok((await lines.first().getAttribute(told))?.includes(why), told);
      await page.close();
    });
  }

  for (const width of [300, 320, 400]) {
    it(`shows how long somebody stayed beside the name, as it shows a host, ${width} px wide`, async () => {
      const { page, show } = await openDashboard(browser, { viewport: { width, height: 700 } });
      for (const [name, value] of [
        ['size', width === 300 ? '12px' : '14px'],
        ['family', 'monospace'],
      ] as const)
        await page.evaluate(
          `document.documentElement.style.setProperty('--vscode-editor-font-${name}', '${value}')`,
        );
      const names = { user: 'app', database: 'shop', applicationName: 'psql' };
      const feed = [
        row(1, { ...names, remoteHost: '[local]' }),
        row(2, { ...names, sign: '-', sessionTimeMs: 1100 }),
      ];
      await show({ type: 'dashboard', snapshot: snapshot({ feed }) });
      const lines = page.locator('.rows .cells');
      await eventuallyEqual(() => lines.count(), 2);
      const heights = await lines.evaluateAll((cells: Cell[]) => cells.map((cell) => cell.clientHeight));
      assert.deepEqual(heights, [20, 20]);
      assert.ok((await lines.last().innerText()).includes('1.1 s'));
      assert.match((await lines.last().getAttribute('title')) ?? '', /after 1\.1 s/);
      await page.close();
    });
  }

  it('shows three lines of a message, and all of it in the row that the keyboard is on', async () => {
    const { page, show } = await openDashboard(browser, { viewport: { width: 460, height: 600 } });
    const message = 'an extension may write as much as it wants, '.repeat(20).trim();
    const feed = [1, 2, 3].map((id) => row(id, { sign: '!', user: 'bob', message }));
    await show({ type: 'dashboard', snapshot: snapshot({ feed }) });
    await eventuallyEqual(async () => (await cutOff(page)).length, 3);
    await page.locator('.rows').focus();
    await page.keyboard.press('ArrowDown');
    await eventuallyEqual(async () => (await cutOff(page)).length, 2);
    const [list, focused] = await Promise.all(
      ['.rows', '.rows .cells:focus'].map((each) => page.locator(each).boundingBox()),
    );
    assert.ok(list && focused && focused.height > 80);
    assert.ok(focused.y + 20 > list.y && focused.y < list.y + list.height, 'it is seen');
    await page.close();
  });

  it('has room for the lines of a large font', async () => {
    const { page, show } = await openDashboard(browser);
    await page.evaluate(`document.documentElement.style.setProperty('--vscode-editor-font-size', '26px')`);
    await show({ type: 'dashboard', snapshot: snapshot({ feed: [row(1, { applicationName: 'psql' })] }) });
    const name = await page.locator('.cells .name').boundingBox();
    assert.ok(name && name.height > 31, String(name?.height));
    await page.close();
  });

  it('asks for the log at a refused login, and for another part of the history', async () => {
    const { page, sent, show } = await openDashboard(browser);
    await show({ type: 'dashboard', snapshot: snapshot({ feed: [row(7, { sign: '!', message: 'no' })] }) });
    await page.locator('.rows li button.cells').click();
    await page.getByRole('combobox', { name: 'Time shown' }).selectOption('day');
    await eventuallyEqual(
      () => Promise.resolve(sent.slice(1)),
      [
        { type: 'open', sourceId: 'log', troubleId: 7 },
        { type: 'scope', sourceId: 'log', scope: 'day' },
      ],
    );
    await page.close();
  });

  it('is read with the keyboard, one interval after the other', async () => {
    const { page, show } = await openDashboard(browser, { timezoneId: 'UTC' });
    await show({ type: 'dashboard', snapshot: snapshot() });
    const chart = page.getByRole('slider');
    const shown = page.locator('.history .span');
    await page.locator('canvas').waitFor();
    assert.match(await shown.innerText(), /^newest: \d\d:\d\d – \d\d:\d\d$/);
    await chart.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await shown.innerText(), '13:45 – 14:00');
    assert.match(
      (await chart.getAttribute('aria-valuetext')) ?? '',
      /^13:45 – 14:00: 5 active, at most 6, 3 connects/,
    );
    const keys = [
      ['Home', '13:30 – 13:45'],
      ['PageUp', '14:15 – 14:30'],
      ['PageDown', '13:30 – 13:45'],
      ['ArrowUp', '13:45 – 14:00'],
    ] as const;
    for (const [key, span] of keys) {
      await page.keyboard.press(key);
      assert.equal(await shown.innerText(), span, key);
    }
    await page.close();
  });

  describe('zooms into a month of intervals', () => {
    for (const bucketMinutes of [15, 1]) {
      it(`of ${bucketMinutes} min: with wheel, drag and keys, and shows all again`, async () => {
        const { page, errors, show } = await openDashboard(browser, {
          ...{ timezoneId: 'UTC', viewport: { width: 1280, height: 760 } },
        });
        await show({ type: 'dashboard', snapshot: snapshot({ history: monthOf(bucketMinutes) }) });
        const chart = page.getByRole('slider');
        const all = page.getByRole('button', { name: 'Show All' });
        const intervals = async (): Promise<number> => Number(await chart.getAttribute('aria-valuemax'));
        await page.locator('canvas').waitFor();
        await eventually('it is drawn', async () => (await intervals()) > 10);
        const [whole, box] = [await intervals(), await page.locator('.u-over').boundingBox()];
        assert.ok(box && whole <= box.width / 2 + 1, `${whole} intervals`);
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];

        await page.mouse.move(x, y);
        await page.mouse.wheel(0, -500);
        await all.waitFor();
        await page.mouse.dblclick(x, y);
        await all.waitFor({ state: 'hidden' });

        await page.mouse.move(x, y);
        await page.mouse.down();
        await page.mouse.move(x + box.width / 31, y, { steps: 3 });
        await page.mouse.up();
        await all.waitFor();
        const day = 1440 / bucketMinutes;
        await eventually(
          'a day is shown',
          async () => (await intervals()) <= Math.min(day + 2, box.width / 2),
        );

        await chart.focus();
        await page.keyboard.press('End');
        const [newest, before] = [await chart.getAttribute('aria-valuetext'), await intervals()];
        await page.keyboard.press('Shift+ArrowLeft');
        await page.keyboard.press('-');
        await eventually('more is shown', async () => (await intervals()) !== before);
        await page.keyboard.press('0');
        await all.waitFor({ state: 'hidden' });
        await page.keyboard.press('+');
        await all.click();
        await eventuallyEqual(intervals, whole);
        assert.match(newest ?? '', /active, at most/);
        assert.deepEqual(errors, []);
        await page.close();
      });
    }
  });

  it('holds still while older rows are read, and counts what is new', async () => {
    const { page, show } = await openDashboard(browser);
    const rows = (count: number): FeedRow[] =>
      Array.from({ length: count }, (_, id) => row(id + 1, { user: `u${id + 1}` }));
    await show({ type: 'dashboard', snapshot: snapshot({ feed: rows(100) }) });
    await page.getByText('u100').waitFor();
    await page.getByRole('button', { name: 'Following' }).click();
    await show({ type: 'dashboard', snapshot: snapshot({ feed: rows(103) }) });
    await page.getByRole('button', { name: 'Follow (3 new)' }).click();
    await page.getByText('u103').waitFor();
    await page.close();
  });

  it('goes to the newest row of all with End, and leaves the keyboard nowhere when rows are gone', async () => {
    const { page, show } = await openDashboard(browser);
    const rows = (count: number): FeedRow[] =>
      Array.from({ length: count }, (_, index) => row(index + 1, { user: `user${index + 1}` }));
    const focused = page.locator(':focus');
    await show({ type: 'dashboard', snapshot: snapshot({ feed: rows(3) }) });
    await page.locator('.rows').focus();
    await page.keyboard.press('ArrowUp');
    await show({ type: 'dashboard', snapshot: snapshot({ feed: rows(5) }) });
    await page.getByRole('button', { name: 'Follow (2 new)' }).waitFor();
    await page.keyboard.press('End');
    assert.match((await focused.getAttribute('aria-label')) ?? '', /user5/);
    await page.getByRole('button', { name: 'Following' }).waitFor();
    const status = { ...snapshot().status, clearedAt: 1 };
    await show({ type: 'dashboard', snapshot: snapshot({ status }) });
    await page.getByText('Nothing has happened since the last Clear.').waitFor();
    assert.equal(await focused.innerText(), 'Following');
    await page.close();
  });

  it('holds 500 rows of the feed at most at any moment, however fast and however many come', async () => {
    const { page, show } = await openDashboard(browser);
    const rows = (from: number, count: number): FeedRow[] =>
      Array.from({ length: count }, (_, id) => row(from + id, { user: `u${from + id}` }));
    await show({ type: 'dashboard', snapshot: snapshot({ feed: rows(1, 10) }) });
    await page.getByText('u10').waitFor();
    const most = mostChildren(page.locator('.rows'), 'u9000');
    for (let from = 600; from < 9000; from += 600)
      await show({ type: 'dashboard', snapshot: snapshot({ feed: rows(from, 900) }) });
    await show({ type: 'dashboard', snapshot: snapshot({ feed: rows(8501, 500) }) });
    assert.equal(await most, 500);
    assert.equal(await page.locator('.rows li').count(), 500);
    await page.close();
  });

  it('tells how far a log is read as the side bar does: what is not whole is cut', async () => {
    const { page, show } = await openDashboard(browser);
    const reading = { state: 'reading', readBytes: 999_900_000, totalBytes: 1_000_000_000 } as const;
    await show({ type: 'dashboard', snapshot: snapshot({ status: { ...snapshot().status, ...reading } }) });
    await page.getByText('(99%)').waitFor();
    await page.close();
  });

  it('says what the numbers cannot tell, and what nothing is followed for', async () => {
    const { page, sent, show } = await openDashboard(browser);
    const { status } = snapshot();
    const log = { ...status.log, connectionLogging: 'off' as const };
    const warnings = [sentence('The log begins in the middle.')];
    await show({
      type: 'dashboard',
      snapshot: snapshot({ status: { ...status, log, warnings, activeIs: 'unknown' } }),
    });
    await page.getByText('The log begins in the middle.').waitFor();
    assert.match(await page.locator('.figure.active').innerText(), /^\?/);
    await page.getByRole('button', { name: 'Turn On Connection Logging' }).click();
    await show({ type: 'nothing', sentence: '/x.log does not exist: check the path.' });
    await page.getByText('/x.log does not exist: check the path.').waitFor();
    await page.getByRole('button', { name: 'Choose Log' }).click();
    await eventuallyEqual(
      () => Promise.resolve(sent.slice(1)),
      [
        { type: 'command', command: 'turnOnLogging' },
        { type: 'command', command: 'chooseLog' },
      ],
    );
    await page.close();
  });

  it('offers another log where the followed one is in trouble', async () => {
    const { page, sent, show } = await openDashboard(browser);
    const trouble = sentence('/x.log is not there: choose another log.');
    const { status } = snapshot();
    await show({
      type: 'dashboard',
      snapshot: snapshot({ status: { ...status, state: 'waiting', trouble } }),
    });
    await page.getByRole('list', { name: 'Notices' }).getByRole('button', { name: 'Choose Log…' }).click();
    await eventuallyEqual(() => Promise.resolve(sent.slice(1)), [{ type: 'command', command: 'chooseLog' }]);
    await page.close();
  });

  for (const [width, height] of [
    [300, 600],
    [920, 240],
    [1600, 900],
  ] as const) {
    it(`fits into ${width} × ${height}`, async () => {
      const { page, show } = await openDashboard(browser, { viewport: { width, height } });
      const feed = [row(1, { user: 'app', database: 'shop', remoteHost: '10.0.0.7' })];
      await show({ type: 'dashboard', snapshot: snapshot({ feed }) });
      await page.locator('canvas').waitFor();
      const overflow = await page
        .locator('body')
        .evaluate(
          (body: { scrollWidth: number; clientWidth: number }) => body.scrollWidth - body.clientWidth,
        );
      assert.equal(overflow, 0);
      await page.close();
    });
  }

  it('has its legend in one line in the panel at its usual height', async () => {
    const { page, show } = await openDashboard(browser, { viewport: { width: 920, height: 230 } });
    const usual = snapshot();
    const history = { ...usual.history, lost: [0, 0, 0, 0], active: [14, 15, 15, 13] };
    await show({ type: 'dashboard', snapshot: snapshot({ history }) });
    await page.locator('canvas').waitFor();
    const entries = await page.locator('.readout .entry:visible').all();
    const boxes = await Promise.all(entries.map((entry) => entry.boundingBox()));
    assert.deepEqual([boxes.length, new Set(boxes.map((box) => box?.y)).size], [5, 1]);
    await page.close();
  });
});
