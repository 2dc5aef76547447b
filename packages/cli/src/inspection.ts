import { quote } from '@imgstore/core';
import type { Sample, StoreDescription } from '@imgstore/core';
import type { Recognised } from './detect.js';
import { formatBytes, formatCount, formatCounted, formatTable, oneLine } from './output.js';
import type { Style } from './output.js';
import { describeImage } from './preview.js';
import type { SampleCount } from './sample-count.js';
import type { FieldSummary, Scan } from './scan.js';
import type { ShardSet } from './shard-set.js';

const CLASSES = 5;

/** What `inspect` found, for the text and the JSON. */
export interface Inspection {
  readonly location: string;
  readonly recognised: Recognised;
  readonly description: StoreDescription;
  readonly scan: Scan;
  readonly counted: SampleCount;
  readonly shards: ShardSet | undefined;
}

/** What `inspect` found, as text. */
export function formatInspection({ recognised: { adapter, detection, others }, description, scan, counted, shards }: Inspection, style: Style): string {
  const lines = formatTable([
    [adapter.format, factsOf(description, counted)],
    ...detection ? [['detected', `by ${oneLine(detection.evidence)} (${detection.certain ? 'certain' : 'likely'})`]] : [],
    ...others.length ? [['also', `${others.join(', ')} would read it: --from NAME`]] : [],
    ...shards ? [['shards', shardsOf(shards)]] : [],
    ...imageRow(description, scan),
    ...scan.count > 0 ? [['labels', scan.labels ? labelsOf(scan.labels, scan) : noneIn(scan)]] : [],
    ...classRow(description, scan),
    ...[...description.notes ?? [], ...scan.notes].map((note) => ['note', oneLine(note)]),
    ...counted.problem ? [['note', `the samples cannot be counted: ${oneLine(counted.problem.message)}`]] : [],
  ]);
  return `${[...lines, ...fieldLines(scan, description.roles, style), ...sampleLines(scan, style)].join('\n')}\n`;
}

function factsOf({ bytes, compression, preset, keys, ordered }: StoreDescription, { count, estimate, problem }: SampleCount): string {
  return [
    preset === undefined ? undefined : `preset ${preset}`,
    count !== undefined ? formatCounted(count, 'sample')
      : estimate !== undefined ? `about ${formatCounted(estimate, 'sample')}, by the size of the first`
        : problem ? undefined : 'samples not counted (that would take reading it all)',
    bytes === undefined ? undefined : formatBytes(bytes),
    compression,
    keys === 'ordinal' ? 'keys are ordinals' : `keys are stored${ordered === true ? ', in order' : ''}`,
  ].filter((part) => part !== undefined).join(', ');
}

/** As the store says for all of them, else what those have in common that were read. */
function imageRow({ image }: StoreDescription, { images, count, isWhole }: Scan): string[][] {
  if (image) return [['images', imageFactsOf(image)]];
  return images ? [['images', `${imageFactsOf(images)}${isWhole ? '' : `, in the first ${formatCounted(count, 'sample')}`}`]] : [];
}

function imageFactsOf({ format, dtype, layout, shape, color }: NonNullable<StoreDescription['image']>): string {
  const parts = [format, dtype, layout, shape?.map((side) => side ?? '?').join('x'), color];
  return oneLine(parts.filter((part) => part !== undefined).join(' '));
}

function shardsOf({ count, given, present, missing, pattern }: ShardSet): string {
  const gone = count - present;
  const state = gone > 0
    ? `; ${formatCount(gone)} missing: ${missing.map(oneLine).join(', ')}${gone > missing.length ? ', …' : ''}`
    : given < count ? `; the others are there: ${quote(pattern)} names all` : '';
  return `${formatCount(given)} of ${formatCount(count)}${state}`;
}

function noneIn({ count, isWhole }: Scan): string {
  return isWhole ? 'none' : `none in the first ${formatCounted(count, 'sample')}`;
}

/** Numbers of classes and labels themselves are told apart: `0, 1` would be read as two labels. */
function labelsOf({ min, max, distinct }: NonNullable<Scan['labels']>, { count, isWhole }: Scan): string {
  const scanned = isWhole ? '' : `in the first ${formatCounted(count, 'sample')}`;
  if (min === max) return `${min} (the only one${scanned && ` ${scanned}`})`;
  return `${formatCount(distinct)} different, from ${min} to ${max}${scanned && ` (${scanned})`}`;
}

/** Names as the store lists them, else those that came with the samples that were read. */
function classRow({ classes }: StoreDescription, { labels }: Scan): string[][] {
  if (classes) return [['classes', classesOf(classes)]];
  const names = labels?.names ?? [];
  const shown = names.slice(0, CLASSES).map(({ label, name }) => `${label} ${quote(name)}`);
  return names.length === 0 ? [] : [['classes', `${shown.join(', ')}${names.length > CLASSES ? ', …' : ''}`]];
}

function classesOf(classes: readonly string[]): string {
  return `${formatCount(classes.length)}: ${classes.slice(0, CLASSES).map((name) => name === '' ? '(no name)' : quote(name)).join(', ')}${classes.length > CLASSES ? ', …' : ''}`;
}

function fieldLines({ count, roles, features }: Scan, fields: StoreDescription['roles'], style: Style): string[] {
  if (count === 0) return ['', 'no samples'];
  const row = ({ name, kinds, length, present, example }: FieldSummary): string[] => [
    oneLine(name), kinds.map(oneLine).join('|'), length === undefined ? '' : lengthOf(length), `${formatCount(present)}/${formatCount(count)}`, example,
  ];
  const scanned = `in the first ${formatCounted(count, 'sample')}`;
  if (roles.length + features.length === 0) return ['', `no image, label or feature ${scanned}`];
  const [head = '', ...lines] = formatTable([['feature', 'kind', 'length', 'present', 'example'], ...[...roles.map((role) => ({ ...role, name: nameOfRole(role.name, fields) })), ...features].map(row)]);
  return ['', style.bold(head), ...lines, style.dim(`present: ${scanned}`)];
}

/** `@image = image/encoded`, where the store says which field it is. */
function nameOfRole(role: string, { image, label, className }: StoreDescription['roles'] = {}): string {
  const field = role === '@image' ? image : role === '@label' ? label : className;
  return field === undefined ? role : `${role} = ${field}`;
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
