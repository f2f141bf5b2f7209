import { env, l10n, Uri, type Webview, type WebviewPanel } from 'vscode';
import { pageHtml } from './dashboardHtml.ts';

/** Fills a webview with a page of ours: a script and a style sheet of `dist`, and nothing from elsewhere. */
export function fillPage(webview: Webview, extensionUri: Uri, script: string, style: string): void {
  const dist = Uri.joinPath(extensionUri, 'dist');
  const local = (name: string): string => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [dist] };
  webview.html = pageHtml({
    cspSource: webview.cspSource,
    nonce: crypto.randomUUID().replaceAll('-', ''),
    scriptUri: local(script),
    styleUri: local(style),
    lang: env.language,
  });
}

/** The icon of an editor that shows a page. */
export function pageIcon(extensionUri: Uri): WebviewPanel['iconPath'] {
  const icon = (theme: string): Uri => Uri.joinPath(extensionUri, 'media', `connections-${theme}.svg`);
  return { light: icon('light'), dark: icon('dark') };
}

/** The texts of a page in the user's language. */
export function pageTexts(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, l10n.t(text)]));
}
