import { z } from "zod";
import { BREAKER_STATES } from "../../answers/breaker.ts";
import { mustStandAbove } from "./caller.ts";
import { nothing } from "./parameters.ts";
import { pageOf } from "./paging.ts";
import { defineRoute } from "./route.ts";

/** A configured backend, with how it fares. */
export const backend = z
  .strictObject({
    name: z.string(),
    type: z.string(),
    in_chain: z.boolean().meta({
      description: "False where it is asked only by a route, as a shadow or for recordings.",
    }),
    breaker: z.enum(BREAKER_STATES).meta({
      description:
        "`open`: it has failed too often and is not asked; `half_open`: one call is trying whether it is back.",
    }),
    calls_today: z.int().meta({ description: "Of this process, since midnight UTC." }),
    failures_today: z.int(),
    last_failure: z
      .strictObject({ code: z.string(), at: z.iso.datetime() })
      .nullable()
      .meta({ description: "Of this process, since it was started." }),
  })
  .meta({ id: "Backend" });

/** The configured answer backends. */
export const backendRoutes = [
  defineRoute({
    method: "get",
    path: "/backends",
    scope: "channels:read",
    summary: "Lists the answer backends in the order they are asked, with how they fare",
    tag: "backends",
    query: nothing,
    body: nothing,
    answer: pageOf(backend).meta({ id: "BackendPage" }),
    handle: async (_input, { backends, caller }) => {
      mustStandAbove(caller);
      const data = backends().map((one) => ({
        name: one.name,
        type: one.type,
        in_chain: one.inChain,
        breaker: one.breaker,
        calls_today: one.callsToday,
        failures_today: one.failuresToday,
        last_failure: one.lastFailure === null ? null : { ...one.lastFailure },
      }));
      return { data, next_cursor: null };
    },
  }),
] as const;
