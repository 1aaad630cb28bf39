import { type LoadContext, whereIs } from "./context.ts";
import type { ConfiguredBackend, readBackends } from "./modules.ts";
import { nearest } from "./suggest.ts";

/**
 * Puts the backends in the order they are asked: as `answers.chain` says, or all of them as they come. Names in the
 * chain that no backend has are problems, unless the backend itself was refused; backends the chain leaves out are noted.
 */
export function orderBackends(
  chain: readonly string[] | undefined,
  { backends, refused }: ReturnType<typeof readBackends>,
  context: LoadContext,
): readonly ConfiguredBackend[] {
  if (chain === undefined) return backends;
  const names = backends.map(({ name }) => name);
  const refuse = (index: number, detail: string) => {
    const where = whereIs(["answers", "chain", index], [], context);
    context.problems.push({ where, detail });
  };
  const ordered = chain.flatMap((name, index) => {
    const backend = backends.find((candidate) => candidate.name === name);
    const meant = nearest(name, names);
    const hint = meant === undefined ? `configured: ${names.join(", ")}` : `did you mean ${meant}?`;
    if (refused.includes(name)) return [];
    if (backend === undefined) refuse(index, `is not a configured backend; ${hint}`);
    else if (chain.indexOf(name) !== index) refuse(index, "stands in the chain already");
    return backend === undefined ? [] : [backend];
  });
  for (const name of names.filter((candidate) => !chain.includes(candidate))) {
    context.notices.push(`backend ${name} is configured but not in answers.chain`);
  }
  return ordered;
}
