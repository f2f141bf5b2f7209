import {
  type Disposable,
  EventEmitter,
  l10n,
  type TreeDataProvider,
  type TreeItem,
  type TreeView,
  window,
} from 'vscode';
import type { ServerSnapshot, ServerStatus } from '../core/server/serverSnapshot.ts';
import type { ConnectedServer } from './connectedServer.ts';
import { viewIds } from './contributions.ts';
import { type Pace, RefreshRate } from './refreshRate.ts';
import { type ServerNode, serverNodes } from './serverModel.ts';
import { rowText, serverRow } from './serverRow.ts';
import { factsText, instantText, say, spanText } from './words.ts';

/** As in the Active view: the editor draws at most five times a second. */
const pace: Pace = { quietMs: 202, busyMs: 400 };
/** A poll that is so much older than the moment is said to be. */
const oldMs = 10_000;

type SectionNode = ServerNode & { kind: 'section' };

/** The Server view: what the sessions do now, what should not be, and who holds what. Asks for nothing while hidden. */
export class ServerTree implements TreeDataProvider<ServerNode>, Disposable {
  readonly view: TreeView<ServerNode>;
  readonly #server: ConnectedServer;
  readonly #changed = new EventEmitter<ServerNode | ServerNode[] | undefined>();
  readonly #stepped = new EventEmitter<void>();
  /** Another sample than before is looked at. */
  readonly onDidStep = this.#stepped.event;
  readonly #refresh: RefreshRate;
  readonly #subscriptions: Disposable[];
  /** Sections keep their node, and so their place in the tree. */
  #sections: SectionNode[] = [];
  #snapshot: ServerSnapshot | undefined;
  /** The sample that is looked at; undefined = the newest. */
  #sampleId: number | undefined;

  constructor(server: ConnectedServer, failed: (error: unknown) => void) {
    this.#server = server;
    this.#refresh = new RefreshRate(pace, () => this.#redraw(), failed);
    this.view = window.createTreeView(viewIds.server, { treeDataProvider: this, showCollapseAll: true });
    this.#subscriptions = [
      this.view,
      server.onDidChange(() => this.#ask()),
      this.view.onDidChangeVisibility(({ visible }) => {
        server.see(viewIds.server, visible);
        this.#ask();
      }),
    ];
    if (this.view.visible) server.see(viewIds.server, true);
  }

  get onDidChangeTreeData(): EventEmitter<ServerNode | ServerNode[] | undefined>['event'] {
    return this.#changed.event;
  }

  /** What is drawn. */
  get snapshot(): ServerSnapshot | undefined {
    return this.#snapshot;
  }

  /** True while an earlier sample than the newest is looked at. */
  get isSteppedBack(): boolean {
    return this.#sampleId !== undefined;
  }

  getTreeItem(node: ServerNode): TreeItem {
    return serverRow(node);
  }

  async getChildren(node?: ServerNode): Promise<ServerNode[]> {
    if (node !== undefined) return [...(node.children ?? [])];
    if (this.#snapshot === undefined) await this.#load();
    return [...this.#sections];
  }

  /** Looks at the sample before or behind this one, or at the newest. */
  async step(to: 'earlier' | 'later' | 'latest'): Promise<void> {
    const ids = this.#snapshot?.samples.map(({ id }) => id) ?? [];
    const at = ids.indexOf(this.#sampleId ?? ids.at(-1) ?? 0);
    const next = to === 'latest' ? undefined : ids[Math.max(0, at + (to === 'earlier' ? -1 : 1))];
    this.#sampleId = next === ids.at(-1) ? undefined : next;
    this.#stepped.fire();
    await this.#redraw();
  }

  dispose(): void {
    this.#refresh.dispose();
    this.#changed.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #ask(): void {
    this.#drawHeader();
    if (this.view.visible) this.#refresh.ask(this.#server.status?.version);
  }

  /** Draws those sections that differ; all where others are there than before. */
  async #redraw(): Promise<void> {
    if (!this.view.visible) return;
    const before = this.#sections.map(signature);
    const ids = this.#sections.map(({ id }) => id).join();
    await this.#load();
    this.#drawHeader();
    if (ids !== this.#sections.map(({ id }) => id).join()) this.#changed.fire(undefined);
    else {
      const differ = this.#sections.filter((section, index) => signature(section) !== before[index]);
      if (differ.length > 0) this.#changed.fire(differ);
    }
  }

  async #load(): Promise<void> {
    this.#snapshot = await this.#server.snapshot(this.#sampleId).catch(() => undefined);
    const known = new Map(this.#sections.map((section) => [section.section, section]));
    const nodes = this.#snapshot ? serverNodes(this.#snapshot) : [];
    this.#sections = nodes.flatMap((node) => {
      if (node.kind !== 'section') return [];
      return Object.assign(known.get(node.section) ?? { ...node }, node);
    });
  }

  #drawHeader(): void {
    const { status } = this.#server;
    const title = status && serverTitle(status, this.#snapshot);
    const message = status && serverMessage(status, this.#snapshot, this.isSteppedBack, Date.now());
    if (this.view.description !== title) this.view.description = title;
    if (this.view.message !== message) this.view.message = message;
  }
}

/** What a row and those below it say: an age that reads as before is no change. */
function signature(node: ServerNode): string {
  const { label, description, contextValue } = rowText(node);
  const below = (node.children ?? []).map(signature);
  const query = node.kind === 'backend' ? node.backend.query : undefined;
  return JSON.stringify([node.id, label, description, contextValue, query, below]);
}

/** `PRODUCTION · PostgreSQL 17.4 · app@db:5432`: what must not be overlooked comes first. */
export function serverTitle(status: ServerStatus, snapshot: ServerSnapshot | undefined): string {
  return factsText([
    environmentText(status),
    snapshot?.version === undefined ? undefined : `PostgreSQL ${snapshot.version}`,
    status.label,
  ]);
}

function environmentText({ environment }: ServerStatus): string | undefined {
  switch (environment) {
    case 'production':
      return l10n.t('PRODUCTION');
    case 'test':
      return l10n.t('test');
    case 'development':
      return l10n.t('development');
    case undefined:
      return undefined;
  }
}

/** What is not as it should be, or of when the figures are; undefined = they are of now. */
export function serverMessage(
  status: ServerStatus,
  snapshot: ServerSnapshot | undefined,
  isSteppedBack: boolean,
  now: number,
): string | undefined {
  if (snapshot && isSteppedBack)
    return l10n.t('As it was at {0}: “Latest Sample” goes back to now.', instantText(snapshot.takenAt, now));
  const why = status.sentence && say(status.sentence);
  const isOld = snapshot && (snapshot.stale || now - snapshot.takenAt > oldMs);
  const age = isOld
    ? l10n.t('As of {0}, {1} ago.', instantText(snapshot.takenAt, now), spanText(now - snapshot.takenAt))
    : undefined;
  const backedOff =
    status.backedOffToMs === undefined
      ? undefined
      : l10n.t('The server answers slowly: it is asked every {0} only.', spanText(status.backedOffToMs));
  const whole = [why, age, backedOff].filter((part) => part !== undefined).join(' ');
  if (whole !== '') return whole;
  return status.state === 'connecting' ? l10n.t('Connecting to {0}…', status.label) : undefined;
}
