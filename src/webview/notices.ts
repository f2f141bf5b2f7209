import type { DashboardSnapshot, SourceStatus } from '../core/snapshot.ts';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { renderSentence } from '../core/sentence.ts';
import { element, icon } from './element.ts';
import type { Words } from './words.ts';

/** What the numbers cannot tell and why, each with its remedy; not there when there is nothing to say. */
export class Notices {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #turnOnLogging: () => void;
  #drawn = '';

  constructor(words: Words, turnOnLogging: () => void) {
    this.#words = words;
    this.#turnOnLogging = turnOnLogging;
    this.element = element('ul', { class: 'notices', 'aria-label': words.say('notices.label'), hidden: '' });
  }

  draw({ status }: DashboardSnapshot): void {
    const sentences = this.#sentences(status);
    const logging = status.log.connectionLogging;
    const canTurnOn = logging === 'off' || logging === 'partly';
    const drawn = JSON.stringify([sentences, canTurnOn]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.element.hidden = sentences.length === 0;
    const rows = sentences.map((text) =>
      element('li', {}, icon('warning'), element('span', { title: text }, text)),
    );
    if (canTurnOn) rows[0]?.append(this.#button());
    this.element.replaceChildren(...rows);
  }

  #sentences({ trouble, warnings, log }: SourceStatus): string[] {
    // While the log itself is in trouble, what its numbers cannot tell is not the next thing to do.
    const said = (trouble ? [trouble] : warnings).map((sentence) =>
      showControlCharacters(renderSentence(sentence)),
    );
    if (said.length > 0) return said;
    if (log.connectionLogging === 'off') return [this.#words.say('notices.loggingOff')];
    return log.connectionLogging === 'partly' ? [this.#words.say('notices.loggingPartly')] : [];
  }

  #button(): HTMLButtonElement {
    const button = element(
      'button',
      { class: 'link', type: 'button' },
      this.#words.say('action.turnOnLogging'),
    );
    button.addEventListener('click', () => this.#turnOnLogging());
    return button;
  }
}
