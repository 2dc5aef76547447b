/** The members of a sample: their bytes by extension, in the order of the archive. */
export type Members = ReadonlyMap<string, Uint8Array>;

/** Holds the label, as the text of an integer: webdataset's own convention. */
export const LABEL_EXT = 'cls';

/** Holds the name of the class, UTF-8. webdataset decodes `txt` as text. */
export const CLASS_EXT = 'classname.txt';

/** Holds the features that are no members: see extra.ts. webdataset decodes `json`. */
export const EXTRA_EXT = 'imgstore.json';
