// npx nx g ./tools/generators:adapter NAME: packages/NAME from the templates that strangers get (packages/create-adapter), and its
// line in the two lists that name every package.
const { existsSync } = require('node:fs');
const path = require('node:path');

const create = path.resolve(__dirname, '../../../packages/create-adapter/dist/index.js');
const layers = 'tools/lint/layers.mjs';
const jest = 'jest.config.mjs';

/** The text with the first match replaced. @throws Error where the file is not as this generator knows it. */
function replaceOnce(tree, file, pattern, replacement) {
  const text = tree.read(file, 'utf8') ?? '';
  if (!pattern.test(text)) throw new Error(`${file}: ${pattern} is not there; add the package by hand`);
  tree.write(file, text.replace(pattern, replacement));
}

module.exports = async function adapter(tree, { name }) {
  if (!existsSync(create)) throw new Error('packages/create-adapter is not built: run npm run build first');
  const { namesOf, renderAdapter } = await import(create);
  const names = namesOf(name);
  const folder = `packages/${names.format}`;
  if (tree.exists(folder)) throw new Error(`${folder}: the folder is there; choose another name`);
  for (const [file, text] of renderAdapter('workspace', names)) tree.write(`${folder}/${file}`, text);
  tree.write(`${folder}/LICENSE`, tree.read('LICENSE', 'utf8'));
  const key = /^\w+$/.test(names.format) ? names.format : `'${names.format}'`;
  replaceOnce(tree, layers, /^( {2}webdataset: adapter,\n)/m, `$1  ${key}: adapter,\n`);
  replaceOnce(tree, jest, /^(const packages = \[.*'webdataset',)/m, `$1 '${names.format}',`);
  return () => {
    console.log(`next  npm install                                  links the package and locks it
      npx jest --selectProjects ${names.format}
then  make the format yours: ${folder}/src/wire.ts, ${folder}/src/mapping.ts
      to ship it with the command: packages/cli/src/builtins.ts and its package.json, and the table of packages in README.md`);
  };
};
