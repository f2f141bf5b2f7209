import { applications, databases, users } from './cast.ts';
import type { Crowd } from './crowd.ts';
import type { Login, Visitor } from './visitor.ts';

/** So many come at once, at most. */
const atOnce = 6;

/** The login of the visitor with this number: every combination of names comes sooner or later. */
export function loginOf(number: number): Login {
  const application = applications[number % applications.length];
  return {
    user: users[number % users.length]!,
    database: databases[(number * 3) % databases.length]!,
    ...(application === undefined ? {} : { application }),
    overSocket: number % 3 === 0,
  };
}

/** Lets so many visitors come and go again, each in one of the ways in which people go. */
export async function comeAndGo(crowd: Crowd, count: number): Promise<void> {
  await eachAtOnce(count, async (number) => {
    if (number % 20 === 19) await crowd.probe();
    await goLikePeople(await crowd.connect(loginOf(number)), number);
  });
}

/** Lets so many come who stay. */
export async function stay(crowd: Crowd, count: number): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  await eachAtOnce(count, async (number) => {
    visitors.push(await crowd.connect(loginOf(number)));
  });
  return visitors;
}

/** Does something for the numbers 0 to `count` - 1, a few of them at a time. */
export async function eachAtOnce(count: number, act: (number: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

async function goLikePeople(visitor: Visitor, number: number): Promise<void> {
  switch (number % 8) {
    case 3:
      return visitor.hangUp();
    case 5:
      await visitor.query('begin');
      return visitor.hangUp();
    case 6:
      await visitor.query('select 1 / 0').catch(() => undefined);
      return visitor.leave();
    default:
      return visitor.leave();
  }
}
