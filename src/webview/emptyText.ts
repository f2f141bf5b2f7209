import { element, setHidden, setText } from './element.ts';
import type { Words } from './words.ts';

/** What stands where there is nothing to show, with the next step where the filter is why. */
export class EmptyText {
  readonly element: HTMLElement;
  readonly #text = element('span');
  readonly #clear: HTMLButtonElement;
  readonly #heir: HTMLElement;

  /** `heir` gets the keyboard when this goes away. */
  constructor(words: Words, clearFilter: () => void, heir: HTMLElement) {
    this.#clear = element('button', { class: 'link', type: 'button' }, words.say('action.clearFilter'));
    this.#clear.addEventListener('click', clearFilter);
    this.#heir = heir;
    this.element = element('p', { class: 'empty', hidden: '' }, this.#text, this.#clear);
  }

  /** Shows the text; undefined = there is something to show. */
  draw(text: string | undefined, isFiltered: boolean): void {
    setHidden(this.element, text === undefined, this.#heir);
    if (text === undefined) return;
    setText(this.#text, text);
    setHidden(this.#clear, !isFiltered, this.#heir);
  }
}
