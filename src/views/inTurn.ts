/**
 * Asks the same question of several, each when the one before has been answered: the editor closes an input box where
 * another one opens, as if the user did not want to say it.
 */
export function inTurn<About, Answer>(
  ask: (about: About) => Thenable<Answer>,
): (about: About) => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve();
  return (about) => {
    const answer = last.then(() => ask(about));
    last = answer.catch(() => undefined);
    return answer;
  };
}
