import { basename, dirname } from 'node:path';
import { joinPath, pathFacts } from '@imgstore/core/files';
import { CLASSES_FILE, DATA_FILE } from './database.js';

/** The paths that reading the database opens: each may be a link to elsewhere. */
export function filesRead(location: string): readonly string[] {
  const path = pathFacts(location)?.kind === 'folder' ? joinPath(location, DATA_FILE) : location;
  return basename(path) === DATA_FILE ? [path, joinPath(dirname(path), CLASSES_FILE)] : [path];
}
