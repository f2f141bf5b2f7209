import type { EngineClient } from '../engine/client.ts';
import type { EngineQuestions } from '../protocol/engineMessages.ts';
import type { FollowTarget, WorkspaceHints } from '../protocol/logQuestions.ts';
import type { Settings } from './settings.ts';
import type { WorkspaceMemory } from './workspaceMemory.ts';

/** What the window is made of: read anew whenever needed, so that a changed setting counts at once. */
export interface WindowContext {
  readonly engine: EngineClient;
  readonly memory: WorkspaceMemory;
  readonly settings: () => Settings;
  readonly hints: () => WorkspaceHints;
}

/** Which log is to be followed: what the user chose, else the setting `log`, else what discovery chooses. */
export class LogChoice {
  readonly #context: WindowContext;

  constructor(context: WindowContext) {
    this.#context = context;
  }

  /** What the user named, by choosing it or in the setting; undefined = discovery decides. */
  namedPath(): FollowTarget | undefined {
    const { log } = this.#context.settings();
    const chosen = this.#chosen();
    if (chosen !== undefined) return 'discoveredId' in chosen ? undefined : chosen;
    return log === 'auto' ? undefined : { path: log };
  }

  /** All candidates on the machine, and the one to follow unasked: the pinned one first, then the chosen one. */
  discover(): Promise<EngineQuestions['discover']['answer']> {
    const { engine, hints, memory } = this.#context;
    const chosen = this.#chosen();
    const keep = memory.pinnedId ?? (chosen && 'discoveredId' in chosen ? chosen.discoveredId : undefined);
    return engine.ask('discover', { hints: hints(), ...(keep === undefined ? {} : { pinnedId: keep }) });
  }

  /** True if a server that is started later is to be followed instead. */
  followsNewest(): boolean {
    const { memory, settings } = this.#context;
    return settings().followNewestServer && memory.pinnedId === undefined && this.namedPath() === undefined;
  }

  /** Remembers what the user chose for this workspace; undefined = nothing is chosen or pinned any more. */
  async remember(target: FollowTarget | undefined): Promise<void> {
    const { memory, settings } = this.#context;
    await memory.choose(target && { target, logSetting: settings().log });
    if (target === undefined) await memory.pin(undefined);
  }

  /** A changed setting `log` is newer than the choice, and wins. */
  #chosen(): FollowTarget | undefined {
    const { memory, settings } = this.#context;
    const { choice } = memory;
    return choice?.logSetting === settings().log ? choice.target : undefined;
  }
}
