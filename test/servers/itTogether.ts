type Outcome = Promise<unknown>;

/**
 * Tests, by their claims, that mostly wait for timeouts of a server or of ours: all begin with the first and wait at the
 * same time, and each has its own outcome; `skip` is one. Each has all that it needs to itself, and ends it.
 */
export function itTogether(tests: Readonly<Record<string, () => Outcome>>): void {
  const claims = Object.entries(tests);
  let outcomes: readonly Outcome[] | undefined;
  const begin = (): readonly Outcome[] => {
    const begun = claims.map(([, test]) => test());
    // told by its own test, and until then by nobody
    for (const outcome of begun) outcome.catch(() => undefined);
    return begun;
  };
  for (const [index, [claim]] of claims.entries())
    it(claim, async function () {
      outcomes ??= begin();
      if ((await outcomes[index]) === 'skip') this.skip();
    });
}
