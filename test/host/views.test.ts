import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { env, type ExtensionContext, type TreeItem, window, workspace } from 'vscode';
import type { DiscoveredLog } from '../../src/core/log/logPlace.ts';
import type { Finding } from '../../src/core/server/finding.ts';
import { sentence } from '../../src/core/sentence.ts';
import type { ServerStatus } from '../../src/core/server/serverSnapshot.ts';
import { noFilter } from '../../src/core/session/filter.ts';
import { noTotals } from '../../src/core/session/tally.ts';
import type { SourceStatus } from '../../src/core/snapshot/sourceStatus.ts';
import type { Trouble, TroubleGroup } from '../../src/core/snapshot/troubleLists.ts';
import { offerTerminalCommand } from '../../src/extension.ts';
import { activeRow, fieldsTooltip, sessionFacts } from '../../src/views/activeRow.ts';
import { statusText, withServer } from '../../src/views/statusBarItem.ts';
import { waitText } from '../../src/views/poolText.ts';
import { copyRow } from '../../src/views/rowCommands.ts';
import { logRow } from '../../src/views/logRow.ts';
import { serverRow } from '../../src/views/serverRow.ts';
import { nextSteps } from '../../src/views/nextSteps.ts';
import { troubleRow, troubleTooltip } from '../../src/views/troubleRow.ts';
import { activeMessage, headline } from '../../src/views/viewHeaders.ts';
import { viewState } from '../../src/views/welcome.ts';
import { showLine } from '../../src/views/readOnlyTexts.ts';
import { inertText, pathText, serverText, spanText } from '../../src/views/words.ts';

const log: DiscoveredLog = {
  id: '/home/me/.pgrx/data-17',
  kind: 'pgrx',
  serverVersion: '17.10',
  running: true,
  path: '/home/me/.pgrx/17.log',
  settings: {},
  connectionLogging: 'on',
};
const totals = {
  connects: 9,
  disconnects: 4,
  lost: 0,
  failures: 2,
  endings: 0,
  problems: 0,
  replicationConnects: 0,
};
const none = noTotals();
const following: SourceStatus = {
  sourceId: log.id,
  log,
  state: 'following',
  readBytes: 100,
  totalBytes: 100,
  warnings: [],
  activeIs: 'exact',
  active: 5,
  activeReplication: 0,
  totals,
  newFailures: 0,
  filter: noFilter,
  activeFiltered: 5,
  activeReplicationFiltered: 0,
  canUndoClear: false,
  version: 1,
};
const nobody = { active: 0, activeFiltered: 0 };

describe('viewState', () => {
  const off = { ...log, connectionLogging: 'off' } as const;
  const cases: [string, Partial<SourceStatus>, string][] = [
    ['sessions', {}, 'active'],
    ['nobody', nobody, 'quiet'],
    ['sessions that the filter hides', { activeFiltered: 0 }, 'filteredOut'],
    ['walsenders that the filter hides', { ...nobody, activeReplication: 1 }, 'filteredOut'],
    ['nobody, with connection logging off', { ...nobody, log: off, totals: none }, 'loggingOff'],
    ['nobody any more, with logging turned off since', { ...nobody, log: off }, 'quiet'],
    ['an empty log', { ...nobody, totalBytes: 0, totals: none }, 'empty'],
    ['a log that is being read', { state: 'reading' }, 'reading'],
    ['a missing file', { ...nobody, state: 'waiting' }, 'waiting'],
    ['what is no log', { ...nobody, trouble: sentence('No line …') }, 'waiting'],
    ['nobody, while nothing is read', { ...nobody, state: 'paused' }, 'paused'],
    ['nobody in a part of the log', { ...nobody, state: 'stopped' }, 'stopped'],
    ['sessions, while nothing is read', { state: 'paused' }, 'active'],
  ];
  for (const [title, change, expected] of cases) {
    it(`is ${expected} for ${title}`, () => {
      assert.equal(viewState({ phase: 'followed', status: { ...following, ...change } }), expected);
    });
  }

  it('is the phase while nothing is followed', () => {
    for (const phase of ['looking', 'none', 'several', 'refused'] as const) {
      assert.equal(viewState({ phase, status: undefined }), phase);
    }
  });
});

