/** What other programs have as a command, and what does it here. */
export const COMMANDS_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['plan', 'convert SRC DST --plan'], ['ls', 'inspect SRC'], ['cat', 'extract SRC KEY'],
]);

const COMPRESSION = '--dst-opt compression=gzip (npy: compression=deflate), or a DST that ends in .tar.gz';

/** What other programs have as a flag, without its dashes, and what does it here: of several, those whose flags the command has. */
const FLAGS_ELSEWHERE: ReadonlyMap<string, readonly string[]> = new Map(Object.entries({
  gray: ['--channels 1'], grey: ['--channels 1'], grayscale: ['--channels 1'], greyscale: ['--channels 1'],
  normalize: ['--dtype float32 --scale 1/255'], rescale: ['--dtype float32 --scale 1/255'], float: ['--dtype float32 --scale 1/255'], float32: ['--dtype float32 --scale 1/255'],
  'val-split': ['--split train=0.9,val=0.1'], 'validation-split': ['--split train=0.9,val=0.1'], 'test-split': ['--split train=0.9,test=0.1'],
  seed: ['--shuffle SEED'], force: ['--overwrite'], 'dry-run': ['--plan'],
  compression: [COMPRESSION], compress: [COMPRESSION], gzip: [COMPRESSION],
  'num-shards': ['--shards N'], 'max-samples': ['--limit N'], 'num-samples': ['--limit N'], 'ignore-errors': ['--on-error skip'],
  format: ['--from NAME', '--to NAME'], 'input-format': ['--from NAME'], 'output-format': ['--to NAME'],
  size: ['--resize WxH'], 'image-size': ['--resize WxH'],
  input: ['SRC without a flag (--from NAME says its format)'],
  output: ['DST without a flag (--to NAME says its format)', '--out FILE'],
}));

/** What other programs call a format, or what people call it by, and its name here. */
const FORMATS_ELSEWHERE: ReadonlyMap<string, string> = new Map(Object.entries({
  numpy: 'npy', np: 'npy', mnist: 'npy', idx: 'npy', cifar: 'npy',
  tensorflow: 'tfrecord', tf: 'tfrecord', tfdata: 'tfrecord',
  caffe: 'lmdb', datum: 'lmdb',
  folder: 'images', directory: 'images', imagefolder: 'images', imagenet: 'images', jpeg: 'images', jpg: 'images', png: 'images', csv: 'images', jsonl: 'images',
  wds: 'webdataset',
}));

/** The hint for a flag of other programs, to a command that has the flags `known`; undefined where none of these does the same. */
export function flagElsewhere(flag: string, known: readonly string[]): string | undefined {
  const ways = FLAGS_ELSEWHERE.get(flag.replace(/^-+/, '').toLowerCase().replaceAll('_', '-')) ?? [];
  const here = ways.filter((way) => way.match(/--[a-z-]+/g)?.every((name) => known.includes(name)));
  return here.length === 0 ? undefined : `this does it: ${here.join(' or ')}`;
}

/** The name here of a format that is called otherwise elsewhere, where it is among those that are known. */
export function formatElsewhere(name: string, known: readonly string[]): string | undefined {
  const format = FORMATS_ELSEWHERE.get(name.toLowerCase());
  return format !== undefined && known.includes(format) ? format : undefined;
}
