import assert from 'node:assert/strict';
import { withoutPassword } from '../../src/views/serverWish.ts';

describe('the URI of a server that is kept', () => {
  const cases: [uri: string, kept: string, password?: string][] = [
    ['postgresql://', 'postgresql://'],
    [
      'postgresql://u:p%40w@db:5433/shop?sslmode=require',
      'postgresql://u@db:5433/shop?sslmode=require',
      'p@w',
    ],
    ['postgresql://u@db/?password=pw', 'postgresql://u@db/', 'pw'],
    ['postgresql://u:pw@a:1,b:2/shop?port=3', 'postgresql://u@a:1,b:2/shop?port=3', 'pw'],
    ['postgresql://u:p,w@[::1]:1,[::2]/', 'postgresql://u@[::1]:1,[::2]/', 'p,w'],
    ['postgresql://a,b?password=pw&user=u', 'postgresql://a,b?user=u', 'pw'],
    ['postgresql://u:pw@db/x,y', 'postgresql://u@db/x,y', 'pw'],
  ];
  for (const [uri, kept, password] of cases)
    it(`has no password: ${uri}`, () => {
      const { plain, ...rest } = withoutPassword({ uri });
      assert.deepEqual([plain, rest.password], [{ uri: kept }, password]);
    });

  it('is none where a password holds what ends the host, and is not shown', () => {
    for (const uri of [
      'postgresql://u:se/cret@db/shop',
      'postgresql://u:s,e/cret@db/shop',
      'host=a password=secret',
    ])
      assert.throws(() => withoutPassword({ uri }), /^(?!.*cret).*This is no URI: write it like postgresql/);
  });
});
