import { z } from "zod";
import type { SyncResult } from "../../campaigns/templates/sync.ts";
import { BridgeError } from "../../errors.ts";
import { owns } from "./caller.ts";
import { nothing } from "./parameters.ts";
import { defineRoute } from "./route.ts";

const result = z
  .strictObject({
    channel: z.string(),
    outcome: z.enum(["synced", "resting", "failed"]).meta({
      description:
        "`resting`: not asked, because it was a moment ago or the provider wants no calls; `failed`: the provider refused.",
    }),
    detail: z.string().nullable(),
    synced: z.int().meta({ description: "Templates the provider listed." }),
    added: z.int(),
    changed: z.int(),
    gone: z.int().meta({ description: "Those it lists no longer." }),
    is_complete: z
      .boolean()
      .meta({ description: "Whether all there is was listed; only then is anything gone." }),
  })
  .meta({ id: "TemplateSync" });

const NOTHING_DONE = { synced: 0, added: 0, changed: 0, gone: 0, is_complete: false } as const;

/** Undefined for a channel that has no templates of its own. */
function show(done: SyncResult): z.output<typeof result> | undefined {
  const { channel } = done;
  switch (done.kind) {
    case "synced": {
      const { synced, added, changed, gone, isComplete } = done;
      const counts = { synced, added, changed, gone, is_complete: isComplete };
      return { channel, outcome: "synced", detail: null, ...counts };
    }
    case "resting":
      return { channel, outcome: "resting", detail: done.why, ...NOTHING_DONE };
    case "failed": {
      const { code, detail } = done.error;
      return { channel, outcome: "failed", detail: `${code}: ${detail}`, ...NOTHING_DONE };
    }
    case "unsupported":
      return undefined;
  }
}

/** Brings our copy of the providers' templates up to date. */
export const templateSyncRoutes = [
  defineRoute({
    method: "post",
    path: "/templates/sync",
    scope: "templates:write",
    summary: "Lists the templates at the providers and stores what changed",
    tag: "templates",
    query: nothing,
    body: z.strictObject({
      channel: z
        .string()
        .min(1)
        .max(63)
        .optional()
        .meta({ description: "Every channel that has templates where absent." }),
      force: z
        .boolean()
        .default(false)
        .meta({ description: "Even if it was done less than a minute ago." }),
    }),
    answer: z.strictObject({ data: z.array(result) }).meta({ id: "TemplateSyncs" }),
    handle: async ({ body: { channel, force } }, { channels, caller, templates }) => {
      if (channel !== undefined && !(channels.has(channel) && owns(caller, channel)))
        throw new BridgeError("request_not_found", "no channel has this name");
      const able = templates.channels().filter((name) => owns(caller, name));
      if (channel !== undefined && !able.includes(channel)) {
        const detail =
          "the templates of this channel cannot be listed; on the Cloud API, set its business_account_id";
        throw new BridgeError("request_conflict", detail);
      }
      const data: z.output<typeof result>[] = [];
      for (const name of channel === undefined ? able : [channel]) {
        const shown = show(await templates.sync(name, { insist: force }));
        if (shown !== undefined) data.push(shown);
      }
      return { data };
    },
  }),
] as const;
