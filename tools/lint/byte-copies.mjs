/**
 * `slice` of bytes copies, but that of Node's Buffer, which may stand wherever a Uint8Array does, gives a view. `new Uint8Array(bytes)` copies both.
 * Says nothing where there are no types.
 */
export const byteCopies = {
  meta: { type: 'problem', schema: [], messages: {
    view: 'slice of a Buffer gives a view: write new Uint8Array(bytes) for a copy, of bytes.subarray(…) for one of a part, or subarray for a view',
  } },
  create(context) {
    const { program, getTypeAtLocation } = context.sourceCode.parserServices ?? {};
    if (!program) return {};
    return {
      'CallExpression > MemberExpression.callee[property.name="slice"]'({ object, property }) {
        const type = getTypeAtLocation(object).getNonNullableType();
        if (['Uint8Array', 'Buffer'].includes(type.symbol?.name)) context.report({ node: property, messageId: 'view' });
      },
    };
  },
};
