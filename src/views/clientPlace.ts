import { commands, debug, type Disposable, window } from 'vscode';

/** As the Debug Adapter Protocol's event `process` tells of the program that is debugged. */
interface ProcessEvent {
  readonly type: 'event';
  readonly event: 'process';
  readonly body: { readonly systemProcessId: number };
}

/** Where in this window a process runs: a terminal (of a task too), or a debug session without one. */
export class ClientPlaces implements Disposable {
  /** Process ids of the programs that are debugged, by session. */
  readonly #debugged = new Map<string, number>();
  readonly #subscriptions: readonly Disposable[];

  constructor() {
    this.#subscriptions = [
      debug.registerDebugAdapterTrackerFactory('*', {
        createDebugAdapterTracker: ({ id }) => ({
          onDidSendMessage: (message: unknown) => {
            if (isProcessEvent(message)) this.#debugged.set(id, message.body.systemProcessId);
          },
        }),
      }),
      debug.onDidTerminateDebugSession(({ id }) => this.#debugged.delete(id)),
    ];
  }

  /** Shows where one of these processes, the innermost first, runs; false = nowhere in this window. */
  async reveal(ancestry: readonly number[]): Promise<boolean> {
    const terminals = await Promise.all(
      window.terminals.map(async (terminal) => [await terminal.processId, terminal] as const),
    );
    for (const pid of ancestry) {
      const terminal = terminals.find(([own]) => own === pid)?.[1];
      if (terminal) {
        terminal.show();
        return true;
      }
      if ([...this.#debugged.values()].includes(pid)) {
        await commands.executeCommand('workbench.panel.repl.view.focus');
        return true;
      }
    }
    return false;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}

function isProcessEvent(message: unknown): message is ProcessEvent {
  if (typeof message !== 'object' || message === null) return false;
  if (!('event' in message) || message.event !== 'process' || !('body' in message)) return false;
  const { body } = message;
  return (
    typeof body === 'object' &&
    body !== null &&
    'systemProcessId' in body &&
    typeof body.systemProcessId === 'number'
  );
}
