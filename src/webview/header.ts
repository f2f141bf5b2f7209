import { programName } from '../core/log/logPlace.ts';
import type { DashboardScope, DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { endOfPath } from '../core/report/shownPath.ts';
import { dimensions, isNoFilter, type Filter } from '../core/session/filter.ts';
import { element, setHidden, setText, setTitle } from './element.ts';
import { Figures } from './figures.ts';
import type { Format } from './format.ts';
import { scopes } from './host.ts';
import type { Words } from './words.ts';

const bucketChoices: readonly number[] = [1, 5, 15, 60];
/** How long the answer to a choice may take; until then, older snapshots do not turn the lists back. */
const answerMs = 1000;

/** What the user can ask for in the header. */
export interface HeaderActions {
  readonly chooseScope: (scope: DashboardScope) => void;
  readonly chooseBucket: (bucketMinutes: number) => void;
  readonly resume: () => void;
  readonly changeFilter: () => void;
}

/** Which log this is and what is done with it, its counts, and what part of it is shown. */
export class Header {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #format: Format;
  readonly #figures: Figures;
  readonly #server = element('h1');
  readonly #path = element('span', { class: 'path' });
  readonly #state = element('span', { class: 'state' });
  readonly #resume: HTMLButtonElement;
  readonly #progress: HTMLProgressElement;
  readonly #chip = element('button', { class: 'chip', type: 'button' });
  readonly #scope: HTMLSelectElement;
  readonly #bucket: HTMLSelectElement;
  #choseAt = -Infinity;

  constructor(words: Words, format: Format, actions: HeaderActions) {
    this.#words = words;
    this.#format = format;
    this.#figures = new Figures(words, format);
    this.#progress = element('progress', { 'aria-label': words.say('state.readingLabel'), max: '1' });
    this.#resume = element('button', { class: 'link', type: 'button' }, words.say('state.resume'));
    this.#resume.addEventListener('click', () => actions.resume());
    this.#chip.addEventListener('click', () => actions.changeFilter());
    this.#scope = this.#select(words.say('scope.label'), (value) => {
      const scope = scopes.find((known) => known === value);
      if (scope) actions.chooseScope(scope);
    });
    for (const scope of scopes) addOption(this.#scope, scope, words.say(`scope.${scope}`));
    this.#bucket = this.#select(words.say('bucket.label'), (value) => actions.chooseBucket(Number(value)));
    for (const minutes of bucketChoices) this.#addBucket(minutes);
    this.element = element(
      'header',
      {},
      element('div', { class: 'source' }, this.#server, this.#path, this.#chip, this.#state, this.#resume),
      this.#figures.element,
      element('div', { class: 'controls' }, this.#scope, this.#bucket),
      this.#progress,
    );
  }

  draw(snapshot: DashboardSnapshot): void {
    const { status } = snapshot;
    this.#drawSource(status);
    this.#drawState(status);
    this.#figures.draw(snapshot);
    this.#drawFilter(status.filter);
    if (performance.now() - this.#choseAt < answerMs) return;
    choose(this.#scope, snapshot.scope);
    const { bucketMinutes } = snapshot.history;
    if (!hasOption(this.#bucket, String(bucketMinutes))) this.#addBucket(bucketMinutes);
    choose(this.#bucket, String(bucketMinutes));
  }

  #drawSource({ log, serverVersion, format }: SourceStatus): void {
    const version = serverVersion ?? log.serverVersion;
    const { say } = this.#words;
    setText(
      this.#server,
      version === undefined
        ? say('title.unknownServer')
        : showControlCharacters(`${programName(format)} ${version}`),
    );
    setTitle(this.#server, log.port === undefined ? '' : say('title.port', String(log.port)));
    const path = showControlCharacters(log.path ?? '');
    setText(this.#path, endOfPath(path));
    setTitle(this.#path, path);
  }

  #drawState({ state, readBytes, totalBytes, trouble }: SourceStatus): void {
    const share = totalBytes > 0 ? Math.min(1, readBytes / totalBytes) : 0;
    // what is not all read is not said to be
    const whole = Math.floor(100 * share) / 100;
    const { bytes, percent } = this.#format;
    this.#progress.hidden = state !== 'reading';
    if (state === 'reading') this.#progress.value = share;
    setHidden(this.#resume, state !== 'paused', this.#scope);
    // What the trouble is, the notice below says better.
    this.#state.hidden = state === 'following' || trouble !== undefined;
    const text =
      state === 'reading'
        ? this.#words.say('state.reading', bytes(readBytes), bytes(totalBytes), percent(whole))
        : this.#words.say(`state.${state}`);
    setText(this.#state, text);
    setTitle(this.#state, text);
  }

  #drawFilter(filter: Filter): void {
    setHidden(this.#chip, isNoFilter(filter), this.#scope);
    if (this.#chip.hidden) return;
    const parts = dimensions.flatMap((dimension) =>
      filter[dimension].map((pattern) =>
        this.#words.say(`filter.${dimension}`, showControlCharacters(pattern)),
      ),
    );
    const text = this.#words.say('filter.chip', parts.join(', '));
    setText(this.#chip, text);
    setTitle(this.#chip, `${text}\n${this.#words.say('filter.help')}`);
  }

  #select(label: string, chosen: (value: string) => void): HTMLSelectElement {
    const select = element('select', { 'aria-label': label });
    select.addEventListener('change', () => {
      this.#choseAt = performance.now();
      chosen(select.value);
    });
    return select;
  }

  #addBucket(minutes: number): void {
    const label = this.#words.count('bucket.minutes', minutes, this.#format.number(minutes));
    const longer = [...this.#bucket.options].find(({ value }) => Number(value) > minutes);
    addOption(this.#bucket, String(minutes), label, longer);
  }
}

function addOption(
  select: HTMLSelectElement,
  value: string,
  label: string,
  before?: HTMLOptionElement,
): void {
  select.add(element('option', { value }, label), before);
}

function hasOption(select: HTMLSelectElement, value: string): boolean {
  return [...select.options].some((option) => option.value === value);
}

/** Leaves a list alone that the user has open: it is set back only where the value differs. */
function choose(select: HTMLSelectElement, value: string): void {
  if (select.value !== value) select.value = value;
}
