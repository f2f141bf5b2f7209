import type { ActivitySample, Backend, ServerFacts } from '../../core/server/activity.ts';
import type { EndingRequest, EndingRow } from '../../core/server/ending.ts';
import { sentence } from '../../core/sentence.ts';
import type { Sentence } from '../../core/sentence.ts';

/** What a request would end, and what it leaves, said plainly. */
export interface Chosen {
  readonly rows: EndingRow[];
  readonly warnings: Sentence[];
}

export function isIdleInTransaction({ state }: Backend): boolean {
  return state === 'idle in transaction' || state === 'idle in transaction (aborted)';
}

/** Leaves out what this role cannot end, and what the request does nothing to; says so. */
export function endable(
  backends: readonly Backend[],
  { facts }: ActivitySample,
  request: EndingRequest,
): Chosen {
  const warnings: Sentence[] = [];
  const permitted = notProtected(visible(backends, facts, warnings), facts, warnings);
  if (facts.maySignal === 'own' && permitted.some(({ user }) => user !== facts.user))
    warnings.push(
      sentence(
        '{0} may only end its own sessions: the server will refuse the others. Connect with pg_signal_backend.',
        facts.user,
      ),
    );
  const meant = request.kind === 'cancel' ? cancellable(permitted, warnings) : permitted;
  return { rows: meant.map((backend) => ({ what: 'session', backend })), warnings };
}

/** Without its start a session cannot be told from the next one of its pid. */
function visible(backends: readonly Backend[], { user }: ServerFacts, warnings: Sentence[]): Backend[] {
  const seen = backends.filter(({ backendStart }) => backendStart !== undefined);
  if (seen.length < backends.length)
    warnings.push(
      sentence(
        'Sessions of other roles that {0} may not see stay: {1}. Connect as a superuser or with pg_monitor and pg_signal_backend.',
        user,
        backends.length - seen.length,
      ),
    );
  return seen;
}

/** pg_signal_backend does not reach superusers (manual, section 9.28.2). */
function notProtected(
  backends: readonly Backend[],
  { maySignal, superusers }: ServerFacts,
  warnings: Sentence[],
): readonly Backend[] {
  if (maySignal !== 'ordinary') return backends;
  const names = new Set(superusers);
  const ordinary = backends.filter(({ user }) => !names.has(user ?? ''));
  if (ordinary.length < backends.length)
    warnings.push(
      sentence(
        'Sessions of superusers stay: {0}. Only a superuser may end them.',
        backends.length - ordinary.length,
      ),
    );
  return ordinary;
}

/** pg_cancel_backend ends a running statement; without one it does nothing. */
function cancellable(backends: readonly Backend[], warnings: Sentence[]): Backend[] {
  return backends.filter((backend) => {
    if (backend.state === 'active' || backend.state === 'fastpath function call') return true;
    warnings.push(
      isIdleInTransaction(backend)
        ? sentence(
            'Session {0} is idle in transaction: there is nothing to cancel, terminate it instead.',
            backend.pid,
          )
        : sentence('Session {0} runs no statement: there is nothing to cancel.', backend.pid),
    );
    return false;
  });
}
