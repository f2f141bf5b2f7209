/** The dashboard page: wires the host's messages to the parts of the page. Every number comes from the snapshot. */
import './navigatorLanguage.ts';
import { snapshotAfter, type DashboardNews } from '../core/dashboardNews.ts';
import { usableLocale } from '../core/report/usableLocale.ts';
import type { DashboardSnapshot } from '../core/snapshot/dashboard.ts';
import { element, setText } from './element.ts';
import { Feed, type FeedActions } from './feed.ts';
import { createFormat, type Format } from './format.ts';
import { Header } from './header.ts';
import { History } from './history.ts';
import { openHost, type Host } from './host.ts';
import { Lengths } from './lengths.ts';
import { Notices } from './notices.ts';
import { Top } from './top.ts';
import { createWords, type Words } from './words.ts';

/** One part of the page. */
interface Part {
  readonly element: HTMLElement;
  readonly draw: (snapshot: DashboardSnapshot) => void;
}

/** The whole page, in the language that the host sent. */
interface Page {
  readonly draw: (snapshot: DashboardSnapshot) => void;
  readonly drawNothing: (sentence: string) => void;
}

let page: Page | undefined;
let snapshot: DashboardSnapshot | undefined;
/** Number of the news that told the snapshot. */
let number: number | undefined;
let frame: number | undefined;

const host = openHost((message) => {
  switch (message.type) {
    case 'strings':
      page ??= createPage(host, message.strings, message.locale);
      return;
    case 'nothing':
      snapshot = number = undefined;
      page ??= createPage(host, {}, document.documentElement.lang);
      page.drawNothing(message.sentence);
      return;
    case 'dashboard':
      if (!take(message.news)) return;
      // One draw for each picture of the screen, however fast the snapshots come; none while the page is hidden.
      frame ??= requestAnimationFrame(drawNewest);
  }
});

sayReady();

function sayReady(): void {
  const { scope, bucketMinutes } = host.state();
  host.send({ type: 'ready', scope, ...(bucketMinutes !== undefined && { bucketMinutes }) });
}

/** Keeps what is new; asks for everything, and answers false, where what it follows never came. */
function take(news: DashboardNews): boolean {
  const follows = news.follows === undefined || news.follows === number;
  if (!follows) sayReady();
  else snapshot = snapshotAfter(news.follows === undefined ? undefined : snapshot, news);
  number = follows ? news.number : undefined;
  return follows;
}

function drawNewest(): void {
  frame = undefined;
  if (!snapshot) return;
  page ??= createPage(host, {}, document.documentElement.lang);
  page.draw(snapshot);
}

function createPage(host: Host, strings: Readonly<Record<string, string>>, language: string): Page {
  const locale = usableLocale(language);
  const words = createWords(strings, locale);
  const { first, below } = createParts(host, words, createFormat(locale));
  const parts = [...first, ...below];
  const elements = (some: readonly Part[]): HTMLElement[] => some.map((part) => part.element);
  const firstScreen = element('div', { class: 'first' }, ...elements(first));
  const dashboard = element('main', { class: 'dashboard', hidden: '' }, firstScreen, ...elements(below));
  const nothing = createNothing(words.say('action.chooseLog'), host);
  document.body.append(dashboard, nothing.element);
  const show = (something: boolean): void => {
    dashboard.hidden = !something;
    nothing.element.hidden = something;
  };
  return {
    draw: (newest) => {
      show(true);
      for (const part of parts) part.draw(newest);
    },
    drawNothing: (sentence) => {
      show(false);
      setText(nothing.sentence, sentence);
    },
  };
}

/** What the first screen shows, and what stands below it where there is no more room. */
interface Parts {
  readonly first: readonly Part[];
  readonly below: readonly Part[];
}

function createParts(host: Host, words: Words, format: Format): Parts {
  const header = new Header(words, format, {
    chooseScope: (scope) => ask({ scope }),
    chooseBucket: (bucketMinutes) => ask({ bucketMinutes }),
    changeFilter: () => host.send({ type: 'command', command: 'filter' }),
    resume: () => withSource((sourceId) => host.send({ type: 'pause', sourceId, paused: false })),
  });
  const notices = new Notices(words, (command) => host.send({ type: 'command', command }));
  const clearFilter = (): void => host.send({ type: 'command', command: 'clearFilter' });
  const history = new History(words, format, host.state().table, {
    remember: (table) => host.remember({ table }),
    clearFilter,
  });
  const feedActions: FeedActions = {
    clearFilter,
    open: (row) =>
      withSource((shown) => {
        const { sourceId = shown, rowId = row.id } = row;
        host.send({ type: 'open', sourceId, troubleId: rowId });
      }),
    copy: (text) => host.send({ type: 'copy', text }),
  };
  const feed = new Feed(words, format, feedActions, host.state(), (change) => host.remember(change));
  const lengths = new Lengths(words, format);
  const top = new Top(words, format, host.state().topBy, (topBy) => host.remember({ topBy }));
  return { first: [header, notices, history, feed], below: [lengths, top] };
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
