import { z } from "zod";
import type { Channel } from "../channels/channel.ts";
import { keepPayloads } from "../db/button-payloads.ts";
import type { Database } from "../db/driver.ts";
import { enqueue, type SendFacts } from "../db/outbound.ts";
import { type ForSubstitute, readForSubstitute } from "../db/substitutes.ts";
import { type RouteRung, routeRung } from "../send-content.ts";
import type { SendFailure } from "../send-failure.ts";
import { activeTraceparent } from "../trace.ts";
import type { Observer } from "./observer.ts";
import type { ResolveTemplate } from "./resolve-template.ts";
import { prepareSubstitute, type Substitute } from "./substitute.ts";

export interface FallbackDependencies {
  readonly db: Database;
  /** By name. */
  readonly channels: ReadonlyMap<string, { readonly channel: Channel }>;
  /** The next channel, by the name of the first, for messages that name no route. */
  readonly routes: Readonly<Record<string, string>>;
  readonly resolveTemplate: ResolveTemplate;
  readonly observer: Observer;
  readonly onWork: () => void;
}

/** Says the same on the next channel, for a message that is known never to arrive on its own. */
export type FallBack = (messageId: string, failure: SendFailure) => Promise<void>;

/**
 * Whether the provider said for good that a message does not reach the person. A person who wants no messages is not
 * followed to another channel.
 */
function isKnownDead({ class: kind, optOut }: SendFailure): boolean {
  return (kind === "drop" || kind === "fix") && optOut === undefined;
}

/**
 * Builds the step behind a message's own route and `delivery.fallback`. A message has one substitute at most, however often
 * its failure is told; the substitute has the rest of the route.
 */
export function createFallBack(deps: FallbackDependencies): FallBack {
  const { db, channels, observer } = deps;
  return async (messageId, failure) => {
    if (!isKnownDead(failure)) return;
    const message = await readForSubstitute(db, messageId);
    if (message === undefined) return;
    const repeats = channels.get(message.channel)?.channel.reconciliation === "repeat";
    if (message.mayHaveArrived && !repeats) return;
    for (const { rung, rest } of listRungs(deps, message, failure)) {
      const substitute = await prepareSubstitute(deps, { messageId, message, rung });
      if (substitute === undefined) continue;
      const facts = factsOf(message, rest);
      if (await send(deps, messageId, { substitute, facts, isBulk: message.bulk })) {
        observer.fellBack(message.channel, rung.channel);
        deps.onWork();
      }
      return;
    }
  };
}

interface Step {
  readonly rung: RouteRung;
  /** What is left of the way after it; undefined where nobody named one. */
  readonly rest: readonly RouteRung[] | undefined;
}

/**
 * The channels to try, in order. Whoever named a route named all of it. A closed window is a matter of templates: the settings
 * answer it with no other channel, a route with one that needs no window.
 */
function listRungs(
  { routes, channels }: FallbackDependencies,
  { channel, route }: ForSubstitute,
  { windowClosed }: SendFailure,
): readonly Step[] {
  const named = z.array(routeRung).safeParse(route).data;
  if (named === undefined) {
    const next = routes[channel];
    if (next === undefined || windowClosed === true) return [];
    return [{ rung: { channel: next }, rest: undefined }];
  }
  const steps = named.map((rung, index) => ({ rung, rest: named.slice(index + 1) }));
  if (windowClosed !== true) return steps;
  return steps.filter(
    ({ rung }) =>
      rung.template !== undefined || channels.get(rung.channel)?.channel.windowMs === undefined,
  );
}

function factsOf(
  { campaignId, recipientId, correlationId, partOf }: ForSubstitute,
  rest: readonly RouteRung[] | undefined,
): SendFacts {
  return {
    ...(campaignId !== null && { campaignId }),
    ...(recipientId !== null && { recipientId }),
    ...(correlationId !== null && { correlationId }),
    ...(partOf !== null && { partOf }),
    ...(rest !== undefined && { route: rest }),
  };
}

async function send(
  { db }: FallbackDependencies,
  fallbackOf: string,
  { substitute, facts, isBulk }: { substitute: Substitute; facts: SendFacts; isBulk: boolean },
): Promise<boolean> {
  const { target, rows, kept } = substitute;
  if (kept.length > 0) await keepPayloads(db, kept);
  const added = await enqueue(db, [
    { target, rows, origin: "fallback", fallbackOf, facts, isBulk, trace: activeTraceparent() },
  ]);
  return added.size > 0;
}
