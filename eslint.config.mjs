import tseslint from 'typescript-eslint';
import { layers } from './tools/lint/layers.mjs';
import { imgstore } from './tools/lint/plugin.mjs';

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'only adapter.ts has a default export (style.md, 7)',
};
const noEnum = { selector: 'TSEnumDeclaration', message: 'a closed string union, not an enum (style.md, 12)' };
const noNodeGlobal = ['Buffer', 'process', 'setImmediate', '__dirname', '__filename', 'global'].map((name) => ({
  name, message: 'this file must run in a browser',
}));

export default tseslint.config(
  { ignores: ['**/dist/', 'docs/api/', 'demo-out/', 'coverage/', '.nx/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, plugins: { imgstore }, rules: { 'imgstore/directives': 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    // One program for all packages: a program for each checks core as many times.
    languageOptions: { parserOptions: { project: ['tools/lint/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', noDefaultExport, noEnum],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Arguments of callers without a type checker are checked, and an index is read beside its bounds check.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // There are no enums; and this rule asks for the type of everything.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // A stub that throws, or an async member that answers at once, keeps the shape of the contract.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  { files: ['packages/*/src/**/*.ts'], rules: { 'imgstore/imports': 'error', 'imgstore/byte-copies': 'error' } },
  // A package of somebody else gives its adapter as the default export of its entry (design.md, "Plugins").
  { files: ['packages/*/src/adapter.ts', 'examples/*/src/{adapter,index}.ts'], rules: { 'no-restricted-syntax': ['error', noEnum] } },
  {
    files: Object.keys(layers).filter((folder) => layers[folder].browserSafe).map((folder) => `packages/${folder}/src/**/*.ts`),
    ignores: ['packages/core/src/files/**', 'packages/*/src/**/*.node.ts'],
    rules: { 'no-restricted-globals': ['error', ...noNodeGlobal] },
  },
  {
    // Tests hold doubles and half-made values on purpose; Jest's matchers are typed `any`.
    files: ['packages/*/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/no-restricted-imports': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [tseslint.configs.recommended, tseslint.configs.disableTypeChecked],
    rules: { eqeqeq: 'error', '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }] },
  },
  // Nx loads its generators with require().
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' }, rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
