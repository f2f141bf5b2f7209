import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import type { SourceStatus } from '../core/snapshot/sourceStatus.ts';
import type { FromPage } from '../protocol/pageMessages.ts';
import { showControlCharacters } from '../core/report/controlCharacters.ts';
import { renderSentence } from '../core/sentence.ts';
import { element, icon } from './element.ts';
import type { Words } from './words.ts';

type NoticeCommand = Exclude<Extract<FromPage, { type: 'command' }>['command'], 'filter' | 'clearFilter'>;

/** What the numbers cannot tell and why, each with its remedy; not there when there is nothing to say. */
export class Notices {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #run: (command: NoticeCommand) => void;
  #drawn = '';

  constructor(words: Words, run: (command: NoticeCommand) => void) {
    this.#words = words;
    this.#run = run;
    this.element = element('ul', { class: 'notices', 'aria-label': words.say('notices.label'), hidden: '' });
  }

  draw({ status }: DashboardSnapshot): void {
    const sentences = this.#sentences(status);
    const command = commandFor(status);
    const drawn = JSON.stringify([sentences, command]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.element.hidden = sentences.length === 0;
    const rows = sentences.map((text) =>
      element('li', {}, icon('warning'), element('span', { title: text }, text)),
    );
    if (command) rows[0]?.append(this.#button(command));
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

  #button(command: NoticeCommand): HTMLButtonElement {
    const text = this.#words.say(`action.${command}`);
    const button = element('button', { class: 'link', type: 'button' }, text);
    button.addEventListener('click', () => this.#run(command));
    return button;
  }
}

/** The next step, where a command is one. */
function commandFor({ trouble, log }: SourceStatus): NoticeCommand | undefined {
  if (trouble) return 'chooseLog';
  const { connectionLogging } = log;
  return connectionLogging === 'off' || connectionLogging === 'partly' ? 'turnOnLogging' : undefined;
}
