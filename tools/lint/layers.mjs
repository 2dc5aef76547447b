// Who may import whom (design.md, "The packages"). Imports point down only: cli -> convert -> core, adapter -> core.
// The rule `imgstore/imports` and its test read this table; so does nothing else.

const adapter = { workspace: ['core'] };

/**
 * By folder below packages/.
 * - `workspace`: the packages of this workspace that it may import.
 * - `lazy`: packages that it may import only by `import()`, and only in that one file.
 * - `browserSafe`: whether a file of its sources must run in a browser: no `node:` module, no Buffer, no process.
 */
export const layers = {
  core: { workspace: [], browserSafe: (file) => !file.startsWith('files/') || file === 'files/browser.ts' },
  tfrecord: { ...adapter, browserSafe: (file) => !file.endsWith('.node.ts') },
  lmdb: adapter,
  npy: adapter,
  images: adapter,
  webdataset: adapter,
  codec: { workspace: ['core'] },
  convert: { workspace: ['core'] },
  testkit: { workspace: ['core'] },
  cli: { workspace: ['convert', 'core'], lazy: { file: 'builtins.ts', packages: ['tfrecord', 'lmdb', 'npy', 'images', 'webdataset', 'codec', 'testkit'] } },
  'create-adapter': { workspace: [] },
};

/** Third parties with native code or over 100 kB, and the one package that may import each. */
export const owners = { sharp: 'codec' };

/** The name under which a folder of packages/ is published. */
export function packageName(folder) {
  return folder === 'cli' ? 'imgstore' : `@imgstore/${folder}`;
}
