/** What a statement that was let in would do; a test finds out whether it was. */
export const CALL = "nextval('canary')";

/** The same without quotation marks, for where they are taken out. */
const BARE = "nextval($$canary$$)";

/**
 * Statements let in through a value, one for each place of a statement where values stand: texts in either quotation, numbers,
 * lists, patterns, JSON paths, names, orders, limits. The most usual ones come first.
 */
export const RUNS: readonly string[] = [
  `' || ${CALL} || '`,
  `'; select ${CALL}; --`,
  `1; select ${CALL}`,
  `' or ${CALL} > 0 --`,
  `' or '1'='1`,
  `') or ${CALL} > 0 --`,
  `')); select ${CALL}; --`,
  `" || ${CALL} || "`,
  `"; select ${CALL}; --`,
  `1 or ${BARE} > 0`,
  `1) or ${BARE} > 0 --`,
  BARE,
  `(select ${BARE})`,
  `(select ${BARE})::text`,
  `id, ${BARE}`,
  `id desc, ${BARE}`,
  `1 limit ${BARE}`,
  `1 offset ${BARE}`,
  `case when ${BARE} > 0 then 1 else 2 end`,
  `' union select ${CALL}::text --`,
  `' union all select null, null, ${CALL}::text --`,
  String.raw`\'; select ${CALL}; --`,
  String.raw`\\'; select ${CALL}; --`,
  `E'\\\\'; select ${CALL}; --`,
  `$$; select ${BARE}; $$`,
  `%' and ${CALL} > 0 and '%' like '`,
  `_' escape '' || ${CALL} --`,
  `{${BARE}}`,
  `{"a":"' || ${CALL} || '"}`,
  `$.a ? (@ == "' || ${CALL} || '")`,
  `2026-01-01T00:00:00Z' || ${CALL} || '`,
  `00000000-0000-7000-8000-000000000021' or ${CALL} > 0 --`,
  `a'::text || ${CALL} || 'b`,
  `/* */' || ${CALL} --`,
  `*/ ${CALL} /*`,
  `'\u000a; select ${CALL}; --`,
  `\u02bc; select ${CALL}; --`,
  `＇; select ${CALL}; --`,
  `%27; select ${CALL}; --`,
  `%2527; select ${CALL}; --`,
];
