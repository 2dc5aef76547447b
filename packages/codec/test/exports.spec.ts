import * as codec from '../src/index.js';

it('exports exactly this', () => {
  expect(Object.keys(codec).sort()).toMatchInlineSnapshot(`
[
  "createCodec",
]
`);
});
