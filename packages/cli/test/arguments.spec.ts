import { join } from 'node:path';
import { run } from './helpers/run.js';
import { toyAdapter, toyBuiltin } from './helpers/toy.js';

const builtins = [toyBuiltin(toyAdapter('toy')), toyBuiltin(toyAdapter('plain'))];

describe('a command line that is wrong', () => {
  const refused: readonly (readonly [string, readonly string[], string])[] = [
    ['names the nearest command', ['convret', 'a', 'b'], 'error[BAD_OPTION]: unknown command "convret"\n  did you mean "convert"?\n'],
    ['lists the commands when none is near', ['frobnicate'], 'error[BAD_OPTION]: unknown command "frobnicate"\n  known: convert, inspect, extract, formats, plugins\n'],
    ['names the flag that does what was asked for', ['plan', 'a', 'b'], 'error[BAD_OPTION]: unknown command "plan"\n  this does it: imgstore convert SRC DST --plan\n'],
    ['names the nearest command to help with', ['help', 'convret'], 'error[BAD_OPTION]: unknown command "convret"\n  did you mean "convert"?\n'],
    ['helps with one command', ['help', 'convert', 'a'], 'error[BAD_OPTION]: help takes one command; "a" is one too many\n'],
    ['names the nearest flag', ['convert', 'a', 'b', '--fromm', 'toy'], 'error[BAD_OPTION]: unknown flag "--fromm" of imgstore convert\n  did you mean "--from"?\n'],
    ['lists the flags when none is near', ['formats', '--zzzzzz'], 'error[BAD_OPTION]: unknown flag "--zzzzzz" of imgstore formats\n  known: --plugin, --json, --help, --version, --verbose, --no-color\n'],
    ['refuses an unknown flag before the command', ['--frobnicate', 'formats'], 'error[BAD_OPTION]: unknown flag "--frobnicate" of imgstore\n  known: --help, --version, --verbose, --no-color\n'],
    ['refuses a prefix of a flag', ['convert', 'a', 'b', '--ove'], 'error[BAD_OPTION]: unknown flag "--ove" of imgstore convert\n'],
    ['refuses a value for a flag that takes none', ['convert', 'a', 'b', '--plan=yes'], 'error[BAD_OPTION]: --plan takes no value; found "--plan=yes"\n'],
    ['asks for a missing value', ['convert', 'a', 'b', '--from'], 'error[BAD_OPTION]: --from needs a value\n  see imgstore convert --help\n'],
    ['says where options of a format go', ['convert', 'a', 'b', '--preset', 'slim'], 'error[BAD_OPTION]: unknown flag "--preset" of imgstore convert\n  an option of a format is said as --src-opt K=V or --dst-opt K=V; known: --from, '],
    ['asks for its operands', ['convert'], 'error[BAD_OPTION]: convert needs SRC and DST\n  see imgstore convert --help\n'],
    ['refuses a second name', ['formats', 'a', 'b'], 'error[BAD_OPTION]: formats takes at most NAME; "b" is one too many\n'],
    ['asks for a missing operand', ['convert', 'a'], 'error[BAD_OPTION]: convert needs SRC and DST; DST is missing\n  see imgstore convert --help\n'],
    ['refuses a third operand and thinks of the shell', ['convert', 'a', 'b', 'c'], 'error[BAD_OPTION]: convert takes SRC and DST; "c" is one too many\n  a pattern goes in quotes, so that the shell leaves it alone\n'],
    ['refuses an empty operand', ['inspect', ''], 'error[BAD_OPTION]: SRC is empty\n'],
    ['names the nearest format to read', ['inspect', 'a', '--from', 'toi'], 'error[BAD_OPTION]: --from: unknown format "toi"\n  did you mean "toy"?\n'],
    ['names the nearest format to write', ['convert', 'a', 'b', '-t', 'plin'], 'error[BAD_OPTION]: --to: unknown format "plin"\n  did you mean "plain"?\n'],
    ['lists the formats when none is near', ['formats', 'parquet'], 'error[BAD_OPTION]: formats: unknown format "parquet"\n  known: toy, plain\n'],
    ['refuses a negative number', ['convert', 'a.toy', 'b.toy', '--limit=-1'], 'error[BAD_OPTION]: --limit takes a whole number, at least 0; found "-1"\n'],
    ['refuses what is no number', ['convert', 'a.toy', 'b.toy', '--skip', 'NaN'], 'error[BAD_OPTION]: --skip takes a whole number, at least 0; found "NaN"\n'],
    ['refuses no shards', ['convert', 'a.toy', 'b.toy', '--shards', '0'], 'error[BAD_OPTION]: --shards takes a whole number, at least 1; found "0"\n'],
    ['names the nearest kind of loss', ['convert', 'a.toy', 'b.toy', '--allow', 'order,clases'], 'error[BAD_OPTION]: --allow: unknown value "clases"\n  did you mean "classes"?\n'],
    ['lists the rules for keys', ['convert', 'a.toy', 'b.toy', '--key', 'random'], 'error[BAD_OPTION]: --key: unknown value "random"\n  known: auto, keep, ordinal, ordinal-key, name\n'],
    ['wants pairs of options', ['convert', 'a.toy', 'b.toy', '--src-opt', 'color'], 'error[BAD_OPTION]: --src-opt takes K=V; found "color"\n'],
    ['escapes control characters of what was typed', ['\u001b[31mred'], 'error[BAD_OPTION]: unknown command "\\u001b[31mred"\n'],
  ];
  it.each(refused)('%s', async (_, argv, message) => {
    const { code, stdout, stderr } = await run(argv, { builtins });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.startsWith(message)).toBe(true);
    expect(stderr.split('\n').length).toBeLessThanOrEqual(3);
  });

  it.each([
    ['--grayscale', '--channels 1'], ['--gray', '--channels 1'], ['--normalize', '--dtype float32 --scale 1/255'], ['--float', '--dtype float32 --scale 1/255'],
    ['--val-split', '--split train=0.9,val=0.1'], ['--val_split', '--split train=0.9,val=0.1'], ['--seed', '--shuffle SEED'], ['--force', '--overwrite'], ['--dry-run', '--plan'],
    ['--compression', '--dst-opt compression=gzip (npy: compression=deflate), or a DST that ends in .tar.gz'], ['--num-shards', '--shards N'],
    ['--format', '--from NAME or --to NAME'], ['--input', 'SRC without a flag (--from NAME says its format)'], ['--output', 'DST without a flag (--to NAME says its format)'],
  ])('says what to type for a flag of other programs: %s', async (flag, here) => {
    for (const argv of [[flag, '1'], [`${flag}=1`]]) {
      expect(await run(['convert', 'a', 'b', ...argv], { builtins })).toEqual({ code: 2, stdout: '', stderr: `error[BAD_OPTION]: unknown flag "${flag}" of imgstore convert\n  this does it: ${here}\n` });
    }
  });

  it.each([
    ['inspect', '--format', 'this does it: --from NAME'], ['extract', '--output', 'this does it: --out FILE'], ['inspect', '--dry-run', 'an option of a format is said as'],
  ])('says only what %s has for %s', async (command, flag, hint) => {
    expect((await run([command, 'a', flag], { builtins })).stderr.startsWith(`error[BAD_OPTION]: unknown flag "${flag}" of imgstore ${command}\n  ${hint}`)).toBe(true);
  });

  it.each([['quality', 'quality'], ['labelOffset', 'label-offset']])('tells a flag from an option of a format: %s', async (option, flag) => {
    expect(await run(['convert', join(__dirname, '../../../fixtures/caffe_lmdb'), 'never-written.tfrecord', '--dst-opt', `${option}=1`])).toEqual({
      code: 2, stdout: '', stderr: `error[BAD_OPTION]: tfrecord: option "${option}" is not known\n  it is a flag of its own: --${flag}\n`,
    });
  });

  it('gives usage on standard error when there is no command', async () => {
    const { code, stdout, stderr } = await run([], { builtins });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('usage: imgstore <command> [flags]');
  });

  it('is told as one JSON line when --json is there', async () => {
    const { code, stdout, stderr } = await run(['convret', '--json'], { builtins });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(JSON.parse(stderr)).toEqual({
      imgstore: 1, error: { code: 'BAD_OPTION', message: 'unknown command "convret"', hint: 'did you mean "convert"?', exitCode: 2 },
    });
  });

  it('is told so also where --json has a value, which it does not take', async () => {
    const { code, stdout, stderr } = await run(['formats', '--json=yes'], { builtins });
    expect({ code, stdout, error: JSON.parse(stderr) }).toEqual({
      code: 2, stdout: '', error: { imgstore: 1, error: { code: 'BAD_OPTION', message: '--json takes no value; found "--json=yes"', exitCode: 2 } },
    });
  });
});

