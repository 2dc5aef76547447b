import { breather } from '../breather.js';
import { compareKeys } from '../keys.js';
import { folderMembers, joinPath, pathFacts } from './paths.js';
import type { FolderMember } from './paths.js';

/** Links to folders may go round. */
const MOST_DEPTH = 64;

/**
 * The links in a folder and below it, each by its own path; also those in a folder that a link leads to, but not behind a second link to a folder.
 * Nothing but links is looked at. @throws ImgstoreError NOT_FOUND, IO; the signal's reason.
 */
export async function* linksIn(folder: string, options: { readonly signal?: AbortSignal | undefined } = {}): AsyncGenerator<string, void, undefined> {
  yield* walk({ folder, depth: 0, isLinked: false }, { breathe: breather(), signal: options.signal });
}

async function* walk(
  { folder, depth, isLinked }: { readonly folder: string; readonly depth: number; readonly isLinked: boolean },
  rest: { readonly breathe: () => Promise<void> | undefined; readonly signal: AbortSignal | undefined },
): AsyncGenerator<string, void, undefined> {
  if (depth > MOST_DEPTH) return;
  const found: FolderMember[] = [];
  for (const member of folderMembers(folder)) {
    rest.signal?.throwIfAborted();
    await rest.breathe();
    if (member.isUtf8 && (member.kind === 'link' || member.kind === 'folder')) found.push(member);
  }
  for (const { name, kind } of found.sort((a, b) => compareKeys(a.name, b.name))) {
    rest.signal?.throwIfAborted();
    await rest.breathe();
    const path = joinPath(folder, name);
    if (kind === 'link') yield path;
    if (kind === 'folder' || (!isLinked && pathFacts(path)?.kind === 'folder')) yield* walk({ folder: path, depth: depth + 1, isLinked: isLinked || kind === 'link' }, rest);
  }
}
