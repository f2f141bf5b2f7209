/** What the page's HTML is filled with; all of it comes from the editor, nothing from a log. */
export interface DashboardHtmlParts {
  /** `webview.cspSource`. */
  readonly cspSource: string;
  /** A fresh random value of letters and digits for each page. */
  readonly nonce: string;
  /** `webview.asWebviewUri` of dist/webview.js. */
  readonly scriptUri: string;
  /** `webview.asWebviewUri` of dist/dashboard.css. */
  readonly styleUri: string;
  /** `vscode.env.language`. */
  readonly lang: string;
}

/**
 * The HTML of the dashboard, or of another page: one fixed text. The policy allows one script and our own style sheet, nothing else: no
 * inline style, no image, no network. (The chart moves things through the CSSOM, which is not inline style.)
 */
export function pageHtml(parts: DashboardHtmlParts): string {
  const [cspSource, nonce, scriptUri, styleUri, lang] = [
    parts.cspSource,
    parts.nonce,
    parts.scriptUri,
    parts.styleUri,
    parts.lang,
  ].map(attributeValue);
  return `<!DOCTYPE html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${styleUri}">
<title>Connections</title>
</head>
<body>
<script nonce="${nonce}" src="${scriptUri}"></script>
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '"': '&quot;', '<': '&lt;', '>': '&gt;' };

function attributeValue(text: string): string {
  return text.replace(/[&"<>]/gu, (character) => entities[character] ?? character);
}
