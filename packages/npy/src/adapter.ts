import { defineAdapter, isImgstoreError } from '@imgstore/core';
import type { Adapter, Detection, Probe } from '@imgstore/core';
import { flagSpecs } from './options.js';
import type { NpyFlags } from './options.js';
import { folderForm } from './open.js';
import { npy } from './store.js';
import { hasMagic } from './wire/header.js';
import { hasIdxMagic, idxHeaderLength, parseIdxHeader } from './wire/idx.js';
import { hasZipMagic } from './wire/zip.js';

/** Arrays for the command line. */
const adapter: Adapter<NpyFlags> = defineAdapter<NpyFlags>({
  contract: 1,
  format: 'npy',
  options: flagSpecs,
  detect: async (probe) => (probe.isDirectory ? detectFolder(probe) : detectFile(probe)),
  store: npy,
});

export default adapter;

function detectFile({ path, size, head }: Probe): Detection | undefined {
  if (hasMagic(head)) return { certain: true, evidence: 'begins with 93 "NUMPY"' };
  if (hasZipMagic(head)) return detectArchive(path, head);
  if (hasIdxMagic(head)) {
    const length = idxHeaderLength(head, {});
    if (head.length < length) return undefined;
    return sizeOfIdx(head.subarray(0, length)) === size ? { certain: true, evidence: 'an IDX header, and as many bytes as it says' } : undefined;
  }
  // What is compressed shows only when it is read: the name must do.
  return head[0] === 0x1f && head[1] === 0x8b && /-idx\d-ubyte\.gz$/.test(path) ? { certain: false, evidence: 'a GZIP stream with the name of an IDX file' } : undefined;
}

function detectArchive(path: string, head: Uint8Array): Detection | undefined {
  const nameLength = (head[26] ?? 0) + 256 * (head[27] ?? 0);
  const name = new TextDecoder().decode(head.subarray(30, 30 + nameLength));
  if (head[2] === 3 && name.endsWith('.npy')) return { certain: true, evidence: 'a zip archive that begins with an array' };
  return head[2] === 5 && path.toLowerCase().endsWith('.npz') ? { certain: false, evidence: 'an empty zip archive with the name of an .npz' } : undefined;
}

/** How long the file must be, by its header; undefined where no file is so long. */
function sizeOfIdx(header: Uint8Array): number | undefined {
  try {
    const { length, dataLength } = parseIdxHeader(header, {});
    return length + dataLength;
  } catch (error) {
    if (isImgstoreError(error)) return undefined;
    throw error;
  }
}

async function detectFolder(probe: Probe): Promise<Detection | undefined> {
  const names = await probe.names();
  const form = folderForm(names);
  if (form === undefined) return detectBelow(probe, names);
  if (form !== 'npy') return { certain: false, evidence: `the names of the files of ${form === 'idx' ? 'MNIST (IDX)' : form === 'cifar10' ? 'CIFAR-10' : 'CIFAR-100'}` };
  const ours = names.filter((name) => name.endsWith('.npy'));
  return { certain: false, evidence: `${ours.length} of ${names.length} names end in .npy, e.g. ${ours[0] ?? ''}` };
}

/** Keys with a slash make folders, as those of class folders do. */
async function detectBelow(probe: Probe, names: readonly string[]): Promise<Detection | undefined> {
  for (const folder of names.filter((name) => !name.startsWith('.')).slice(0, FOLDERS_LOOKED_INTO)) {
    const ours = (await probe.names(folder)).find((name) => name.endsWith('.npy'));
    if (ours !== undefined) return { certain: false, evidence: `folders with arrays, e.g. ${folder}/${ours}` };
  }
  return undefined;
}

const FOLDERS_LOOKED_INTO = 3;
