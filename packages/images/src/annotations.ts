import { encodeUtf8 } from '@imgstore/core';
import type { FeatureValue, Sample } from '@imgstore/core';
import type { BoxTable } from './boxes.js';
import { NO_FEATURES } from './content.js';
import type { LabelList } from './label-list.js';
import type { ClassRule } from './mapping/classes.js';

/** What is known of the images of a folder beside their files. */
export interface Annotations {
  /** What class folders, or the labels of `list`, mean; absent: nothing has a class. */
  readonly classes?: ClassRule;
  readonly list?: LabelList;
  /** Whether class names are other texts than the folders, which stay as a feature then. */
  readonly keepsFolder: boolean;
  readonly boxes?: BoxTable;
  /** Sentences for the plan. */
  readonly notes: readonly string[];
}

/** The feature that Inception's script writes for the folder. */
const FOLDER_FEATURE = 'image/class/synset';

/** Label, class name and features of the image of that path below the folder, the `ordinal`th of the folder. @throws ImgstoreError MISMATCH when a list has no label for it. */
export function annotate({ classes, list, keepsFolder, boxes }: Annotations, path: string, ordinal: number): Pick<Sample, 'label' | 'className' | 'features'> {
  const slash = path.indexOf('/');
  const name = list !== undefined ? list.labelOf(path, ordinal) : slash < 0 ? undefined : path.slice(0, slash);
  const known = name === undefined ? undefined : classes?.of(name);
  if (boxes === undefined && (!keepsFolder || known === undefined)) return { ...known, features: NO_FEATURES };
  const features = new Map<string, FeatureValue>();
  if (keepsFolder && name !== undefined && known !== undefined) features.set(FOLDER_FEATURE, { kind: 'bytes', values: [encodeUtf8(name)] });
  for (const [feature, value] of boxes?.featuresOf(path, known?.label) ?? []) features.set(feature, value);
  return { ...known, features };
}
