import { createCodec } from '../src/index.js';
import { fixture, tensor } from './helpers/images.js';

const codec = createCodec();
const reason = new Error('no longer wanted');

const works = [
  ['decode', (signal: AbortSignal) => codec.decode(fixture('rgb-0-95-5x9.jpg'), { signal })],
  ['decode of a GIF', (signal: AbortSignal) => codec.decode(fixture('palette-5x9.gif'), { signal })],
  ['encode', (signal: AbortSignal) => codec.encode(tensor(4, 4, 3), 'png', { signal })],
  ['resize', (signal: AbortSignal) => codec.resize(tensor(4, 4, 3), { width: 2, height: 2, mode: 'fill' }, { signal })],
] as const;

it.each(works)('%s rejects with the reason of a signal that is aborted before', async (_, work) => {
  await expect(work(AbortSignal.abort(reason))).rejects.toBe(reason);
});

it.each(works.filter(([name]) => name !== 'resize'))('%s rejects with the reason of a signal that is aborted meanwhile', async (_, work) => {
  const controller = new AbortController();
  const promise = work(controller.signal);
  controller.abort(reason);
  await expect(promise).rejects.toBe(reason);
});

it('a resize of many rows stops between two of them', async () => {
  const controller = new AbortController();
  const promise = codec.resize(tensor(2, 2, 3), { width: 4000, height: 4000, mode: 'fill' }, { signal: controller.signal });
  setImmediate(() => { controller.abort(reason); });
  await expect(promise).rejects.toBe(reason);
});

it.each(works)('%s ends as ever under a signal that is not aborted, and leaves no listener on it', async (_, work) => {
  const { signal } = new AbortController();
  const listeners = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
  await expect(work(signal)).resolves.toBeDefined();
  const [added, removed] = listeners.map(({ mock }) => mock.calls.length);
  expect(added).toBe(removed);
});

it('many images may be in hand at once', async () => {
  const images = Array.from({ length: 12 }, (_, at) => tensor(at + 1, 9, 3));
  expect(await Promise.all(images.map(async (image) => codec.decode(await codec.encode(image, 'png'))))).toEqual(images);
});
