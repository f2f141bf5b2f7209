import type { ActivitySample, Backend } from './activity.ts';
import { CountRing } from './countRing.ts';
import { groupBy } from './findingText.ts';
import { defaultLeakRule, type LeakRule, leakVerdict } from './leakVerdict.ts';
import type { LeakVerdict } from './serverSnapshot.ts';
import { clientSessions, idleMs, idleTransactionMs, longestOf } from './sessionAges.ts';

/** Slots in the time that a verdict takes, and of the whole history: six hours where a verdict takes half an hour. */
const slotsOfVerdict = 6;
const slotsKept = 12 * slotsOfVerdict;
/** Applications of users that are remembered: those seen last. */
const mostHolders = 500;
const mostVerdicts = 100;

/** How connections are held at one moment. */
interface Holding {
  readonly user: string | undefined;
  readonly application: string | undefined;
  readonly now: number;
  readonly forgotten: number;
  readonly mostIdle: number;
  readonly longestIdleMs: number;
}

/** An application of a user, and what its connections have been. */
interface Holder {
  readonly floor: CountRing;
  readonly firstAt: number;
  samples: number;
  holding: Holding;
}

/**
 * How many connections each application of a user held over the last hours, in fixed slots: bounded however long it goes
 * on. Times are the server's. A restart of the server begins a new history.
 */
export class ActivityHistory {
  readonly #rule: LeakRule;
  readonly #slotMs: number;
  readonly #holders = new Map<string, Holder>();
  #startedAt: number | undefined;
  #newestAt = -Infinity;

  constructor(rule: Partial<LeakRule> = {}) {
    this.#rule = { ...defaultLeakRule, ...rule };
    this.#slotMs = Math.max(1, this.#rule.enoughMs / slotsOfVerdict);
  }

  /** Notes one poll; one older than the newest is left out. */
  add(sample: ActivitySample): void {
    const { facts, serverAt } = sample;
    if (facts.startedAt !== this.#startedAt) this.#begin(facts.startedAt);
    if (serverAt < this.#newestAt) return;
    this.#newestAt = serverAt;
    const groups = groupBy(clientSessions(sample), ({ user, applicationName }) => [user, applicationName]);
    for (const [key, sessions] of groups)
      this.#note(key, holdingOf(sessions, serverAt, this.#rule.lifetimeMs), serverAt);
    for (const [key, { holding }] of this.#holders)
      if (!groups.has(key))
        this.#note(key, { ...holding, now: 0, forgotten: 0, mostIdle: 0, longestIdleMs: 0 }, serverAt);
    this.#forgetOldest();
  }

  /** One verdict for each application that is connected: leaks first, then by connections; at most 100. */
  leaks(now: number = this.#newestAt): LeakVerdict[] {
    const order = ['leaking', 'steady', 'notEnoughData'];
    return [...this.#holders.values()]
      .filter(({ holding }) => holding.now > 0)
      .map((holder) => this.#verdictOn(holder, Math.max(now, this.#newestAt)))
      .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || b.now - a.now)
      .slice(0, mostVerdicts);
  }

  #begin(startedAt: number): void {
    this.#holders.clear();
    this.#startedAt = startedAt;
    this.#newestAt = -Infinity;
  }

  #note(key: string, holding: Holding, serverAt: number): void {
    const slot = Math.floor(serverAt / this.#slotMs);
    const holder = this.#holders.get(key) ?? {
      floor: new CountRing(slotsKept, slot),
      firstAt: serverAt,
      samples: 0,
      holding,
    };
    holder.floor.note(slot, holding.now);
    holder.samples += 1;
    holder.holding = holding;
    if (holding.now === 0) return;
    // seen last stands last
    this.#holders.delete(key);
    this.#holders.set(key, holder);
  }

  #forgetOldest(): void {
    for (const key of this.#holders.keys()) {
      if (this.#holders.size <= mostHolders) return;
      this.#holders.delete(key);
    }
  }

  #verdictOn({ floor, firstAt, samples, holding }: Holder, toAt: number): LeakVerdict {
    const rising = floor.risingFloor();
    const risingFromAt = Math.max(firstAt, (rising[0]?.slot ?? 0) * this.#slotMs);
    const lows = rising.map(({ low }) => low);
    return leakVerdict(
      { ...holding, samples, watchedFromAt: firstAt, risingFromAt, toAt, floor: lows },
      this.#rule,
    );
  }
}

function holdingOf(sessions: readonly Backend[], serverAt: number, lifetimeMs: number): Holding {
  const [first] = sessions;
  const ages = sessions.map((each) => idleMs(each, serverAt) ?? idleTransactionMs(each, serverAt));
  const idle = sessions.filter(({ state }) => state === 'idle');
  const byClient = [...groupBy(idle, ({ clientAddress }) => [clientAddress]).values()];
  return {
    user: first?.user,
    application: first?.applicationName,
    now: sessions.length,
    forgotten: ages.filter((age) => (age ?? 0) > lifetimeMs).length,
    mostIdle: longestOf(byClient.map((all) => all.length)) ?? 0,
    longestIdleMs: longestOf(ages) ?? 0,
  };
}
