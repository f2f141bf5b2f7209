import assert from 'node:assert/strict';
import { ServerPassword } from '../../src/views/serverPassword.ts';
import { secretOf } from '../../src/views/serverWish.ts';

const db = { uri: 'postgresql://app@db/' };
const other = { uri: 'postgresql://app@other/' };

describe('the password of a wished server', () => {
  let kept: Map<string, string>;
  let typed: Promise<string | undefined>;
  let asked: string[];
  let logId: string | undefined;
  let password: ServerPassword;
  beforeEach(() => {
    kept = new Map<string, string>();
    asked = [];
    typed = Promise.resolve('typed');
    logId = 'one';
    password = new ServerPassword({
      secrets: {
        get: (key) => Promise.resolve(kept.get(key)),
        store: (key, value) => Promise.resolve(void kept.set(key, value)),
        delete: (key) => Promise.resolve(void kept.delete(key)),
      },
      askPassword: (label) => (asked.push(label), typed),
      logId: () => logId,
    });
  });

  it('is what was given before what is kept, and is kept once it was right', async () => {
    kept.set(secretOf(db.uri), 'kept');
    assert.equal(await password.of(db), 'kept');
    password.try(db, 'given');
    assert.equal(await password.of(db), 'given');
    assert.equal(kept.get(secretOf(db.uri)), 'kept');
    await password.keep();
    assert.equal(kept.get(secretOf(db.uri)), 'given');
    await password.forget(db);
    assert.equal(await password.of(db), undefined);
  });

  it('is for no other server, and never tried again after one', async () => {
    password.try(db, 'given');
    assert.equal(await password.of(other), undefined);
    assert.equal(await password.of(db), undefined);
    await password.keep();
    assert.equal(kept.size, 0);
  });

  it('is asked for once at a time, and tried as that of the log that was followed then', async () => {
    const given: boolean[] = [];
    const then = (isGiven: boolean) => (given.push(isGiven), Promise.resolve());
    const asking = password.ask('log', 'app@one', () => true, then);
    await password.ask('log', 'app@one', () => true, then);
    logId = 'two';
    await asking;
    assert.deepEqual([asked, given], [['app@one'], [true]]);
    await password.keep();
    assert.deepEqual([...kept], [['password of the server of one', 'typed']]);
  });

  it('is asked for of another server too that is wished while the first one’s is not answered', async () => {
    let isWished = true;
    const then = () => Promise.resolve();
    const first = password.ask(db, 'app@db', () => isWished, then);
    isWished = false;
    await password.ask(other, 'app@other', () => true, then);
    await first;
    assert.deepEqual(asked, ['app@db', 'app@other']);
    assert.equal(await password.of(other), 'typed');
  });

  it('is not taken where the user says none, or wishes another server meanwhile', async () => {
    const given: boolean[] = [];
    const then = (isGiven: boolean) => (given.push(isGiven), Promise.resolve());
    await password.ask(db, 'app@db', () => false, then);
    assert.deepEqual([given, await password.of(db)], [[], undefined]);
    typed = Promise.resolve(undefined);
    await password.ask(db, 'app@db', () => true, then);
    assert.deepEqual([given, await password.of(db)], [[false], undefined]);
  });
});
