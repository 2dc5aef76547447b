/** A lint rule switched off in a comment says which rule and why: `// eslint-disable-next-line RULE -- REASON`. */
export const directives = {
  meta: { type: 'suggestion', schema: [], messages: {
    reason: 'say why after " -- "',
    rule: 'name the rule that is switched off',
  } },
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments()) {
          const match = /^\s*eslint-disable(?:-next-line|-line)?(?<rest>\s[^]*|)$/.exec(comment.value);
          if (!match) continue;
          const [rules = '', reason = ''] = match.groups.rest.split(/\s--\s/, 2);
          // Column -1 stands before the comment, so that the comment cannot switch off this report of itself.
          const report = (messageId) => context.report({ loc: { line: comment.loc.start.line, column: -1 }, messageId });
          if (rules.trim() === '') report('rule');
          if (reason.trim() === '') report('reason');
        }
      },
    };
  },
};
