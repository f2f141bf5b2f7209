import assert from 'node:assert/strict';
import { catalogTexts, untranslated } from '../../src/core/connection/catalogTexts.ts';
import { parseConnectionMessage } from '../../src/core/connection/connectionMessage.ts';
import { classifyFailure, linkOf } from '../../src/core/connection/failure.ts';
import { failureTable } from '../../src/core/connection/failureTable.ts';
import {
  languages,
  msgidsOf,
  translationsOf,
  wordingsOf,
  type Wording,
} from '../../src/core/connection/languages.ts';
import { mayBeForeign } from '../../src/core/connection/mayBeForeign.ts';
import { isMessageIn } from '../../src/core/connection/messageLanguage.ts';
import {
  errorMessageStarts,
  logMessageStarts,
  serverTextStarts,
  sessionTexts,
  type MessageStart,
} from '../../src/core/connection/messageStarts.ts';
import { fillTemplate, messageTemplate } from '../../src/core/connection/messageTemplate.ts';
import { english } from '../../src/core/connection/messageTexts.ts';
import { quotedNames } from '../../src/core/connection/quotedNames.ts';
import { labelAt, labelIn, printedLabels, severityOf, unknownNames } from '../../src/core/log/labels.ts';
import type { LogEntry } from '../../src/core/log/logEntry.ts';
import { readTranslations } from '../../src/core/log/translations.ts';

const translations = readTranslations();

/** A wording with values, in English and in its language. */
function both({ msgid, template }: Wording, values: readonly string[]): [english: string, said: string] {
  return [fillTemplate(messageTemplate(msgid), values), fillTemplate(template, values)];
}

function inLanguage(language: string, messages: readonly string[]): Wording[] {
  return messages
    .flatMap((message) => msgidsOf(message).flatMap(translationsOf))
    .filter((wording) => wording.language === language);
}

/** Georgian says the same of a server that was shut down in recovery and of one that was interrupted in it. */
function isAmbiguous({ text, language, msgid }: Wording): boolean {
  return Object.entries(translations).some(
    ([other, row]) => other !== msgid && [row[language] ?? []].flat().includes(text),
  );
}

const names = [
  ...[
    'app',
    'a b',
    'x=y',
    'o"r',
    "o'c",
    '«x»',
    '»x«',
    'müller',
    '二郎',
    'two\nlines',
    '%s',
    '$&',
    'x, y',
    '[',
  ],
  ...['x database=y', 'x Datenbank=y', 'x base=y hôte=z', 'x databas=y', 'x « y', 'x", database "y', ' '],
];

