import assert from 'node:assert/strict';
import {
  parsePostmasterOpts,
  parseFlatCommand,
  readCommandLine,
} from '../../src/sources/discovery/commandLine.ts';
import { parseBoolean, parseConfiguration } from '../../src/sources/discovery/configurationText.ts';
import { connectionLoggingOf } from '../../src/sources/discovery/connectionLogging.ts';
import { logSettingsOf, readServerConfiguration } from '../../src/sources/discovery/serverConfiguration.ts';
import { PlacesTree } from './placesTree.ts';

describe('a line of postgresql.conf', () => {
  const table: [string, [string, string] | undefined][] = [
    ['port = 5433', ['port', '5433']],
    ['port 5433', ['port', '5433']],
    ['Log_Connections=on # yes', ['log_connections', 'on']],
    ["  log_line_prefix\t=\t'%m [%p] '\t", ['log_line_prefix', '%m [%p] ']],
    ["log_line_prefix='it''s # not a comment'#but this", ['log_line_prefix', "it's # not a comment"]],
    [String.raw`x.y = 'a\'b\\c\n\101'`, ['x.y', "a'b\\c\nA"]],
    ['search_path = \'"$user", public\'', ['search_path', '"$user", public']],
    ['shared_buffers = 128MB\r', ['shared_buffers', '128MB']],
    ['log_directory = /var/log/pg-15', ['log_directory', '/var/log/pg-15']],
    ["empty = ''", ['empty', '']],
    ["include_dir 'conf.d'", ['include_dir', 'conf.d']],
    ['#log_connections = on', undefined],
    ['port5433', undefined],
    ["broken = 'no end", undefined],
    ['two = 1 2', undefined],
    ['', undefined],
  ];
  for (const [line, expected] of table) {
    it(JSON.stringify(line), () => {
      const [found] = parseConfiguration(line);
      assert.deepEqual(found && [found.name, found.value], expected);
    });
  }

  it('has booleans that may be cut short where that is not ambiguous', () => {
    assert.deepEqual(['on', 'TRUE', 't', 'yes', '1'].map(parseBoolean), Array(5).fill(true));
    assert.deepEqual(['off', 'of', 'False', 'n', '0'].map(parseBoolean), Array(5).fill(false));
    assert.deepEqual(['o', '', '2', 'receipt'].map(parseBoolean), Array(4).fill(undefined));
  });
});

describe('a command line of the server', () => {
  it('is read from postmaster.opts, with blanks inside the quotes', () => {
    const argv = parsePostmasterOpts(
      '/usr/lib/postgresql/15/bin/postgres "-D" "/my data" "-c" "config_file=/etc/postgresql/15/main/postgresql.conf" "-p" "5444" "-i" "--log-connections=on"\n',
    );
    const { dataDirectory, settings } = readCommandLine(argv);
    assert.equal(dataDirectory, '/my data');
    assert.deepEqual(Object.fromEntries(settings), {
      config_file: '/etc/postgresql/15/main/postgresql.conf',
      port: '5444',
      log_connections: 'on',
    });
  });

  it('is read from ps, where a path with blanks is not quoted', () => {
    const argv = parseFlatCommand(
      '/bin/postgres -D /Users/me/Library/Application Support/Postgres/var-17 -p 5432 -c a.b=x y',
    );
    const { dataDirectory, settings } = readCommandLine(argv);
    assert.equal(dataDirectory, '/Users/me/Library/Application Support/Postgres/var-17');
    assert.deepEqual(Object.fromEntries(settings), { port: '5432', 'a.b': 'x y' });
  });

  it('takes values that are joined to their letter', () => {
    const { settings } = readCommandLine(['-clog_connections=on', '-p5444', '-d0', '-k', '/run']);
    assert.deepEqual(Object.fromEntries(settings), {
      log_connections: 'on',
      port: '5444',
      log_min_messages: 'warning',
      unix_socket_directories: '/run',
    });
  });
});

