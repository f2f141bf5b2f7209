import assert from 'node:assert/strict';
import { sentence } from '../../src/core/sentence.ts';
import type { Finding } from '../../src/core/server/finding.ts';
import { FindingWatch } from '../../src/engine/findingWatch.ts';

const finding = (subject: string, severity: Finding['severity'] = 'warning', value = 1): Finding => ({
  kind: 'utilization',
  subject,
  severity,
  sentence: sentence('{0}', subject),
  nextStep: sentence('Look.'),
  pids: [],
  value,
  threshold: 1,
});

/** What is told, poll by poll, of what each finds; the time and the sample are the poll's number. */
const told = (polls: readonly (readonly Finding[])[]): string[][] => {
  const watch = new FindingWatch();
  return polls.map((findings, at) =>
    watch
      .note(findings, at, at)
      .map(({ change, finding: { subject, sinceAt, evidenceId } }) =>
        [change, subject, sinceAt, evidenceId].join(' '),
      ),
  );
};

describe('changes of findings', () => {
  it('are told once: when one begins, and when two polls in a row lack it', () => {
    const a = finding('a');
    assert.deepEqual(told([[], [a], [a], [a], [], [], []]), [
      [],
      ['began a 1 1'],
      [],
      [],
      [],
      ['ended a 1 1'],
      [],
    ]);
  });

  it('are none when one flickers', () => {
    const a = finding('a');
    assert.deepEqual(told([[a], [], [a], [], [a]]).flat(), ['began a 0 0']);
  });

  it('are told when one becomes critical, not when it becomes less or its figure changes', () => {
    const [mild, bad] = [finding('a'), finding('a', 'critical')];
    assert.deepEqual(told([[mild], [finding('a', 'warning', 9)], [bad], [bad], [mild]]), [
      ['began a 0 0'],
      [],
      ['worse a 0 0'],
      [],
      [],
    ]);
  });

  it('are told of each by its kind and subject', () => {
    const [a, b] = [finding('a'), finding('b')];
    assert.deepEqual(told([[a], [a, b], [b], [b]]), [['began a 0 0'], ['began b 1 1'], [], ['ended a 0 0']]);
  });

  it('date the findings of the newest poll', () => {
    const watch = new FindingWatch();
    watch.note([finding('a')], 5, 50);
    watch.note([finding('a'), finding('b')], 6, 60);
    assert.deepEqual(
      watch
        .dated([finding('a'), finding('b'), finding('c')])
        .map(({ sinceAt, evidenceId }) => [sinceAt, evidenceId]),
      [
        [5, 50],
        [6, 60],
        [undefined, undefined],
      ],
    );
  });
});