describe('the languages of PostgreSQL', () => {
  it('are these', () => {
    const translated = Object.values(translations).flatMap((row) => Object.keys(row));
    assert.deepEqual([...new Set(translated)].toSorted(), languages);
    assert.deepEqual(languages, [
      ...['de', 'es', 'fr', 'id', 'it', 'ja', 'ka', 'ko', 'pl', 'pt_BR', 'ru', 'sv', 'tr', 'uk'],
      ...['zh_CN', 'zh_TW'],
    ]);
  });

  it('have no message that is taken for English', () => {
    const { server, clientTrouble, hbaFileMatched, hbaLineMatched } = english;
    const messages = [
      ...[sessionTexts, clientTrouble, hbaFileMatched, hbaLineMatched].flat(),
      ...failureTable.flatMap(({ messages: known, backgroundMessages = [] }) => [
        ...known,
        ...backgroundMessages,
      ]),
    ];
    const texts = [
      ...messages
        .flatMap((message) => [...wordingsOf(message), ...msgidsOf(message).flatMap(translationsOf)])
        .filter(({ language }) => language !== 'en')
        .flatMap(({ template }) => [
          ...names.map((name) => fillTemplate(template, Array<string>(9).fill(name))),
          ...['', '7'].map((value) => fillTemplate(template, Array<string>(9).fill(value))),
        ]),
      ...server
        .flatMap((text) => serverTextStarts(text, wordingsOf))
        .flatMap(({ start, wording: { language, template } }) =>
          language === 'en' ? [] : [start + ['', ...template.texts.slice(1)].join('7')],
        ),
    ].filter((text) => text !== '');
    assert.ok(texts.length > 40_000, String(texts.length));
    assert.deepEqual(
      texts.filter((text) => !mayBeForeign(text)),
      [],
    );
  });

  it('are not looked for in what English servers say', () => {
    const said = [
      'connection received: host=10.0.0.7 port=5432',
      'connection authenticated: identity="二郎" method=scram-sha-256 (/etc/pg_hba.conf:3)',
      'connection authorized: user=bob database=été application_name=psql',
      'disconnection: session time: 0:00:01.000 user=bob database=shop host=10.0.0.7 port=5432',
      'starting PostgreSQL 17.4 on x86_64-pc-linux-gnu',
      'database system is ready to accept connections',
      'received SIGHUP, reloading configuration files',
      'parameter "work_mem" changed to "8MB"',
      'password authentication failed for user "müller"',
      'role "bob" does not exist',
      'terminating connection due to administrator command',
      "duration: 130.583 ms  execute <unnamed>: INSERT INTO shop (name) VALUES ('Größe ≥ 3')",
      ...['checkpoint starting: time', 'automatic vacuum of table "a.b.c": index scans: 0'],
      ...['temporary file: path "base/pgsql_tmp/pgsql_tmp7.0", size 7', 'statement: SELECT 1'],
      ...[
        'process 12 still waiting for ShareLock on transaction 7 after 1000.1 ms',
        'AUDIT: SESSION,1,1,READ',
      ],
    ];
    assert.deepEqual(said.filter(mayBeForeign), []);
  });

  it('have a translation of every text that is known, but for those that no catalog has', () => {
    const unknown = catalogTexts.filter((text) => msgidsOf(text).length === 0);
    assert.deepEqual(unknown.toSorted(), [...untranslated].toSorted());
  });

  it('have nothing in the table that nobody reads', () => {
    const read = new Set(catalogTexts.flatMap((text) => msgidsOf(text)));
    assert.deepEqual(
      Object.keys(translations).filter((msgid) => !read.has(msgid)),
      [],
    );
  });

  it('call no two things by the same label', () => {
    const meanings = new Map<string, Set<string>>();
    for (const { text, means } of printedLabels)
      meanings.set(text, (meanings.get(text) ?? new Set()).add(means));
    assert.deepEqual(
      [...meanings].filter(([, all]) => all.size > 1),
      [],
    );
  });

  const labels = printedLabels.map((label) => [label.text, label.means] as const);
  for (const [text, means] of labels)
    it(`call ${means} ${JSON.stringify(text)}`, () => {
      assert.equal(labelAt(`[7] ${text}x`, 4)?.means, means);
      assert.equal(labelIn(`[7] ${text}x`, 0), 4);
    });

  it('have one colon in each label, by which a line is searched for them', () => {
    for (const { text } of printedLabels) assert.equal(text.split(':').length, 2, text);
  });

  it('are found where the first of them stands, whatever is beside it', () => {
    const firstIn = (text: string, from: number): number => {
      for (let at = from; at < text.length; at += 1) if (labelAt(text, at)) return at;
      return -1;
    };
    for (const { text: one } of printedLabels)
      for (const { text: other } of printedLabels) {
        const text = `09:58:11 ${one.slice(1)}${other}${one}`;
        for (const from of [0, 10, text.indexOf(other) + 1])
          assert.equal(labelIn(text, from), firstIn(text, from), `${text} from ${from}`);
      }
  });

  for (const [word, severity] of [
    ['FATALE', 'FATAL'],
    ['ÖLÜMCÜL (FATAL)', 'FATAL'],
    ['СООБЩЕНИЕ', 'LOG'],
    ['比致命错误还过分的错误', 'PANIC'],
    ['DEBUG3', 'DEBUG'],
    ['FATALLY', undefined],
    ['DETAIL', undefined],
  ])
    it(`have ${word} in the severity column for ${severity}`, () => {
      assert.equal(severityOf(word ?? ''), severity);
    });

  for (const unknown of ['[unknown]', '[unbekannt]', '[н/д]', '[不明]'])
    it(`say ${unknown} for a name that is not known`, () => {
      assert.ok(unknownNames.has(unknown));
    });
});

