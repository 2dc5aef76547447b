import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as browser from '../../src/files/browser.js';
import * as node from '../../src/files/index.js';

const source = (path: string): string => readFileSync(join(__dirname, '../../src', path), 'utf8');
const specifiers = (text: string): string[] => [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? '');

describe('@imgstore/core/files', () => {
  it('has the same exports in a browser as in Node', () => {
    expect(Object.keys(browser).sort()).toEqual(Object.keys(node).sort());
    expect(Object.keys(node).sort()).toEqual([
      'countMismatch', 'discardAll', 'expandBraces', 'firstIndex', 'firstNames', 'firstPath', 'folderMembers', 'folderNames', 'hasBraces', 'hasName', 'hintOfSet', 'interceptOperations', 'isInside', 'isPattern', 'joinPath', 'layOut', 'leftOut', 'linksIn', 'matchPattern', 'nameKind', 'namedFiles', 'openDeflater', 'openFileReader', 'openFileSource', 'openInflater', 'parseSetName', 'pathFacts', 'pathOfUrl', 'placeOf', 'planShards', 'rangeParts', 'readHead', 'readStandardInput', 'replaceOtherSets', 'requireFiles', 'requireReplaceable', 'sameFile', 'severalSets', 'shardsOf', 'shardsThere', 'splitFiles', 'stageFiles', 'stageFolder', 'standardInputIdentity', 'visiblePaths',
    ]);
  });

  it.each(Object.entries(browser))('refuses %s in a browser and says what to give instead of a path', (_, stub: () => never) => {
    expect(stub).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', message: 'a path needs Node: give a Blob, a Uint8Array or a stream' }));
  });

  it('is where all packages but the command line, the kit, which looks at results from outside, and the generator do their file operations, in one module', () => {
    const packages = join(__dirname, '../../..');
    const users = readdirSync(packages).filter((name) => !['cli', 'testkit', 'create-adapter'].includes(name)).flatMap((name) => readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && /from '(?:node:)?fs(?:\/promises)?'/.test(readFileSync(join(packages, name, 'src', path), 'utf8'))).map((path) => `${name}/${path}`));
    expect(users).toEqual([join('core/files/operations.ts')]);
  });

  it('imports nothing of Node in a browser', () => {
    expect(specifiers(source('files/browser.ts'))).toEqual(['../errors.js']);
    expect(specifiers(source('errors.ts'))).toEqual([]);
  });
});
