import assert from 'node:assert/strict';
import { usableLocale } from '../../src/core/report/usableLocale.ts';

describe('usableLocale', () => {
  for (const [locale, usable] of [
    ['de', 'de'],
    ['pt-BR', 'pt-BR'],
    ['en-US@posix', 'en-US'],
    ['de_DE.UTF-8', 'de-DE'],
    ['C.UTF-8', 'en'],
    ['', 'en'],
  ] as const) {
    it(`takes ${usable} for "${locale}"`, () => assert.equal(usableLocale(locale), usable));
  }
});
