import assert from 'node:assert/strict';
import { jsonText } from '../../src/core/report/jsonText.ts';
import { panelsDocument } from '../../src/core/report/panels.ts';
import { sumOfPools } from '../../src/core/report/poolReport.ts';
import { assertFollowsSchema } from './schemas.ts';

describe('the panels of a pool', () => {
  it('are a name and panels, each with its title, type and metrics', () => {
    const { dashboard_name: name, panels } = panelsDocument();
    assert.equal(name, 'Database Connection Pool');
    assertFollowsSchema('panels', jsonText(panelsDocument()));
    assert.deepEqual(panels.slice(0, 1), [
      { title: 'Pool Connections', type: 'graph', metrics: ['pool.checkedout', 'pool.checkedin'] },
    ]);
    assert.deepEqual(
      panels.find(({ title }) => title === 'Pool Wait Time'),
      { title: 'Pool Wait Time', type: 'graph', metrics: ['pool.wait_time'] },
    );
  });

  it('are of what a log tells only: SQLAlchemy never says how long a checkout waited', () => {
    const told = { ...sumOfPools([]), size: 5, maxOverflowUsed: 0 };
    assert.deepEqual(
      panelsDocument(told).panels.flatMap(({ metrics }) => metrics),
      ['pool.checkedout', 'pool.checkedin', 'pool.size', 'pool.overflow', 'pool.timeouts'],
    );
  });
});
