import type { TemplateOffice } from "../../../src/campaigns/templates/office.ts";
import type { Queryable } from "../../../src/db/driver.ts";
import { markDeleted, saveCreated } from "../../../src/db/template-listing.ts";

/** An office whose provider agrees to everything and lists nothing. */
export function agreeingOffice(db: Queryable): TemplateOffice {
  return {
    channels: () => ["whatsapp"],
    sync: (channel) =>
      Promise.resolve({
        kind: "synced",
        channel,
        synced: 0,
        added: 0,
        changed: 0,
        gone: 0,
        isComplete: true,
      }),
    create: async (channel, draft) => {
      const taken = { externalId: "1", status: "PENDING", quality: null, reason: null };
      const row = await saveCreated(db, channel, { ...draft, ...taken });
      if (row === undefined) throw new Error("the template was not stored");
      return row;
    },
    remove: ({ id }) => markDeleted(db, id),
  };
}
