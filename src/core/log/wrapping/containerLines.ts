import { instantOf, lineWrapping, type Wrapping } from './wrappedLine.ts';

const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)`;
const colour = String.raw`(?:\u001b\[[0-9;]*m)*`;
const name = String.raw`[\w.-]{1,128}`;

const cri = new RegExp(`^(${time}) (?:stdout|stderr) ([FP])(?: |$)([^]*)$`);
/** No service is called like that: a log_line_prefix such as '%p | ' prints it. */
const processNumber = String.raw`(?:\d+(?:\.\d+)?|[0-9a-f]{8}\.[0-9a-f]{1,8})`;
const compose = new RegExp(`^${colour}(?!${processNumber} )(${name}?)${colour} +\\|(?: ${colour}|$)([^]*)$`);
const kubectl = new RegExp(`^\\[pod/(${name}/${name})\\] ([^]*)$`);
const stamped = new RegExp(`^(${time}) ([^]*)$`);

/** How engines and tools for containers print the output of one. */
export const containerWrappings: readonly Wrapping[] = [
  // /var/lib/docker/containers/ID/ID-json.log: a line over 16 KiB comes in pieces, and only the last ends with a newline
  lineWrapping(
    'docker json-file',
    (line) => {
      const entry = line.startsWith('{"log":"') ? objectOf(line) : undefined;
      const text = entry?.['log'];
      if (typeof text !== 'string') return undefined;
      const isPartial = !text.endsWith('\n');
      const at = instantOf(typeof entry?.['time'] === 'string' ? entry['time'] : undefined);
      return { text: isPartial ? text : text.slice(0, -1), isPartial, at };
    },
    { isUtf8: true },
  ),
  // /var/log/pods: the container runtime interface of Kubernetes
  lineWrapping('Kubernetes CRI', (line) => {
    const [, at, tag, text] = cri.exec(line) ?? [];
    return text === undefined ? undefined : { text, isPartial: tag === 'P', at: instantOf(at) };
  }),
  // not to be taken for a log_line_prefix such as '%a | ', which other processes print without a name
  lineWrapping(
    'docker compose',
    (line) => {
      const [, source, text] = compose.exec(line) ?? [];
      return text === undefined ? undefined : { text, source };
    },
    { isOfAll: true },
  ),
  lineWrapping('kubectl logs --prefix', (line) => {
    const [, source, text] = kubectl.exec(line) ?? [];
    return text === undefined ? undefined : { text, source };
  }),
  // docker logs -t, kubectl logs --timestamps
  lineWrapping('container timestamps', (line) => {
    const [, at, text] = stamped.exec(line) ?? [];
    return text === undefined ? undefined : { text, at: instantOf(at) };
  }),
];

/** A JSON object that is the whole line; undefined = it is none. */
export function objectOf(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
