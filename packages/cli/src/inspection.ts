import { quote } from '@imgstore/core';
import type { Sample, StoreDescription } from '@imgstore/core';
import type { Recognised } from './detect.js';
import { formatBytes, formatCount, formatCounted, formatTable, oneLine } from './output.js';
import type { Style } from './output.js';
import { describeImage } from './preview.js';
import type { FieldSummary, Scan } from './scan.js';

const CLASSES = 5;

/** What `inspect` found, for the text and the JSON. */
export interface Inspection {
  readonly location: string;
  readonly recognised: Recognised;
  readonly description: StoreDescription;
  readonly scan: Scan;
}

/** What `inspect` found, as text. */
export function formatInspection({ recognised: { adapter, detection, others }, description, scan }: Inspection, style: Style): string {
  const lines = formatTable([
    [adapter.format, factsOf(description)],
    ...detection ? [['detected', `by ${oneLine(detection.evidence)} (${detection.certain ? 'certain' : 'likely'})`]] : [],
    ...others.length ? [['also', `${others.join(', ')} would read it: --from NAME`]] : [],
    ...description.image ? [['images', imageFactsOf(description.image)]] : [],
    ...description.classes ? [['classes', classesOf(description.classes)]] : [],
    ...[...description.notes ?? [], ...scan.notes].map((note) => ['note', oneLine(note)]),
  ]);
  return `${[...lines, ...fieldLines(scan, style), ...sampleLines(scan, style)].join('\n')}\n`;
}

function factsOf({ count, bytes, preset, keys, ordered }: StoreDescription): string {
  return [
    preset === undefined ? undefined : `preset ${preset}`,
    count === undefined ? undefined : formatCounted(count, 'sample'),
    bytes === undefined ? undefined : formatBytes(bytes),
    keys === 'ordinal' ? 'keys are ordinals' : `keys are stored${ordered === true ? ', in order' : ''}`,
  ].filter((part) => part !== undefined).join(', ');
}

function imageFactsOf({ format, dtype, layout, shape, color }: NonNullable<StoreDescription['image']>): string {
  const parts = [format, dtype, layout, shape?.map((side) => side ?? '?').join('x'), color];
  return oneLine(parts.filter((part) => part !== undefined).join(' '));
}

function classesOf(classes: readonly string[]): string {
  return `${formatCount(classes.length)}: ${classes.slice(0, CLASSES).map(quote).join(', ')}${classes.length > CLASSES ? ', …' : ''}`;
}

function fieldLines({ count, roles, features }: Scan, style: Style): string[] {
  if (count === 0) return ['', 'no samples'];
  const row = ({ name, kinds, length, present, example }: FieldSummary): string[] => [
    oneLine(name), kinds.map(oneLine).join('|'), length === undefined ? '' : lengthOf(length), `${formatCount(present)}/${formatCount(count)}`, example,
  ];
  const scanned = `in the first ${formatCounted(count, 'sample')}`;
  if (roles.length + features.length === 0) return ['', `no image, label or feature ${scanned}`];
  const [head = '', ...lines] = formatTable([['feature', 'kind', 'length', 'present', 'example'], ...[...roles, ...features].map(row)]);
  return ['', style.bold(head), ...lines, style.dim(`present: ${scanned}`)];
}

function lengthOf({ min, max }: { readonly min: number; readonly max: number }): string {
  return min === max ? formatCount(min) : `${formatCount(min)}..${formatCount(max)}`;
}

function sampleLines({ samples }: Scan, style: Style): string[] {
  if (samples.length === 0) return [];
  const row = ({ key, image, label, className }: Sample): string[] => [
    quote(key), label === undefined ? '-' : String(label), className === undefined ? '-' : quote(className), image ? describeImage(image) : '-',
  ];
  const [head = '', ...lines] = formatTable([['key', 'label', 'class', 'image'], ...samples.map(row)]);
  return ['', style.bold(head), ...lines];
}
