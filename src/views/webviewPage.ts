import { env, l10n, Uri, type Webview, type WebviewPanel } from 'vscode';
import { pageHtml } from './dashboardHtml.ts';

/** Fills a webview with a page of ours: a script of `dist`, a style sheet of `media`, and nothing from elsewhere. */
export function fillPage(webview: Webview, extensionUri: Uri, script: string, style: string): void {
  const within = (...path: string[]): Uri => Uri.joinPath(extensionUri, ...path);
  const local = (...path: string[]): string => webview.asWebviewUri(within(...path)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [within('dist'), within('media')] };
  webview.html = pageHtml({
    cspSource: webview.cspSource,
    nonce: crypto.randomUUID().replaceAll('-', ''),
    scriptUri: local('dist', script),
    styleUri: local('media', style),
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