describe('nextSteps', () => {
  const trouble = sentence('It cannot be read.');
  it('are there wherever a message says why nobody is shown', () => {
    assert.deepEqual(nextSteps({ phase: 'refused', status: undefined }, true), [
      'chooseLog',
      'setLog',
      'lookAgain',
    ]);
    const waiting = { ...following, state: 'waiting', trouble } as const;
    assert.deepEqual(nextSteps({ phase: 'followed', status: waiting }, false), ['chooseLog']);
    const foreign = { ...following, trouble };
    assert.deepEqual(nextSteps({ phase: 'followed', status: foreign }, false), ['chooseLog', 'setPrefix']);
  });

  it('are nowhere else: there a welcome text has them', () => {
    for (const phase of ['idle', 'looking', 'none', 'several'] as const)
      assert.deepEqual(nextSteps({ phase, status: undefined }, true), []);
    assert.deepEqual(nextSteps({ phase: 'followed', status: { ...following, ...nobody } }, true), []);
  });
});

describe('status bar', () => {
  const cases: [string, Partial<SourceStatus>, string][] = [
    ['exact', {}, '$(plug) 5'],
    ['new failures', { newFailures: 2 }, '$(plug) 5 $(error) 2'],
    ['a start in the middle', { activeIs: 'atLeast' }, '$(plug) ≥5'],
    ['no log_disconnections', { activeIs: 'unknown' }, '$(plug) ?'],
    ['reading', { state: 'reading' }, '$(sync~spin) 5'],
    ['paused', { state: 'paused' }, '$(debug-pause) 5'],
    ['waiting', { state: 'waiting' }, '$(watch) 5'],
  ];
  for (const [title, change, expected] of cases) {
    it(`shows ${expected} for ${title}`, () => {
      assert.equal(statusText({ ...following, ...change }, 0, undefined).text, expected);
    });
  }

  it('tells sessions and how full the server is apart', () => {
    const server: ServerStatus = {
      ...({ serverId: '1', label: 'app@db:5432', state: 'connected' } as const),
      ...{ readOnly: false, utilization: 0.031, warnings: 0, critical: 0, version: 1 },
    };
    const log = statusText(following, 0, undefined);
    assert.equal(withServer(log, server)?.text, '$(plug) 5 · 3 %');
    assert.equal(withServer(undefined, server)?.text, '$(server) 3 %');
    assert.equal(withServer(log, { ...server, utilization: undefined })?.text, '$(plug) 5');
    assert.equal(withServer(log, { ...server, utilization: 0.996 })?.text, '$(plug) 5 · 99 %');
    const critical = { ...server, environment: 'production', critical: 2 } as const;
    assert.equal(withServer(log, critical)?.text, '$(shield) $(plug) 5 · 3 % $(flame) 2');
  });

  it('warns above the threshold only, and never at 0', () => {
    const warns = [0, 4, 5].map((warnAbove) => statusText(following, warnAbove, undefined).warning);
    assert.deepEqual(warns, [false, true, false]);
  });

  it('says in its tooltip what is counted, of which log', () => {
    assert.deepEqual(statusText(following, 0, '/home/me').tooltip, [
      'PostgreSQL 17.10 · pgrx',
      '~/.pgrx/17.log',
      'Connected: 5',
      'Connects: 9 · disconnects: 4 · failed: 2',
    ]);
  });
});

describe('reading that does not keep up', () => {
  const cases: [number, string][] = [
    [1259, '1.2 s behind: the log is written faster than it is read.'],
    [150_000, '2 min behind: the log is written faster than it is read.'],
  ];
  for (const [behindMs, expected] of cases) {
    it(`reads ${expected}`, () => {
      const status = { ...following, behindMs };
      assert.equal(statusText(status, 0, undefined).tooltip.at(-1), expected);
      assert.equal(activeMessage({ phase: 'followed', status, refusal: undefined }), expected);
    });
  }
});

