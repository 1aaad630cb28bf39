import { z } from "zod";
import { listIdentities } from "../../db/contacts-read.ts";
import { findSendTarget } from "../../db/send-targets.ts";
import { forgetErasedOptOut, moveClock } from "../../db/simulated-people.ts";
import { BridgeError } from "../../errors.ts";
import type { SimulatedPerson, Simulator } from "../../simulator/simulator.ts";
import { nothing } from "./parameters.ts";
import { type ApiContext, defineRoute } from "./route.ts";
import { mustOwnLine } from "./simulator-caller.ts";
import { clockMove, clockShown, line, person } from "./simulator-schemas.ts";
import { windowOf } from "./window.ts";

const scope = "simulator:write";
const tag = "simulator";

type Deps = Pick<ApiContext, "db" | "channels">;

/** Finds who has this number on a line; undefined where nobody has written from it. */
async function findPerson({ channel, person: value }: SimulatedPerson, { db, channels }: Deps) {
  const accounts = channels.get(channel)?.channel.accounts ?? [];
  const wanted = { identity: { kind: "phone", value } } as const;
  const target = await findSendTarget(db, channel, accounts, wanted);
  return target.person ?? undefined;
}

/** Throws `request_conflict` for somebody who is known on a real channel too: a real person is not erased from here. */
async function mustBeSimulated(
  contactId: string,
  { channels }: Pick<Simulator, "channels">,
  { db }: Deps,
): Promise<void> {
  const known = await listIdentities(db, contactId);
  if (known.every(({ channel }) => channels.includes(channel))) return;
  throw new BridgeError("request_conflict", "this person is known on a real channel too");
}

/** The clock of simulated people, and their beginning anew. */
export const simulatorPeopleRoutes = [
  defineRoute({
    method: "post",
    path: "/simulator/clock",
    scope,
    summary: "Makes it so that a simulated person last wrote some hours ago",
    tag,
    query: nothing,
    body: clockMove,
    answer: clockShown,
    handle: async ({ body }, deps) => {
      mustOwnLine(deps, body.channel);
      const conversationId = (await findPerson(body, deps))?.conversation?.id;
      const never = new BridgeError("request_not_found", "this person has never written here");
      if (conversationId === undefined) throw never;
      const moved = await moveClock(deps.db, { conversationId, hours: body.hours });
      if (moved === undefined) throw never;
      const window = windowOf({
        windowMs: deps.channels.get(body.channel)?.channel.windowMs,
        lastInboundAt: moved.last_inbound_at,
        closedAt: moved.window_closed_at,
        now: moved.now,
      });
      return { conversation_id: conversationId, ...window };
    },
  }),
  defineRoute({
    method: "post",
    path: "/simulator/reset",
    scope,
    summary: "Forgets a simulated person, so that a conversation begins anew",
    tag,
    query: nothing,
    body: z.strictObject({ channel: line, person }).meta({ id: "SimulatorReset" }),
    answer: z
      .strictObject({
        erased: z.boolean().meta({ description: "False where nobody had written." }),
      })
      .meta({ id: "SimulatorErased" }),
    handle: async ({ body }, deps) => {
      const { actor, tenant } = deps.caller;
      const simulator = mustOwnLine(deps, body.channel);
      const contactId = (await findPerson(body, deps))?.contactId;
      if (contactId !== undefined) await mustBeSimulated(contactId, simulator, deps);
      const erased =
        contactId !== undefined && (await deps.eraseContact(contactId, { actor, tenant }));
      const { channel, person: phone } = body;
      await forgetErasedOptOut(deps.db, { channel, phone });
      await simulator.forget(body);
      return { erased };
    },
  }),
] as const;
