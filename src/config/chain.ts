import { type LoadContext, whereIs } from "./context.ts";
import type { ConfiguredBackend, ConfiguredChannel, readBackends } from "./modules.ts";
import type { SettingPath } from "./problems.ts";
import { nearest } from "./suggest.ts";

/** What the section `answers` says about who is asked, as far as it could be read. */
export interface ChainNames {
  readonly chain?: readonly string[] | undefined;
  readonly routes?: readonly {
    readonly match: {
      readonly channel?: readonly string[] | undefined;
      readonly hours?: string | undefined;
    };
    readonly chain: readonly string[];
    readonly shadow?: string | undefined;
  }[];
  readonly shadow?: string | undefined;
  readonly transcribeWith?: string | undefined;
  readonly hours?: unknown;
}

type Backends = ReturnType<typeof readBackends>;

/**
 * Puts the backends in the order they are asked: as `answers.chain` says, or all of them as they come but for a shadow;
 * then, as spares, those that only a route, a shadow or a recording names. Names that no backend has are problems, unless
 * the backend itself was refused; backends that nothing names are noted.
 */
export function orderBackends(
  names: ChainNames,
  found: Backends,
  context: LoadContext,
): readonly ConfiguredBackend[] {
  const { backends } = found;
  const { chain, routes = [], shadow } = names;
  const usual =
    chain === undefined
      ? backends.filter(({ name }) => name !== shadow)
      : readNames(["answers", "chain"], chain, found, context);
  const elsewhere = [
    ...routes.flatMap((route, index) => readRoute(route, index, found, context)),
    ...readShadow(["answers", "shadow"], shadow, chain ?? [], found, context),
    ...readListener(names.transcribeWith, found, context),
  ];
  const spares = backends.filter(
    (backend) => elsewhere.includes(backend) && !usual.includes(backend),
  );
  for (const backend of backends) {
    if (usual.includes(backend) || spares.includes(backend)) continue;
    context.notices.push(`backend ${backend.name} is configured but not in answers.chain`);
  }
  return [...usual, ...spares.map((backend) => ({ ...backend, isSpare: true }))];
}

/** Checks that routes name configured channels, and opening hours only where there are some. */
export function checkRoutes(
  { routes = [], hours }: ChainNames,
  channels: readonly ConfiguredChannel[],
  context: LoadContext,
): void {
  const known = channels.map(({ name }) => name);
  for (const [index, { match }] of routes.entries()) {
    const path = ["answers", "routes", index, "match"];
    for (const name of match.channel ?? []) {
      if (known.includes(name)) continue;
      const detail = `is not a configured channel; ${hintAt(name, known)}`;
      refuse([...path, "channel"], detail, context);
    }
    if (match.hours !== undefined && hours === undefined)
      refuse([...path, "hours"], "needs answers.hours", context);
  }
}

function readRoute(
  { chain, shadow }: { readonly chain: readonly string[]; readonly shadow?: string | undefined },
  index: number,
  found: Backends,
  context: LoadContext,
): readonly ConfiguredBackend[] {
  const path = ["answers", "routes", index];
  return [
    ...readNames([...path, "chain"], chain, found, context),
    ...readShadow([...path, "shadow"], shadow, chain, found, context),
  ];
}

function readNames(
  path: SettingPath,
  chain: readonly string[],
  found: Backends,
  context: LoadContext,
): readonly ConfiguredBackend[] {
  return chain.flatMap((name, index) => {
    const backend = findBackend([...path, index], name, found, context);
    if (backend !== undefined && chain.indexOf(name) !== index)
      refuse([...path, index], "stands in the chain already", context);
    return backend === undefined ? [] : [backend];
  });
}

function readShadow(
  path: SettingPath,
  name: string | undefined,
  chain: readonly string[],
  found: Backends,
  context: LoadContext,
): readonly ConfiguredBackend[] {
  if (name === undefined) return [];
  const backend = findBackend(path, name, found, context);
  if (chain.includes(name)) refuse(path, "stands in the chain itself", context);
  return backend === undefined ? [] : [backend];
}

function readListener(
  name: string | undefined,
  found: Backends,
  context: LoadContext,
): readonly ConfiguredBackend[] {
  if (name === undefined || name === "off") return [];
  const path = ["answers", "transcribe_with"];
  const backend = findBackend(path, name, found, context);
  if (backend === undefined) return [];
  if (backend.backend.transcribe === undefined)
    refuse(path, "names a backend that does not write recordings down", context);
  return [backend];
}

function findBackend(
  path: SettingPath,
  name: string,
  { backends, refused }: Backends,
  context: LoadContext,
): ConfiguredBackend | undefined {
  const backend = backends.find((candidate) => candidate.name === name);
  if (backend !== undefined || refused.includes(name)) return backend;
  const known = backends.map((candidate) => candidate.name);
  refuse(path, `is not a configured backend; ${hintAt(name, known)}`, context);
  return undefined;
}

function hintAt(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return meant === undefined ? `configured: ${known.join(", ")}` : `did you mean ${meant}?`;
}

function refuse(path: SettingPath, detail: string, context: LoadContext): void {
  context.problems.push({ where: whereIs(path, [], context), detail });
}
