import {
  type Disposable,
  languages,
  Position,
  Range,
  Selection,
  type TextDocumentContentProvider,
  TextEditorRevealType,
  Uri,
  window,
  workspace,
} from 'vscode';

const scheme = 'pg-connections-excerpt';

/** How a read-only text is shown. */
export interface TextView {
  /** Selected and in the middle of the editor, counted from 1. */
  readonly line?: number;
  /** Of the editor's languages, such as `markdown` or `sql`; default `plaintext`. */
  readonly language?: string;
}

/** Texts that exist in the editor only: an excerpt of a log, a status, a preview. Forgotten when closed. */
export class ReadOnlyTexts implements TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #subscriptions: Disposable[];
  #last = 0;

  constructor() {
    this.#subscriptions = [
      workspace.registerTextDocumentContentProvider(scheme, this),
      workspace.onDidCloseTextDocument(({ uri }) => this.#texts.delete(uri.toString())),
    ];
  }

  provideTextDocumentContent(uri: Uri): string | undefined {
    return this.#texts.get(uri.toString());
  }

  /** Opens a text in an editor. */
  async show(title: string, text: string, { line, language = 'plaintext' }: TextView = {}): Promise<void> {
    const uri = Uri.from({ scheme, path: `/${++this.#last}/${title.replace(/[\\/]/gu, '∕')}` });
    this.#texts.set(uri.toString(), text);
    const document = await workspace.openTextDocument(uri);
    // The extension that brings a language may be switched off.
    const isKnown = (await languages.getLanguages()).includes(language);
    if (isKnown) await languages.setTextDocumentLanguage(document, language);
    await showLine(uri, line);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#texts.clear();
  }
}

/** Opens a file or text with its `line`, counted from 1, selected and in the middle. */
export async function showLine(uri: Uri, line: number | undefined): Promise<void> {
  if (line === undefined) {
    await window.showTextDocument(uri, { preview: true });
    return;
  }
  const document = await workspace.openTextDocument(uri);
  // a file may have become shorter than it was when a server named the line
  const start = new Position(Math.max(0, Math.min(line, document.lineCount) - 1), 0);
  const editor = await window.showTextDocument(document, {
    preview: true,
    selection: new Range(start, start),
  });
  // From its end to its start: the cursor, and with it what is in sight of a long line, is at the start.
  editor.selection = new Selection(document.lineAt(start.line).range.end, start);
  editor.revealRange(new Range(start, start), TextEditorRevealType.InCenter);
}
