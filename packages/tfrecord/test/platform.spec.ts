import * as node from '../src/platform.node.js';
import * as web from '../src/platform.web.js';

it('has the same members in Node and in a browser', () => {
  expect(Object.keys(web).sort()).toEqual(Object.keys(node).sort());
});

it('says what needs Node', () => {
  for (const call of [() => web.openPath('x'), () => web.pathOfUrl(new URL('https://example.org/x')), () => web.standardInput(), () => web.openDeflater()]) {
    expect(call).toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
  }
});

it('opens file URLs, and no others', () => {
  expect(node.pathOfUrl(new URL('file:///a/b.tfrecord'))).toBe('/a/b.tfrecord');
  expect(() => node.pathOfUrl(new URL('https://example.org/x'))).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
});
