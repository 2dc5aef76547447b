import { checkOptions, ImgstoreError, quote, resolveLimits } from '@imgstore/core';
import type { CommonOptions, Limits, OptionSpecs } from '@imgstore/core';

/** The options of a store of image files that the command line has too. */
export interface ImagesFlags {
  /**
   * `classes`: the folders directly below the root are classes. `flat`: folders are no classes; written, they are what the keys say, and
   * labels stand in `metadata.jsonl` only. Default `classes`.
   */
  readonly layout?: 'classes' | 'flat';
  /** The folder that paths in a list or a manifest begin at. Default: the folder that the list is in. */
  readonly root?: string;
  /** What is put behind each path of a list or a manifest, as where they are ids of files: `.jpg`. */
  readonly extension?: string;
  /**
   * A file with the class folders or names in it, one a line; the number of the line, from 1, is the label, as Inception's scripts
   * count. Lines `LABEL:NAME` say their own label.
   */
  readonly labels?: string;
  /** A file with lines `NAME<TAB>text`: the text becomes the name of the class, and the folder stays as the feature `image/class/synset`. */
  readonly metadata?: string;
  /** A file with lines `file,xmin,ymin,xmax,ymax`: they become the features `image/object/bbox/xmin` and so on. */
  readonly boxes?: string;
  /** A file with the labels of the files of a folder, one a line, in the sorted order of the files: a number, or a name that `labels` has. */
  readonly list?: string;
  /** In a manifest, the column of the path. Default `file_name`, or what is called so commonly. */
  readonly fileColumn?: string;
  /** In a manifest, the column of the label: a number, or the name of a class. Default `label`. */
  readonly labelColumn?: string;
  /** In a manifest, the column of the name of the class. Default `class`. */
  readonly classColumn?: string;
  /** Whether links, and paths in a list, may lead out of the root. Default false. */
  readonly outside?: boolean;
}

/** The options of a store of image files. */
export interface ImagesOptions extends ImagesFlags, CommonOptions {}

/** The options as data. */
export const flagSpecs: OptionSpecs<ImagesFlags> = {
  layout: { type: ['classes', 'flat'], description: 'classes: the folders below the root are classes; flat: they are not (default: classes)', for: 'both' },
  root: { type: 'string', description: 'the folder that paths in a list or a manifest begin at (default: where the list is)', for: 'read' },
  extension: { type: 'string', description: 'what is put behind each path of a list or a manifest, e.g. .jpg', for: 'read' },
  labels: { type: 'string', description: 'a file of class folders or names, one a line; the line, counted from 1, is the label', for: 'read' },
  metadata: { type: 'string', description: 'a file of lines FOLDER<TAB>text; the text becomes the class name', for: 'read' },
  boxes: { type: 'string', description: 'a file of lines file,xmin,ymin,xmax,ymax, which become features', for: 'read' },
  list: { type: 'string', description: 'a file of labels, one a line, in the sorted order of the files of the folder', for: 'read' },
  fileColumn: { type: 'string', description: 'the column of a manifest with the path (default: file_name)', for: 'read' },
  labelColumn: { type: 'string', description: 'the column of a manifest with the label (default: label)', for: 'read' },
  classColumn: { type: 'string', description: 'the column of a manifest with the class name (default: class)', for: 'read' },
  outside: { type: 'boolean', description: 'follow links and paths that lead out of the root (default: false)', for: 'read' },
};

/** Options after checking, with the defaults that hold everywhere. */
export interface CheckedOptions extends ImagesFlags {
  readonly layout: 'classes' | 'flat';
  /** Whether the user said the layout. */
  readonly isLayoutStated: boolean;
  readonly outside: boolean;
  readonly limits: Required<Limits>;
}

/** The options, checked. @throws ImgstoreError BAD_OPTION. */
export function checkStoreOptions(options: ImagesOptions): CheckedOptions {
  const checked = checkOptions(flagSpecs, options, { format: 'images' });
  for (const [name, value] of Object.entries(checked)) {
    if (value === '') throw new ImgstoreError('BAD_OPTION', `images: option "${name}" is empty`, { format: 'images' });
  }
  const { extension } = checked;
  if (extension !== undefined && !/^\.[^/]+$/.test(extension)) {
    throw new ImgstoreError('BAD_OPTION', `images: option "extension" is ${quote(extension)}, expected a dot and letters, as .jpg`, { format: 'images' });
  }
  return { ...checked, layout: checked.layout ?? 'classes', isLayoutStated: checked.layout !== undefined, outside: checked.outside ?? false, limits: resolveLimits(checked.limits) };
}
