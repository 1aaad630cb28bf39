import { z } from "zod";
import { recordAudit } from "../../db/audit.ts";
import { BridgeError } from "../../errors.ts";
import type { LogLevels } from "../../log-level.ts";
import { mustStandAbove } from "./caller.ts";
import type { ProcessControl } from "./dependencies.ts";
import { nothing } from "./parameters.ts";
import { InvalidRequest } from "./request-problem.ts";
import { defineRoute } from "./route.ts";

/** Minutes of a day: what is wanted for longer belongs into the configuration. */
const MAX_MINUTES = 1_440;

const level = z.enum(["debug", "info", "warn", "error"]);

/** What the log of one process writes. */
export const logLevelState = z
  .strictObject({
    level,
    configured: level.meta({ description: "What it goes back to." }),
    until: z.iso
      .datetime()
      .nullable()
      .meta({ description: "When it goes back; null where it stays." }),
  })
  .meta({ id: "LogLevel" });

/** What came of reading the configuration again. */
export const reloaded = z
  .strictObject({
    changed: z.array(z.string()).meta({ description: "Names of settings." }),
    needs_restart: z
      .array(z.string())
      .meta({ description: "Settings that changed and stay as they were until a restart." }),
    notices: z.array(z.string()),
  })
  .meta({ id: "Reloaded" });

function mustHaveLevels({ logLevels }: ProcessControl): LogLevels {
  if (logLevels !== undefined) return logLevels;
  throw new BridgeError("request_conflict", "the log of this bridge is its owner's own matter");
}

/** What can be done to the process that answers; others beside it are asked one by one. */
export const processRoutes = [
  defineRoute({
    method: "post",
    path: "/settings/reload",
    scope: "admin",
    summary: "Reads the configuration again, in the process that answers",
    tag: "settings",
    query: nothing,
    body: nothing,
    answer: reloaded,
    // The reload writes down what came of it, refusals included.
    writesAudit: true,
    handle: async (_input, { control, caller }) => {
      mustStandAbove(caller);
      const report = await control.reload(caller.actor);
      if (report.outcome === "done")
        return {
          changed: [...report.changed],
          needs_restart: [...report.needsRestart],
          notices: [...report.notices],
        };
      throw new InvalidRequest(
        report.problems.map(({ where, detail }) => ({ parameter: where, detail })),
        "the configuration cannot be used; the one before stays in use",
      );
    },
  }),
  defineRoute({
    method: "get",
    path: "/settings/log-level",
    scope: "admin",
    summary: "Shows what the log of the process that answers writes",
    tag: "settings",
    query: nothing,
    body: nothing,
    answer: logLevelState,
    handle: (_input, { control, caller }) => {
      mustStandAbove(caller);
      return Promise.resolve(mustHaveLevels(control).show());
    },
  }),
  defineRoute({
    method: "put",
    path: "/settings/log-level",
    scope: "admin",
    summary:
      "Changes what the log of the process that answers writes, for a while or until it is changed again",
    tag: "settings",
    query: nothing,
    body: z
      .strictObject({
        level,
        minutes: z
          .int()
          .min(1)
          .max(MAX_MINUTES)
          .optional()
          .meta({ description: "After which the configured level is back." }),
      })
      .meta({ id: "LogLevelChange" }),
    answer: logLevelState,
    writesAudit: true,
    handle: async ({ body }, { control, caller, db }) => {
      mustStandAbove(caller);
      const levels = mustHaveLevels(control);
      const { actor, tenant } = caller;
      const entry = { actor, tenant, action: "log_level", subject: body.level, detail: body };
      // Before the change: whoever turns the log down is always known.
      await recordAudit(db, entry);
      return levels.set(body.level, body.minutes);
    },
  }),
] as const;
