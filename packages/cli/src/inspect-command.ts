import type { Sample } from '@imgstore/core';
import type { CommandContext } from './command-context.js';
import { errorAsJson, exitCodeOf } from './errors.js';
import { formatInspection } from './inspection.js';
import type { Inspection } from './inspection.js';
import { pathOfLocation } from './location.js';
import { answer, formatJson } from './output.js';
import { describeImage, describeValue } from './preview.js';
import { countSamples } from './sample-count.js';
import { scanStore } from './scan.js';
import type { FieldSummary } from './scan.js';
import { shardSetOf } from './shard-set.js';
import { openSource, readSourceFlags } from './source.js';
import { parseCount } from './values.js';

/**
 * `imgstore inspect SRC`: what the store says of itself, and its first samples. When one of them cannot be read, what
 * was found before it is printed too.
 */
export async function runInspect({ operands, flags, io, formats, style }: CommandContext): Promise<number> {
  const [location = ''] = operands.map(pathOfLocation);
  const limit = parseCount('--scan', flags.value('scan'), 1) ?? 20;
  const keep = parseCount('--samples', flags.value('samples'), 0) ?? 3;
  const { recognised, store } = await openSource(location, readSourceFlags(flags), formats);
  const description = await store.describe(io.signal && { signal: io.signal });
  const scan = await scanStore(store, { limit: Math.max(limit, keep), keep, ...io.signal && { signal: io.signal } });
  const counted = await countSamples(store, description, scan);
  const inspection: Inspection = { location, recognised, description, scan, counted, shards: await shardSetOf(store) };
  await answer(io, flags.has('json') ? formatJson(io.stdout, inspectionAsJson(inspection)) : formatInspection(inspection, style));
  if (scan.problem) throw scan.problem;
  return 0;
}

/** Of schema/inspect.json. */
function inspectionAsJson({ location, recognised: { adapter, detection, others }, description, scan, counted, shards }: Inspection): unknown {
  const { features, notes = [], roles, count: _, ...facts } = description;
  const { problem: uncounted, ...count } = counted;
  return {
    imgstore: 1,
    location,
    format: adapter.format,
    ...detection && { detected: { evidence: detection.evidence, certain: detection.certain, others } },
    ...count,
    ...facts,
    ...shards && { shards },
    ...features && { declared: Object.fromEntries(features) },
    notes: [...notes, ...scan.notes, ...uncounted ? [`the samples cannot be counted: ${uncounted.message}`] : []],
    scanned: scan.count,
    ...scan.labels && { labels: scan.labels },
    ...scan.images && { images: scan.images },
    ...roles && { fields: roles },
    roles: scan.roles.map(fieldAsJson),
    features: scan.features.map(fieldAsJson),
    samples: scan.samples.map(sampleAsJson),
    ...scan.problem && { problem: errorAsJson(scan.problem, exitCodeOf(scan.problem, undefined)) },
  };
}

function fieldAsJson({ name, kinds, length, present, example }: FieldSummary): unknown {
  return { name, kinds, ...length && { length }, present, example };
}

function sampleAsJson({ key, image, label, className, features }: Sample): unknown {
  return {
    key,
    ...image && { image: describeImage(image) },
    ...label !== undefined && { label },
    ...className !== undefined && { className },
    features: Object.fromEntries([...features].map(([name, value]) => [name, describeValue(value)])),
  };
}
