/** The dashboard page: wires the host's messages to the parts of the page. Every number comes from the snapshot. */
import type { DashboardSnapshot } from '../core/snapshot.ts';
import { element, setText } from './element.ts';
import { Feed } from './feed.ts';
import { createFormat } from './format.ts';
import { Header } from './header.ts';
import { History } from './history.ts';
import { openHost, type Host } from './host.ts';
import { Notices } from './notices.ts';
import { createWords } from './words.ts';

/** The parts of the page, in the language that the host sent. */
interface Page {
  readonly draw: (snapshot: DashboardSnapshot) => void;
  readonly drawNothing: (sentence: string) => void;
}

let page: Page | undefined;
let snapshot: DashboardSnapshot | undefined;
let frame: number | undefined;

const host = openHost((message) => {
  switch (message.type) {
    case 'strings':
      page ??= createPage(host, message.strings, message.locale);
      return;
    case 'nothing':
      snapshot = undefined;
      page ??= createPage(host, {}, document.documentElement.lang);
      page.drawNothing(message.sentence);
      return;
    case 'dashboard':
      snapshot = message.snapshot;
      // One draw for each picture of the screen, however fast the snapshots come; none while the page is hidden.
      frame ??= requestAnimationFrame(drawNewest);
  }
});

const { scope, bucketMinutes } = host.state();
host.send({ type: 'ready', scope, ...(bucketMinutes !== undefined && { bucketMinutes }) });

function drawNewest(): void {
  frame = undefined;
  if (!snapshot) return;
  page ??= createPage(host, {}, document.documentElement.lang);
  page.draw(snapshot);
}

function createPage(host: Host, strings: Readonly<Record<string, string>>, locale: string): Page {
  const words = createWords(strings, locale);
  const format = createFormat(locale);
  const header = new Header(words, format, {
    chooseScope: (scope) => ask({ scope }),
    chooseBucket: (bucketMinutes) => ask({ bucketMinutes }),
    resume: () => withSource((sourceId) => host.send({ type: 'pause', sourceId, paused: false })),
  });
  const notices = new Notices(words, () => host.send({ type: 'command', command: 'turnOnLogging' }));
  const history = new History(words, format, host.state().table, (table) => host.remember({ table }));
  const rowActions = {
    open: ({ id }: { id: number }) =>
      withSource((sourceId) => host.send({ type: 'open', sourceId, troubleId: id })),
    copy: (text: string) => host.send({ type: 'copy', text }),
  };
  const feed = new Feed(words, format, rowActions, host.state(), (change) => host.remember(change));
  const parts = [header, notices, history, feed];
  const dashboard = element('main', { class: 'dashboard', hidden: '' }, ...parts.map((part) => part.element));
  const nothing = createNothing(words.say('action.chooseLog'), host);
  document.body.append(dashboard, nothing.element);
  const show = (something: boolean): void => {
    dashboard.hidden = !something;
    nothing.element.hidden = something;
  };
  return {
    draw: (newest) => {
      show(true);
      header.draw(newest);
      notices.draw(newest.status);
      history.draw(newest);
      feed.draw(newest);
    },
    drawNothing: (sentence) => {
      show(false);
      setText(nothing.sentence, sentence);
    },
  };
}

/** Asks for another part of the log, and remembers it for the next time the page opens. */
function ask(change: { scope?: DashboardSnapshot['scope']; bucketMinutes?: number }): void {
  host.remember(change);
  const { scope, bucketMinutes } = host.state();
  withSource((sourceId) =>
    host.send({ type: 'scope', sourceId, scope, ...(bucketMinutes !== undefined && { bucketMinutes }) }),
  );
}

function withSource(act: (sourceId: string) => void): void {
  if (snapshot) act(snapshot.status.sourceId);
}

function createNothing(buttonText: string, host: Host): { element: HTMLElement; sentence: HTMLElement } {
  const sentence = element('p');
  const button = element('button', { type: 'button' }, buttonText);
  button.addEventListener('click', () => host.send({ type: 'command', command: 'chooseLog' }));
  return { element: element('main', { class: 'nothing', hidden: '' }, sentence, button), sentence };
}
