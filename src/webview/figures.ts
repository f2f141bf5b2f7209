import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import type { PageStringKey } from '../core/report/pageStrings.ts';
import { element, setText, setTitle } from './element.ts';
import type { Format } from './format.ts';
import type { Words } from './words.ts';

type FigureName = 'active' | 'net' | 'connects' | 'disconnects' | 'lost' | 'failed' | 'replication';

/** One figure as it is drawn; `undefined` value = the figure is left out. */
interface Figure {
  readonly value: string | undefined;
  readonly label: string;
  readonly help: PageStringKey;
  readonly alarming?: boolean;
}

/** The counts of the scope as large figures, each with its word. */
export class Figures {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #format: Format;
  readonly #items = new Map<FigureName, { item: HTMLElement; value: HTMLElement; label: HTMLElement }>();

  constructor(words: Words, format: Format) {
    this.#words = words;
    this.#format = format;
    this.element = element('ul', { class: 'figures', 'aria-label': words.say('figures.label') });
  }

  draw(snapshot: DashboardSnapshot): void {
    for (const [name, figure] of this.#figures(snapshot)) {
      const { item, value, label } = this.#item(name);
      item.hidden = figure.value === undefined;
      item.classList.toggle('alarming', figure.alarming === true);
      setText(value, figure.value ?? '');
      setText(label, figure.label);
      setTitle(item, this.#words.say(figure.help));
    }
  }

  #figures(snapshot: DashboardSnapshot): [FigureName, Figure][] {
    const { connects, disconnects, lost, failures, replicationConnects } = snapshot.totals;
    const net = this.#format.signed(connects - disconnects - lost);
    return [
      ['active', this.#active(snapshot)],
      ['net', { value: net, label: this.#words.say('figures.net'), help: 'figures.net.help' }],
      ['connects', this.#counted('connects', connects)],
      ['disconnects', this.#counted('disconnects', disconnects)],
      ['lost', this.#counted('lost', lost, lost > 0)],
      ['failed', { ...this.#counted('failed', failures), alarming: failures > 0 }],
      ['replication', this.#counted('replication', replicationConnects, replicationConnects > 0)],
    ];
  }

  #counted(name: Exclude<FigureName, 'active' | 'net'>, count: number, shown = true): Figure {
    return {
      value: shown ? this.#format.number(count) : undefined,
      label: this.#words.count(`figures.${name}`, count),
      help: `figures.${name}.help`,
    };
  }

  /** What the log cannot know is said by the figure itself, not only by its tooltip. */
  #active({ active, status }: DashboardSnapshot): Figure {
    const label = this.#words.count('figures.active', active);
    const number = this.#format.number(active);
    switch (status.activeIs) {
      case 'exact':
        return { value: number, label, help: 'figures.active.help' };
      case 'atLeast':
        return { value: `≥ ${number}`, label, help: 'figures.active.atLeast' };
      case 'unknown':
        return { value: '?', label, help: 'figures.active.unknown' };
    }
  }

  #item(name: FigureName): { item: HTMLElement; value: HTMLElement; label: HTMLElement } {
    const known = this.#items.get(name);
    if (known) return known;
    const value = element('strong');
    const label = element('span');
    const item = element('li', { class: `figure ${name}` }, value, ' ', label);
    this.element.append(item);
    const made = { item, value, label };
    this.#items.set(name, made);
    return made;
  }
}
