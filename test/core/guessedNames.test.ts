import assert from 'node:assert/strict';
import { renderSentence } from '../../src/core/sentence.ts';
import { folded } from './folded.ts';
import {
  authorized,
  dayAt,
  printCsv,
  printJson,
  printStderr,
  type Client,
  type Printed,
} from './serverLog.ts';

const client = (user: string, database: string, app?: string): Client => ({
  ...{ pid: 7, user, database, host: '10.0.0.7', port: 5001 },
  ...(app === undefined ? {} : { app }),
});

describe('names that could be told apart in several ways', () => {
  const hostile = [
    client('x database=y', 'q'),
    client('x', 'y database=q'),
    client('x', 'y', 'z application_name=q'),
  ];
  const ordinary = [
    client('app', 'shop'),
    client('app', 'shop', 'web 1'),
    client('x=y', 'a b', 'c=d'),
    client('x', 'y', 'z database=q'),
  ];
  const formats: readonly (readonly [string, (records: readonly Printed[]) => string, boolean])[] = [
    ['%m [%p] ', (records) => printStderr('%m [%p] ', records), true],
    ['%m [%p] %q%u@%d ', (records) => printStderr('%m [%p] %q%u@%d ', records), false],
    ['csv', printCsv, false],
    ['json', printJson, false],
  ];

  for (const [format, print, isGuess] of formats) {
    for (const who of hostile)
      it(`are ${isGuess ? 'marked' : 'known'} in ${format}: ${who.user}, ${who.database}, ${who.app ?? ''}`, () => {
        const fold = folded(print([authorized(who, dayAt)]), {
          logLinePrefix: format.startsWith('%') ? format : undefined,
        });
        const [session] = fold.state.book.sessions();
        assert.equal(session?.namesAreGuessed, isGuess ? true : undefined);
        assert.equal(
          fold.warnings.map(renderSentence).some((text) => text.includes('several ways: 1')),
          isGuess,
        );
      });

    for (const who of ordinary)
      it(`are not those of ${who.user}@${who.database} in ${format}`, () => {
        const [session] = folded(print([authorized(who, dayAt)])).state.book.sessions();
        assert.equal(session?.namesAreGuessed, undefined);
      });
  }
});
