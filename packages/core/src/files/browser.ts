// The browser's stand-in for the file part: bundlers take it by the "browser" condition of package.json.
import { ImgstoreError } from '../errors.js';

function needsNode(): never {
  throw new ImgstoreError('UNSUPPORTED', 'a path needs Node: give a Blob, a Uint8Array or a stream');
}

export {
  needsNode as countMismatch, needsNode as discardAll, needsNode as expandBraces, needsNode as firstIndex, needsNode as firstPath,
  needsNode as firstNames, needsNode as folderMembers, needsNode as folderNames, needsNode as hasBraces, needsNode as hasName, needsNode as hintOfSet, needsNode as interceptOperations,
  needsNode as isInside, needsNode as isPattern, needsNode as joinPath, needsNode as layOut, needsNode as leftOut, needsNode as linksIn, needsNode as matchPattern, needsNode as nameKind,
  needsNode as namedFiles, needsNode as openDeflater, needsNode as openFileReader, needsNode as openFileSource, needsNode as openInflater, needsNode as parseSetName, needsNode as pathFacts,
  needsNode as pathOfUrl, needsNode as placeOf, needsNode as planShards, needsNode as rangeParts, needsNode as readHead, needsNode as readStandardInput, needsNode as replaceOtherSets,
  needsNode as requireFiles, needsNode as requireReplaceable, needsNode as sameFile, needsNode as severalSets, needsNode as shardsOf, needsNode as shardsThere, needsNode as splitFiles, needsNode as stageFiles, needsNode as stageFolder, needsNode as standardInputIdentity,
  needsNode as visiblePaths,
};
