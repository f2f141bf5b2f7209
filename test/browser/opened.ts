/** What a test file has opened: closed in reverse order, also where opening the rest of it failed. */
export class Opened {
  readonly #closings: (() => Promise<void>)[] = [];

  /** Gives the thing back, and remembers how to close it. */
  add<Thing>(thing: Thing, close: (thing: Thing) => Promise<void>): Thing {
    this.#closings.push(() => close(thing));
    return thing;
  }

  async close(): Promise<void> {
    for (const close of this.#closings.splice(0).reverse()) await close();
  }
}
