/** Names of files that belong to a folder of images and are none. */

/** Manifests that decide over the folder that they are in. */
export const MANIFESTS: readonly string[] = ['metadata.jsonl', 'metadata.csv'];

/** What stands in the root beside images and class folders, or would be taken for a manifest there. */
export const RESERVED: readonly string[] = ['labels.txt', ...MANIFESTS, 'metadata.parquet'];

const OTHERS = /^(?:thumbs\.db|desktop\.ini|\.ds_store|(?:readme|licen[cs]e)(?:\.[a-z]+)?)$/i;

/** Whether a file of that name is no image that anyone would miss, and nothing foreign either. */
export function isCompanion(name: string): boolean {
  return RESERVED.includes(name.toLowerCase()) || OTHERS.test(name);
}