describe('help and version', () => {
  it.each([['--help'], ['-h']])('%s prints the commands, the exit codes and examples on standard output', async (flag) => {
    const { code, stdout, stderr } = await run([flag], { builtins });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const text of ['convert SRC DST', 'inspect SRC', 'formats [NAME]', 'Exit codes', 'Examples']) expect(stdout).toContain(text);
  });

  it('names nothing that is not built yet', async () => {
    const pages = await Promise.all([['--help'], ['convert', '--help'], ['inspect', '--help'], ['extract', '--help'], ['formats', '--help'], ['plugins', '--help']].map((argv) => run(argv, { builtins })));
    for (const { stdout } of pages) expect(stdout).not.toMatch(/\b(stats|verify|diff|view|completion|resume|jobs)\b/);
  });

  it('keeps every line of help within 120 columns', async () => {
    for (const argv of [['--help'], ['convert', '--help'], ['inspect', '--help'], ['extract', '--help'], ['formats', '--help'], ['plugins', '--help']]) {
      const { stdout } = await run(argv, { builtins });
      expect(stdout.split('\n').filter((line) => line.length > 120)).toEqual([]);
    }
  });

  it.each([[['convert', '--help']], [['--help', 'convert']], [['convert', 'a', '-h', '--from', 'nothing']]])('%j shows the flags of convert, whatever else is there', async (argv) => {
    const { code, stdout } = await run(argv, { builtins });
    expect(code).toBe(0);
    expect(stdout).toContain('--allow KIND');
    expect(stdout).toContain('--src-opt K=V');
  });

  it.each([
    [['help'], ['--help']], [['help', 'convert'], ['convert', '--help']], [['help', 'info'], ['inspect', '--help']], [['help', '--help'], ['--help']],
  ])('%j is the same as %j', async (argv, same) => {
    const outcome = await run(argv, { builtins });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome).toEqual(await run(same, { builtins }));
  });

  it('shows the help of a command under its other name', async () => {
    expect((await run(['info', '--help'], { builtins })).stdout).toBe((await run(['inspect', '--help'], { builtins })).stdout);
  });

  it.each([[['--version']], [['-V']], [['formats', '--version']]])('%j prints the version of the package', async (argv) => {
    const { code, stdout } = await run(argv, { builtins });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^imgstore \d+\.\d+\.\d+\n$/);
  });

  it('loads no adapter', async () => {
    const toy = toyBuiltin(toyAdapter('toy'));
    for (const argv of [['--help'], ['convert', '--help'], ['--version'], ['formats'], ['formats', '--json']]) await run(argv, { builtins: [toy] });
    expect(toy.loads()).toBe(0);
  });
});