for (const language of languages) {
  const log = (message: string, more: Partial<LogEntry> = {}) =>
    parseConnectionMessage({ severity: 'LOG', message, ...more });
  const [logStarts, errorStarts] = [logMessageStarts(), errorMessageStarts()];
  const isTold = (starts: readonly MessageStart[], message: string): boolean =>
    starts.some(({ start }) => message.startsWith(start));

  describe(`in ${language}`, () => {
    for (const name of names) {
      it(`a login and its end are what they are in English, of ${JSON.stringify(name)}`, () => {
        const told = { user: name, database: name };
        const encryption = ['TLSv1.3', 'TLS_AES_256_GCM_SHA384', '256', 'off'];
        const ended = ['27', '04', '05', '120', name, name, '10.0.0.7', ' port=', '5001'];
        const messages: [messages: string[], values: string[]][] = [
          [[english.received], ['10.0.0.7', '5001']],
          [[english.received], ['::1', '5001']],
          [[english.receivedLocal], ['[local]']],
          [[...english.authenticated], [name, 'scram-sha-256', '/d/pg (1)/pg_hba.conf', '12']],
          [[english.disconnection], ended],
          [[english.disconnection], [...ended.slice(0, 6), '[local]', '', '']],
          [[english.disconnection], [...ended.slice(0, 5), '', '[local]', '', '']],
          [[english.replicationAuthorized], [name]],
          [[english.wholeAuthorized[0] ?? ''], [name, name]],
          [[english.wholeAuthorized[1] ?? ''], [name, name, 'my app']],
          [[english.wholeAuthorized[2] ?? ''], [name, name, ...encryption]],
          [[english.wholeAuthorized[3] ?? ''], [name, name, 'my app', ...encryption]],
          [[english.wholeReplicationAuthorized[0] ?? ''], [name, 'my app']],
          [[english.wholeReplicationAuthorized[1] ?? ''], [name, ...encryption]],
          [[english.wholeReplicationAuthorized[2] ?? ''], [name, 'my app', ...encryption]],
          [[english.ready], ['3.5', '1.25', '0.125']],
        ];
        for (const [texts, values] of messages)
          for (const wording of inLanguage(language, texts)) {
            const [inEnglish, said] = both(wording, values);
            const expected = log(inEnglish, told);
            assert.ok(expected, inEnglish);
            assert.deepEqual(log(said, told), expected, said);
            assert.ok(isTold(logStarts, said), said);
          }
      });

      it(`a sentence of pieces is what it is in English, of ${JSON.stringify(name)}`, () => {
        const piece = (message: string, values: readonly string[]): [string, string][] => {
          const wordings = inLanguage(language, [message]);
          const [plain] = [fillTemplate(messageTemplate(message), values)];
          return wordings.length === 0
            ? [[plain, plain]]
            : wordings.map((wording) => [plain, both(wording, values)[1]]);
        };
        const tls = piece(english.tls[1] ?? '', ['TLSv1.3', 'TLS_AES_256_GCM_SHA384', '256']);
        const gss = piece(english.gss[2] ?? '', ['yes', 'no', 'alice@EX.LOCAL']);
        const told = { user: name, database: name };
        for (const [login, saidLogin] of piece(english.authorized, [name]))
          for (const [database, saidDatabase] of piece(english.database, [name]))
            for (const [application, saidApplication] of piece(english.application, ['my app']))
              for (const [end, saidEnd] of [...tls, ...gss, ['', ''] as const]) {
                const said = saidLogin + saidDatabase + saidApplication + saidEnd;
                const expected = log(login + database + application + end, told);
                assert.ok(expected);
                assert.deepEqual(log(said, told), expected, said);
              }
      });

      it(`a refusal names whom it names in English, ${JSON.stringify(name)}`, () => {
        const told = { user: name, database: name, remoteHost: '10.0.0.7' };
        for (const { messages } of failureTable)
          for (const wording of inLanguage(language, messages)) {
            const before = messageTemplate(wording.msgid).texts;
            const values = before.map((text) => (/\bhost "$/.test(text) ? '10.0.0.7' : name));
            const [inEnglish, said] = both(wording, values);
            assert.deepEqual(quotedNames(said, told), quotedNames(inEnglish, told), said);
          }
      });
    }

    it('every failure is what it is in English', () => {
      for (const { kind, messages, backgroundMessages = [], severities, detail } of failureTable)
        for (const severity of severities ?? ['FATAL' as const])
          for (const wording of inLanguage(language, [...messages, ...backgroundMessages])) {
            const [inEnglish, said] = both(wording, ['first', '7', 'third', 'fourth', 'fifth']);
            const details = detail === undefined ? [undefined] : inLanguage(language, [detail]);
            for (const translated of details) {
              const entry = { severity, fromClient: messages.includes(wording.msgid) || undefined };
              const expected = classifyFailure({ ...entry, message: inEnglish, detail });
              const read = classifyFailure({ ...entry, message: said, detail: translated?.text });
              assert.equal(read.kind, expected.kind, `${kind}: ${said}`);
              if (severity === 'ERROR') assert.ok(isTold(errorStarts, said), said);
            }
          }
    });

    it('what the server says of itself is what it is in English', () => {
      for (const { message, firstValues = [] } of english.server)
        for (const wording of inLanguage(language, [message])) {
          const first =
            firstValues[0] === undefined
              ? 'PostgreSQL 17.2 on x'
              : inLanguage(language, firstValues)[0]?.text;
          const values = ['7', '6', 'Aborted'];
          const said = fillTemplate(wording.template, [first ?? firstValues[0] ?? '', ...values]);
          const expected = log(
            fillTemplate(messageTemplate(wording.msgid), [firstValues[0] ?? first ?? '', ...values]),
          );
          assert.ok(expected, message);
          const read = log(said);
          assert.equal(read?.kind, 'server', said);
          const plain = (each: ReturnType<typeof log>): unknown =>
            JSON.stringify({ ...each, processName: undefined });
          if (isAmbiguous(wording)) continue;
          assert.deepEqual(plain(read), plain(expected), said);
        }
    });

    it('the line of pg_hba.conf is found behind lines of any text', () => {
      for (const wording of inLanguage(language, [english.hbaFileMatched])) {
        const detail = `x\n${fillTemplate(wording.template, ['/d/pg_hba.conf', '12', 'host all all all md5'])}`;
        assert.deepEqual(linkOf({ message: '', detail }), { path: '/d/pg_hba.conf', line: 12 }, detail);
      }
      for (const wording of inLanguage(language, [english.hbaLineMatched])) {
        const detail = fillTemplate(wording.template, ['12', 'host all all all md5']);
        assert.deepEqual(linkOf({ message: '', detail }), { path: 'pg_hba.conf', line: 12 }, detail);
      }
    });

    it('a message takes time in proportion to its length, whatever is in it', () => {
      const started = process.cpuUsage();
      for (const { template } of inLanguage(language, catalogTexts)) {
        const [start, ...rest] = template.texts;
        for (const text of new Set(['"', ' ', ...rest.filter((part) => part !== '')])) {
          const message = `${start}${text.repeat(65_536 / text.length)}.`;
          log(message, { user: 'x', database: 'y' });
          classifyFailure({ severity: 'FATAL', message });
          linkOf({ message: '', detail: message });
        }
      }
      const { user } = process.cpuUsage(started);
      assert.ok(user < 2_000_000, `${user} µs`);
    });

    it('a message is told from the same one in English', () => {
      for (const wording of inLanguage(language, english.clientTrouble)) {
        const [inEnglish, said] = both(wording, ['x']);
        assert.deepEqual([isMessageIn(said, [language]), isMessageIn(inEnglish, [language])], [true, false]);
      }
    });
  });
}
