import { breather } from '../breather.js';
import { ImgstoreError, quote } from '../errors.js';
import { folderMembers, joinPath, nameKind } from './paths.js';
import type { FolderMember } from './paths.js';

/** What a folder of a store may hold. */
export interface OwnContent {
  readonly format: string;
  /** What everything else is not: `image`, for `which is no image`. */
  readonly called: string;
  /** Whether it belongs to the store; a folder that does is looked into. `folder` is the path of the folder around it. */
  readonly isOwn: (member: FolderMember, folder: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * That a folder holds nothing but a store: it is replaced as a whole, so one that holds more is not ours to replace. Where no folder has
 * that very name nothing is looked at. @throws ImgstoreError EXISTS, IO; what `isOwn` throws; the signal's reason.
 */
export async function requireReplaceable(location: string, { format, called, isOwn, signal }: OwnContent): Promise<void> {
  const breathe = breather();
  const lookInto = async (folder: string, below: string): Promise<void> => {
    const folders: string[] = [];
    for (const member of folderMembers(folder)) {
      if (!member.isUtf8 || !isOwn(member, folder)) {
        throw new ImgstoreError('EXISTS', `the folder holds ${quote(below + member.name)}, which is no ${called}, and would be removed with it`,
          { format, location, hint: 'give a new folder, or move that away' });
      }
      if (member.kind === 'folder') folders.push(member.name);
      const pause = breathe();
      if (pause === undefined) continue;
      await pause;
      signal?.throwIfAborted();
    }
    for (const name of folders) await lookInto(joinPath(folder, name), `${below}${name}/`);
  };
  if (nameKind(location) === 'folder') await lookInto(location, '');
}
