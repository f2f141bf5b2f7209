import { commands, EventEmitter, l10n, type TreeItem } from 'vscode';
import type { ServerSnapshot, ServerStatus } from '../core/server/serverSnapshot.ts';
import type { ConnectedServer } from './connectedServer.ts';
import { viewIds } from './contributions.ts';
import { KeptRows } from './keptRows.ts';
import { serverNodes } from './serverModel.ts';
import type { ServerNode } from './serverNode.ts';
import { rowText, serverRow } from './serverRow.ts';
import { ShownSample } from './serverSample.ts';
import { type ChangedRows, SidebarTree } from './sidebarTree.ts';
import { factsText, instantText, say, spanText } from './words.ts';

/** A poll that is so much older than the moment is said to be. */
const oldMs = 10_000;

/** The Server view: what the sessions do now, what should not be, and who holds what. */
export class ServerTree extends SidebarTree<ServerNode> {
  readonly #server: ConnectedServer;
  readonly #stepped = new EventEmitter<void>();
  /** Another sample than before is looked at. */
  readonly onDidStep = this.#stepped.event;
  readonly #sections = new KeptRows(saidBy);
  readonly #sample: ShownSample;

  constructor(server: ConnectedServer, failed: (error: unknown) => void) {
    const see = (isVisible: boolean): void => server.see(viewIds.server, isVisible);
    super({ viewId: viewIds.server, showCollapseAll: true, of: server, see, failed });
    this.#server = server;
    this.#sample = new ShownSample(
      (id) => server.snapshot(id),
      () => this.#stepped.fire(),
    );
    const notice = (): void => {
      // one server is left before another is connected to
      if (server.status === undefined) this.#sample.forget();
    };
    this.own(server.onDidChange(notice));
  }

  /** True while an earlier sample than the newest is looked at. */
  get isSteppedBack(): boolean {
    return this.#sample.isSteppedBack;
  }

  getTreeItem(node: ServerNode): TreeItem {
    return serverRow(node);
  }

  async getChildren(node?: ServerNode): Promise<ServerNode[]> {
    if (node !== undefined) return [...(node.children ?? [])];
    if (this.#sample.snapshot === undefined) await this.changes();
    return [...this.#sections.rows];
  }

  /** Looks at the sample before or behind this one, or at the newest; brings the view into sight. */
  async step(to: 'earlier' | 'later' | 'latest'): Promise<void> {
    if (!this.view.visible) {
      await commands.executeCommand(`${viewIds.server}.focus`);
      await this.#sample.update();
    }
    this.#sample.step(to);
    await this.redraw();
  }

  protected async changes(): Promise<ChangedRows<ServerNode>> {
    await this.#sample.update();
    const { snapshot } = this.#sample;
    return this.#sections.take(snapshot ? serverNodes(snapshot) : []);
  }

  protected override drawHeader(): void {
    const { status } = this.#server;
    const { snapshot, isSteppedBack } = this.#sample;
    const title = status && serverTitle(status, snapshot);
    const message = status && serverMessage(status, snapshot, isSteppedBack, Date.now());
    if (this.view.description !== title) this.view.description = title;
    if (this.view.message !== message) this.view.message = message;
  }
}

/** What is seen of a row: an age that reads as before is no change. */
function saidBy(node: ServerNode): unknown {
  const { label, description, contextValue } = rowText(node);
  return [label, description, contextValue, node.kind === 'backend' && node.backend.query];
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
