import assert from 'node:assert/strict';
import { showControlCharacters } from '../../src/core/report/controlCharacters.ts';

describe('showControlCharacters', () => {
  const written: readonly (readonly [of: string, shown: string])[] = [
    ['line\nfeed', 'line\\nfeed'],
    ['carriage\rreturn', 'carriage\\rreturn'],
    ['a\ttab', 'a\\ttab'],
    ['nul\0', 'nul\\x00'],
    ['\x1b[31mred', '\\x1b[31mred'],
    ['bell\x07', 'bell\\x07'],
    ['del\x7f', 'del\\x7f'],
    ['next line\x85', 'next line\\x85'],
    ['csi\x9b2J', 'csi\\x9b2J'],
    ['line\u2028separator', 'line\\u{2028}separator'],
    ['paragraph\u2029separator', 'paragraph\\u{2029}separator'],
    ['user\u202egnp.exe', 'user\\u{202e}gnp.exe'],
    ['\u2066isolate\u2069', '\\u{2066}isolate\\u{2069}'],
    ['\u200emark\u200f', '\\u{200e}mark\\u{200f}'],
    ['\u061carabic mark', '\\u{61c}arabic mark'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['\ufeffbyte order mark', '\\u{feff}byte order mark'],
    ['soft\u00adhyphen', 'soft\\xadhyphen'],
  ];
  for (const [of, shown] of written) {
    it(`writes out ${JSON.stringify(shown)}`, () => assert.equal(showControlCharacters(of), shown));
  }

  const untouched = [
    '',
    'app@shop',
    'Grüße, 世界',
    'שלום',
    'مرحبا',
    '👩‍💻',
    'a\u00a0b',
    'C:\\new',
    '~ !"#$%&\'()*+',
  ];
  for (const text of untouched) {
    it(`leaves ${JSON.stringify(text)} as it is`, () => assert.equal(showControlCharacters(text), text));
  }

  it('leaves nothing behind that it would write out again', () => {
    let all = '';
    for (let code = 0; code <= 0x2fff; code++) all += String.fromCharCode(code);
    const once = showControlCharacters(all);
    assert.equal(showControlCharacters(once), once);
    assert.doesNotMatch(once, /\p{Cc}/u);
  });
});