describe('title and message of the Active view', () => {
  it('names filter, server and path', () => {
    const filter = { ...noFilter, database: ['shop'], application: ['My App'] };
    assert.equal(
      headline({ ...following, filter }, '/home/me'),
      'db=shop app="My App" · PostgreSQL 17.10 · pgrx · ~/.pgrx/17.log',
    );
  });

  const message = (change: Partial<SourceStatus>): string | undefined =>
    activeMessage({ phase: 'followed', status: { ...following, ...change }, refusal: undefined });

  it('tells how far the log is read', () => {
    assert.equal(message({ state: 'reading', readBytes: 42, totalBytes: 100 }), 'Reading the log: 42 %');
  });

  it('tells of trouble first, then what the numbers cannot tell', () => {
    const warnings = [sentence('The log begins in the middle.')];
    assert.equal(message({ trouble: sentence('{0} is gone.', 'x.log'), warnings }), 'x.log is gone.');
    assert.equal(message({ warnings }), 'The log begins in the middle.');
  });

  it('leaves an empty view to its welcome text', () => {
    assert.equal(message({ ...nobody, warnings: [sentence('The log begins in the middle.')] }), undefined);
  });
});

describe('rows', () => {
  const trouble: Trouble = {
    id: 7,
    category: 'failure',
    kind: 'password',
    severity: 'FATAL',
    at: Date.now(),
    pid: 7,
    sqlState: '28P01',
    message: 'password authentication failed for user "[x](command:evil)"',
    detail: '<img src=x onerror=alert(1)> **bold**\u{1b}[31m',
    user: 'bob',
    database: 'shop',
    remoteHost: '10.0.0.7',
    file: log.path ?? '',
    offsetBytes: 0,
  };
  const group: TroubleGroup = {
    key: 'g',
    category: 'failure',
    kind: 'password',
    message: trouble.message,
    user: 'bob',
    database: 'shop',
    remoteHost: '10.0.0.7',
    count: 17,
    lastAt: trouble.at,
    meaning: sentence('The password is wrong.'),
    nextStep: sentence('Correct it.'),
    members: [trouble],
    acknowledged: false,
  };

  it('shows repeats as one row that opens the newest', () => {
    const row = troubleRow({ kind: 'trouble', id: 'g', group }, () => 0);
    assert.equal(row.label, '×17 "[x](command:evil)": password authentication failed');
    assert.ok(row.accessibilityInformation?.label.startsWith(`×17 ${trouble.message} · `));
    assert.match(String(row.description), / · bob@shop from 10\.0\.0\.7$/);
    assert.deepEqual(row.command?.arguments, [7]);
  });

  it('keeps a name that is written from right to left in its place', () => {
    const name = 'مستخدم';
    const node = { kind: 'group', id: 'g', limit: 1, children: undefined, dimension: 'user' } as const;
    const { label, accessibilityInformation } = activeRow(
      { ...node, name, count: 3 },
      { total: 3, walsenders: 0, now: 0 },
    );
    assert.deepEqual(
      [label, accessibilityInformation?.label],
      [`\u2066${name}\u2069`, `${name}: 3 connected`],
    );
    const row = troubleRow({ kind: 'trouble', id: 'g', group: { ...group, user: name } }, () => 0);
    assert.match(String(row.description), / · \u2066مستخدم@shop from 10\.0\.0\.7\u2069$/);
  });

  it('count one as they count many', () => {
    const pid = { kind: 'pid', id: 'p', pid: 7, waiters: 1 } as const;
    assert.equal(serverRow(pid).description, 'waited for by 1');
    const server: ServerStatus = {
      ...{
        serverId: 's',
        label: 'db',
        state: 'connected',
        readOnly: false,
        critical: 0,
        warnings: 1,
        version: 1,
      },
    };
    const { tooltip = [] } = withServer(undefined, server) ?? {};
    assert.ok(tooltip.includes('Findings that are critical: 0, warnings: 1'));
  });

  it('tell how many may be there, and never more of them than that', () => {
    const told = (count: number, limit: number, parts: object = {}): string => {
      const known = { kind: 'user', name: 'app', count, limit, withOurs: false, isEnforced: true } as const;
      const { description, iconPath } = serverRow({ kind: 'limit', id: 'l', limit: { ...known, ...parts } });
      const { color } = iconPath as { color?: { id: string } };
      return `${String(description)} ${/Error|Warning/.exec(color?.id ?? '')?.[0] ?? ''}`.trim();
    };
    assert.equal(told(2, 3), '2 of 3 allowed');
    assert.equal(told(3, 3), '3 of 3 allowed Error');
    assert.equal(told(1, 1, { withOurs: true }), '1 of 1 allowed · ours is one of them Warning');
    assert.equal(told(5, 3), '5, more than the 3 allowed Error');
    assert.equal(told(0, 0), '0, nobody is let in');
    assert.equal(told(3, 1, { isEnforced: false }), '3, the limit of 1 does not hold for a superuser');
    const overview = {
      ...{ total: 12, active: 0, idle: 12, idleInTransaction: 0, waiting: 0, background: 6, walsenders: 0 },
      ...{ maxConnections: 15, reserved: 3, usable: 12, utilization: 1, health: 'CRITICAL' as const },
      ...{ longestActiveSeconds: undefined, longestIdleInTransactionSeconds: undefined },
    };
    const figure = { kind: 'figure', id: 'f', figure: 'connections' } as const;
    assert.match(String(serverRow({ ...figure, overview }).description), /^100 % · 12 and ours of all 15 · /);
    const nearly = { ...overview, total: 995, maxConnections: 1003, usable: 1000, utilization: 0.996 };
    assert.match(
      String(serverRow({ ...figure, overview: nearly }).description),
      /^99 % · 995 and ours of 1000 /,
    );
  });

  it('says in words what an icon shows: what was acknowledged, how bad a finding is, trouble of a log', () => {
    const spoken = ({ accessibilityInformation }: TreeItem): string => accessibilityInformation?.label ?? '';
    const node = { kind: 'trouble', id: 'g', group: { ...group, acknowledged: true } } as const;
    assert.match(spoken(troubleRow(node, () => 0)), / · acknowledged$/);
    const finding: Finding = {
      ...{ kind: 'idle', subject: 'app', severity: 'critical', pids: [], value: 9, threshold: 5 },
      ...{ sentence: sentence('It leaks.'), nextStep: sentence('End it.') },
    };
    const found = { kind: 'finding', id: 'f', finding } as const;
    assert.equal(spoken(serverRow({ ...found, isSilenced: false })), 'critical · It leaks.');
    assert.equal(spoken(serverRow({ ...found, isSilenced: true })), 'It leaks. · silenced');
    const status = { ...following, trouble: sentence('It cannot be read.') };
    const row = logRow({ kind: 'log', id: 'l', sourceId: following.sourceId }, { all: [status], status });
    assert.match(spoken(row), / · It cannot be read\.$/);
  });

  it('shows what the log says as text: no link, no HTML, no escape sequence', () => {
    const { value, isTrusted, supportHtml } = troubleTooltip(group);
    assert.notEqual(isTrusted, true);
    assert.notEqual(supportHtml, true);
    assert.ok(value.includes(String.raw`\[x\]\(command\:evil\)`), value);
    assert.ok(
      !/(?<!\\)<img/.test(value) && !value.includes('\u{1b}') && !/(?<!\\)\*\*bold/.test(value),
      value,
    );
    assert.ok(value.includes('The password is wrong') && value.includes('Correct it'), value);
  });

  it('tells in its tooltip when it was, whom it concerned and how often it came', () => {
    const at = new Date();
    at.setHours(9, 5, 7, 0);
    const member = { ...trouble, at: at.getTime() };
    const repeated = { ...group, firstAt: at.getTime() - 60_000, members: [member] };
    const told = troubleTooltip(repeated).value.replaceAll('\\', '');
    assert.match(told, /9:05:07[^\n]* · bob@shop from 10\.0\.0\.7 · process 7/);
    assert.match(told, /17 times, the first at 0?9:04:07/);
    assert.doesNotMatch(troubleTooltip(repeated, member).value, /times/);
  });

  it('copies a failure as one line, whatever its message holds', async () => {
    const trouble: Trouble = {
      ...group.members[0]!,
      message: 'one\ntwo\x1b[2J',
      detail: 'a\tb\n',
      hint: undefined,
    };
    await copyRow({ kind: 'member', id: 'm', trouble }, () => 0);
    assert.match(
      await env.clipboard.readText(),
      /one\\ntwo\\x1b\[2J · a\\tb\\n · bob@shop from 10\.0\.0\.7$/,
    );
  });

  it('shows fields of a session as text', () => {
    const { value } = fieldsTooltip([['Application', '**x** [y](command:z)']]);
    assert.equal(value.trim(), String.raw`**Application** \*\*x\*\* \[y\]\(command\:z\)`);
  });

  it('tells of a session who, with what, from where and since when', () => {
    const row = { key: 'a', pid: 1, user: 'app', database: 'shop', replication: false, beforeClear: true };
    assert.equal(
      sessionFacts({ ...row, connectedAt: 1_000 }, 'database', 13_500),
      'app · unknown · 12 s · unknown · from before Clear',
    );
  });
});

describe('words', () => {
  for (const [ms, expected] of [
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [47 * 3_600_000, '47 h'],
    [48 * 3_600_000, '2 d'],
  ] as const) {
    it(`says ${expected} for ${ms} ms`, () => assert.equal(spanText(ms), expected));
  }

  it('shortens the home folder, and no folder that only begins like it', () => {
    assert.equal(pathText('/home/me/x.log', '/home/me'), '~/x.log');
    assert.equal(pathText('/home/melanie/x.log', '/home/me'), '/home/melanie/x.log');
    assert.equal(pathText(String.raw`C:\Users\me\x.log`, String.raw`C:\Users\me`), String.raw`~\x.log`);
  });

  it('shows what cannot be seen in the name of a file', () => {
    const path = '/logs/a\n\u202egol.txt';
    assert.equal(pathText(path, undefined), String.raw`/logs/a\n\u{202e}gol.txt`);
    assert.equal(serverText({ ...log, path, serverVersion: undefined }), String.raw`a\n\u{202e}gol.txt`);
  });

  it('cuts a wait to tenths, as all that is cut', () => {
    assert.equal(waitText(9_960), '9.9 s');
    assert.equal(waitText(12_900), '12 s');
  });

  it('lets a name neither draw an icon nor become a link', () => {
    assert.equal(inertText('$(flame) [a](command:b)'), String.raw`\$(flame) [a] (command:b)`);
  });
});

describe('a line of a file', () => {
  it('is shown, and is the last one where the file has become shorter', async () => {
    const { uri } = await workspace.openTextDocument({ content: 'one\ntwo\nthree' });
    const shown = async (line: number): Promise<number | undefined> => {
      await showLine(uri, line);
      return window.activeTextEditor?.selection.active.line;
    };
    assert.deepEqual([await shown(2), await shown(120)], [1, 2]);
  });
});

describe('terminals of the editor', () => {
  it('find `connections` first on their PATH, also without a Node of their own', () => {
    const [first, set] = [new Map<string, string>(), new Map<string, string>()];
    const environmentVariableCollection = {
      prepend: (name: string, value: string) => void first.set(name, value),
      replace: (name: string, value: string) => void set.set(name, value),
    } as unknown as ExtensionContext['environmentVariableCollection'];
    const asAbsolutePath = (path: string): string => join('/extension', path);
    offerTerminalCommand({ environmentVariableCollection, asAbsolutePath });
    assert.deepEqual([...first], [['PATH', join('/extension', 'dist', 'bin') + delimiter]]);
    assert.deepEqual([...set], [['PG_CONNECTIONS_NODE', process.execPath]]);
  });
});
