import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Imports run one way (CONTRIBUTING.md, "The rooms"); each room lists what it must not see. */
const fence = (files, ...patterns) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      { patterns: patterns.map(([regex, message]) => ({ regex, message })) },
    ],
  },
});

const editor = ['^vscode$', 'only extension.ts and views/ know the editor'];
const node = ['^(node:|chokidar$|pg$)', 'core, protocol and the page know neither Node nor a library of it'];
const inward = (rooms) => [
  `/(${rooms})(/|\\.ts$)`,
  'imports run extension > views > engine client > protocol > core, cli > engine > sources > core, webview > protocol > core',
];

export default tseslint.config(
  {
    ignores: [
      'dist',
      'out',
      'src/sources/tail/assembly/*.ts',
      'src/core/session/assembly/*.ts',
      'src/core/session/bookModule.ts',
      'test/env/node_modules',
      'test/fixtures',
      // written by programs
      'src/core/log/translations.ts',
      'src/sources/tail/scanModule.ts',
      '**/*.cjs',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './src/core/tsconfig.json', './src/webview/tsconfig.json'],
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        {
          ignoreArrowShorthand: true,
          ignoreVoidReturningFunctions: true,
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'exit',
          message: 'It may wait forever (src/cli/commands.ts): set process.exitCode.',
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['it', 'describe'], package: 'node:test' }] },
      ],
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  fence(['src/core/**/*.ts'], editor, node, inward('sources|engine|views|webview|protocol|extension|cli')),
  fence(['src/protocol/**/*.ts'], editor, node, inward('sources|engine|views|webview|extension|cli')),
  fence(['src/sources/**/*.ts'], editor, inward('engine|views|webview|protocol|extension|cli')),
  fence(['src/engine/**/*.ts'], editor, inward('views|webview|extension|cli')),
  fence(['src/views/**/*.ts'], node, [
    '/(sources|webview|extension|cli)(/|\\.ts$)|engine/(?!client)',
    'views know the engine by its client only',
  ]),
  fence(['src/webview/**/*.ts'], editor, node, inward('sources|engine|views|extension|cli')),
  fence(['src/cli.ts', 'src/cli/**/*.ts'], editor, inward('views|webview|extension')),
);
