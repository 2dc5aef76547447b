/** Names of files that belong to a folder of images and are none. */

/** Manifests that decide over the folder that they are in. */
export const MANIFESTS: readonly string[] = ['metadata.jsonl', 'metadata.csv'];

/** Hugging Face's third form, which is not read. */
export const PARQUET = 'metadata.parquet';

/** What stands in the root beside images and class folders, or would be taken for a manifest there. */
export const RESERVED: readonly string[] = ['labels.txt', ...MANIFESTS, PARQUET];

/** The folder that macOS puts into archives beside what is in them. */
export const MAC_ARCHIVE = '__MACOSX';

/** Whether a name is that of nothing that is read: hidden, or what macOS puts into archives. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === MAC_ARCHIVE;
}

const OTHERS = /^(?:thumbs\.db|desktop\.ini|\.ds_store|(?:readme|licen[cs]e)(?:\.[a-z]+)?)$/i;

/** Whether a file of that name is no image that anyone would miss, and nothing foreign either. */
export function isCompanion(name: string): boolean {
  return RESERVED.includes(name.toLowerCase()) || OTHERS.test(name);
}
