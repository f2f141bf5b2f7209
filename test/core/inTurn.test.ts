import assert from 'node:assert/strict';
import { inTurn } from '../../src/views/inTurn.ts';

describe('a question to the user', () => {
  /** As the editor's input box: where another one opens it is closed, and answers nothing. */
  class InputBox {
    readonly asked: string[] = [];
    #close: (answer?: string) => void = () => undefined;

    readonly ask = (label: string): Promise<string | undefined> => {
      this.#close();
      this.asked.push(label);
      return new Promise((resolve) => (this.#close = resolve));
    };

    async type(answer: string): Promise<void> {
      await new Promise(setImmediate);
      this.#close(answer);
    }
  }

  it('is asked when the one before is answered, and none closes another', async () => {
    const box = new InputBox();
    const ask = inTurn(box.ask);
    const answers = Promise.all([ask('server'), ask('pool')]);
    await box.type('one');
    await box.type('two');
    assert.deepEqual(
      [await answers, box.asked],
      [
        ['one', 'two'],
        ['server', 'pool'],
      ],
    );
  });

  it('is asked also where the one before could not be', async () => {
    const ask = inTurn((label: string) =>
      label === 'server' ? Promise.reject(new Error('no window')) : Promise.resolve('typed'),
    );
    await assert.rejects(ask('server'), /no window/);
    assert.equal(await ask('pool'), 'typed');
  });
});
