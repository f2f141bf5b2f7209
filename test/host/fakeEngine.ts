import type { EngineListener } from '../../src/engine/client.ts';
import type { ServerParts } from '../../src/views/connectedServer.ts';

type Ask = Record<string, unknown>;

/** An engine that answers at once, and what it was asked. */
export class FakeEngine {
  readonly asked: (readonly [question: string, ask: Ask])[] = [];
  readonly listeners = new Set<EngineListener>();
  readonly client: ServerParts['engine'];

  constructor(answer: (question: string, ask: Ask) => unknown) {
    this.client = {
      ask: (question: string, ask: Ask): Promise<unknown> => {
        this.asked.push([question, ask]);
        return Promise.resolve(answer(question, ask));
      },
      listen: (listener: EngineListener): (() => void) => {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
      },
    } as unknown as ServerParts['engine'];
  }

  /** With what it was asked a question, each time. */
  all(question: string): Ask[] {
    return this.asked.filter(([name]) => name === question).map(([, ask]) => ask);
  }
}

/** A user who is asked for passwords, and the editor's storage of them. */
export class FakeUser {
  readonly stored = new Map<string, string>();
  /** Of what a password was asked for. */
  readonly asked: string[] = [];
  /** What is typed; undefined = nothing. */
  typed: string | undefined;
  isTrusted = true;

  readonly parts: Pick<ServerParts, 'secrets' | 'askPassword' | 'isTrusted'> = {
    secrets: {
      get: (key) => Promise.resolve(this.stored.get(key)),
      store: (key, value) => Promise.resolve(void this.stored.set(key, value)),
      delete: (key) => Promise.resolve(void this.stored.delete(key)),
    },
    askPassword: (label) => {
      this.asked.push(label);
      return Promise.resolve(this.typed);
    },
    isTrusted: () => this.isTrusted,
  };
}
