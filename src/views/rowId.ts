/** The id of a row below another one. No two are the same, whatever is in `part`: the editor draws nothing where they are. */
export function idBelow(above: string, part: string): string {
  return `${above}/${part.replaceAll('/', '//')}`;
}

/** The id of a row that is called by a name. `=` marks it, so that one called like nothing is not the unknown one. */
export function namedId(above: string, name: string | undefined): string {
  return idBelow(above, name === undefined ? '' : `=${name}`);
}
