import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import { metricFamilies, type MeasuredLog, type MetricFamily } from '../core/report/metricFamilies.ts';
import { SentenceError } from '../core/sentence.ts';

const address = '127.0.0.1';
/** Prometheus needs one or two. */
const mostConnections = 16;
const requestMs = 5_000;
const idleMs = 60_000;
const largestHead = 16 * 1024;

/** /metrics on 127.0.0.1, until it is closed. */
export interface MetricsServer {
  /** Ends every connection; resolves when nothing is left. */
  close(): Promise<void>;
}

/**
 * Begins to serve what `measure` gives at each scrape, as OpenMetrics or, where that is not asked for, as Prometheus' own
 * text. Only GET, and only for a Host that names this machine: a page of the web that has its name resolved to 127.0.0.1
 * (DNS rebinding) gets nothing. Rejects with a SentenceError when the port cannot be had.
 */
export async function serveMetrics(
  port: number,
  measure: () => readonly MeasuredLog[],
): Promise<MetricsServer> {
  const server = createServer(
    {
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      keepAliveTimeout: idleMs,
      maxHeaderSize: largestHead,
    },
    (request, response) => void answer(request, response, measure),
  );
  server.maxConnections = mostConnections;
  await listen(server, port);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // of a connection that cannot be accepted it is told later, and nothing is to be done
    server.on('error', (error: NodeJS.ErrnoException) => reject(problemOf(error, port)));
    server.listen({ port, host: address, exclusive: true }, () => resolve());
  });
}

function problemOf({ code, message }: NodeJS.ErrnoException, port: number): SentenceError {
  if (code === 'EADDRINUSE')
    return new SentenceError(
      'Port {0} for /metrics is taken by another program or another window: choose another port.',
      port,
    );
  return new SentenceError(
    'Port {0} for /metrics cannot be opened ({1}): choose another port.',
    port,
    code ?? message,
  );
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  measure: () => readonly MeasuredLog[],
): Promise<void> {
  const refuse = (status: number, text: string, more: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...more });
    response.end(`${text}\n`);
  };
  const { headers, method, url } = request;
  if (!isThisMachine(headers.host)) {
    refuse(403, 'Ask for 127.0.0.1 or localhost.');
    return;
  }
  if (method !== 'GET') {
    refuse(405, 'Only GET is answered.', { allow: 'GET' });
    return;
  }
  if (url?.split('?', 1)[0] !== '/metrics') {
    refuse(404, 'There is only /metrics.');
    return;
  }
  try {
    const type = contentType(headers.accept);
    const text = await metricsText(metricFamilies(measure()), type);
    response.writeHead(200, {
      'content-type': type,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(text);
  } catch {
    refuse(500, 'The figures could not be told.');
  }
}

function isThisMachine(host: string | undefined): boolean {
  return host !== undefined && /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i.test(host);
}

/** The types that prom-client writes. */
const textType = 'text/plain; version=0.0.4; charset=utf-8';
const openMetricsType = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
type ContentType = typeof textType | typeof openMetricsType;

function contentType(accept = ''): ContentType {
  return accept.includes('application/openmetrics-text') ? openMetricsType : textType;
}

/** The text of a scrape. */
export function metricsText(families: readonly MetricFamily[], type: ContentType): Promise<string> {
  const registry = new Registry<ContentType>();
  registry.setContentType(type);
  for (const { kind, name, help, labels, samples } of families) {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === 'gauge') {
      const gauge = new Gauge(options);
      for (const sample of samples) gauge.set(sample.labels, sample.value);
    } else {
      const counter = new Counter(options);
      for (const sample of samples) counter.inc(sample.labels, sample.value);
    }
  }
  return registry.metrics();
}
