/** The end of a path, as much as a line has room for: enough to know a log by. */
export function endOfPath(path: string): string {
  const parts = path.split(/[/\\]/u);
  return parts.length > 3 ? `…/${parts.slice(-2).join('/')}` : path;
}
