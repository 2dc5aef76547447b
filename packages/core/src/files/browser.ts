// The browser's stand-in for the file part: bundlers take it by the "browser" condition of package.json.
import { ImgstoreError } from '../errors.js';

function needsNode(): never {
  throw new ImgstoreError('UNSUPPORTED', 'a path needs Node: give a Blob, a Uint8Array or a stream');
}

export {
  needsNode as discardAll, needsNode as folderEntries, needsNode as folderNames, needsNode as hasName, needsNode as interceptOperations,
  needsNode as isInside, needsNode as isPattern, needsNode as matchPattern, needsNode as nameKind, needsNode as openDeflater, needsNode as openFileReader,
  needsNode as pathFacts, needsNode as readStandardInput, needsNode as sameFile, needsNode as stageFiles, needsNode as stageFolder,
};
