// One root run over all packages takes a second where a run per package takes nine (CONTRIBUTING.md names the lanes).
const packages = ['core', 'tfrecord', 'lmdb', 'npy', 'images', 'webdataset', 'codec', 'convert', 'testkit', 'cli', 'create-adapter'];

const lane = process.env.IMGSTORE_LANE ?? 'fast';
const testMatch = {
  fast: ['<rootDir>/test/**/*.spec.ts', '!**/*.slow.spec.ts', '!**/*.corpus.spec.ts', '!**/*.oracle.spec.ts'],
  slow: ['<rootDir>/test/**/*.slow.spec.ts'],
  corpus: ['<rootDir>/test/**/*.corpus.spec.ts'],
  oracle: ['<rootDir>/test/**/*.oracle.spec.ts'],
}[lane];
if (!testMatch) throw new Error(`IMGSTORE_LANE is fast, slow, corpus or oracle, not "${lane}"`);

export default {
  // Jest leaves one core free by default, which on a machine of two is half of it.
  ...(lane === 'fast' && { maxWorkers: '100%' }),
  // For what hangs, not for what is slow: the machine may have other work.
  testTimeout: 60_000,
  projects: packages.map((name) => ({
    displayName: name,
    rootDir: `packages/${name}`,
    testMatch,
    testEnvironment: 'node',
    testEnvironmentOptions: { customExportConditions: ['@imgstore/source', 'node', 'node-addons', 'require', 'default'] },
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    extensionsToTreatAsEsm: [],
    transform: {
      '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' }, sourceMaps: 'inline' }],
    },
  })),
};