describe('the configuration of a server', () => {
  let tree: PlacesTree;
  beforeEach(() => (tree = new PlacesTree()));
  afterEach(() => tree.remove());

  it('takes the last value, included files at their place and in byte order', async () => {
    const dataDirectory = tree.cluster('data', 15, {
      'postgresql.conf':
        "port = 1\nlog_filename = 'a'\ninclude_dir 'conf.d'\ninclude 'more.conf'\nlog_directory = 'last'\n",
      'conf.d/B.conf': "log_filename = 'B'\n",
      'conf.d/a.conf': "log_filename = 'a.conf'\nport = 2\n",
      'conf.d/.hidden.conf': 'port = 66\n',
      'conf.d/a.conf.bak': 'port = 77\n',
      'more.conf': "log_directory = 'more'\ninclude_if_exists 'nowhere.conf'\n",
    });
    const { values, unreadable } = await readServerConfiguration({ dataDirectory });
    assert.deepEqual(values.get('log_filename'), {
      value: 'a.conf',
      file: tree.path('data/conf.d/a.conf'),
      line: 1,
    });
    assert.equal(values.get('port')?.value, '2');
    assert.deepEqual(values.get('log_directory'), {
      value: 'last',
      file: tree.path('data/postgresql.conf'),
      line: 5,
    });
    assert.deepEqual(unreadable, []);
  });

  it('puts ALTER SYSTEM above the file and the command line above both', async () => {
    const dataDirectory = tree.cluster('data', 15, {
      'postgresql.conf': 'log_connections = off\nlog_disconnections = off\nport = 1\n',
      'postgresql.auto.conf': "log_connections = 'on'\nport = '2'\n",
      'postmaster.opts': '/bin/postgres "-D" "x" "-p" "3"\n',
    });
    const configuration = await readServerConfiguration({ dataDirectory });
    assert.equal(configuration.values.get('log_connections')?.file, tree.path('data/postgresql.auto.conf'));
    assert.deepEqual(configuration.values.get('port'), { value: '3' });
    const settings = logSettingsOf(configuration);
    assert.deepEqual(
      [settings.logConnections, settings.logDisconnections, settings.logLinePrefix],
      ['on', false, '%m [%p] '],
    );
  });

  it('follows config_file of the command line and data_directory of the file', async () => {
    tree.cluster('var/data', 15, { 'postgresql.auto.conf': 'log_connections = on\n' });
    tree.write({ 'etc/main/postgresql.conf': `data_directory = '${tree.path('var/data')}'\n` });
    const argv = ['-D', tree.path('var/data'), '-c', `config_file=${tree.path('etc/main/postgresql.conf')}`];
    for (const place of [
      { configFile: tree.path('etc/main/postgresql.conf') },
      { dataDirectory: tree.path('elsewhere'), argv },
    ]) {
      const { dataDirectory, values } = await readServerConfiguration(place);
      assert.equal(dataDirectory, tree.path('var/data'));
      assert.equal(values.get('log_connections')?.value, 'on');
    }
  });

  it('ends where files include each other, and names what it could not read', async () => {
    const dataDirectory = tree.cluster('data', 15, {
      'postgresql.conf': "include 'postgresql.conf'\ninclude 'missing.conf'\nport = 7\n",
    });
    const { values, unreadable } = await readServerConfiguration({ dataDirectory });
    assert.equal(values.get('port')?.value, '7');
    assert.ok(unreadable.includes(tree.path('data/missing.conf')));
  });

  it('is unknown, not off, where its file cannot be read', async () => {
    const configuration = await readServerConfiguration({ dataDirectory: tree.path('nowhere') });
    const settings = logSettingsOf(configuration);
    assert.deepEqual(Object.values(settings), Array(7).fill(undefined));
    assert.equal(connectionLoggingOf(settings, 15), 'unknown');
  });
});

describe('connection logging', () => {
  const table: [string, boolean, number | undefined, string][] = [
    ['on', true, 15, 'on'],
    ['on', false, 15, 'partly'],
    ['off', true, 15, 'partly'],
    ['off', false, 15, 'off'],
    ['tru', true, 15, 'on'],
    ['', false, 18, 'off'],
    ['on', true, 18, 'on'],
    ['all', true, 18, 'on'],
    ['Receipt, AUTHORIZATION', true, 18, 'on'],
    ['receipt,authentication,setup_durations', true, 18, 'partly'],
    ['receipt', false, 18, 'partly'],
    ['tru', false, 18, 'off'],
    ['on,receipt', false, 18, 'off'],
    ['authorization', true, undefined, 'on'],
    ['yes', true, undefined, 'on'],
  ];
  for (const [logConnections, logDisconnections, major, expected] of table) {
    it(`'${logConnections}' with${logDisconnections ? '' : 'out'} log_disconnections in ${major ?? 'an unknown version'} is ${expected}`, () => {
      assert.equal(connectionLoggingOf({ logConnections, logDisconnections }, major), expected);
    });
  }

  it('is off where log_min_messages hides it', () => {
    const settings = { logConnections: 'on', logDisconnections: true };
    assert.equal(connectionLoggingOf({ ...settings, logMinMessages: 'FATAL' }, 15), 'off');
    assert.equal(connectionLoggingOf({ ...settings, logMinMessages: 'error' }, 15), 'on');
  });
});

describe('a server of which only the log is known', () => {
  it('has unknown settings, not the defaults', async () => {
    const configuration = await readServerConfiguration({});
    assert.equal(configuration.configFile, undefined);
    assert.equal(logSettingsOf(configuration).logConnections, undefined);
    assert.equal(connectionLoggingOf(logSettingsOf(configuration)), 'unknown');
  });
});
