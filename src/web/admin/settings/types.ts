import type { z } from "zod";
import type { auditRow } from "../../../db/audit.ts";
import type { keyRow } from "../../../db/api-keys.ts";
import type { listedContact } from "../../../db/contacts-list.ts";
import type { optOutRow } from "../../../db/contacts-read.ts";
import type { channel } from "../../../http/api/channels.ts";
import type { contact } from "../../../http/api/contact-view.ts";
import type { effectiveSettings } from "../../../http/api/settings.ts";

export type AuditEntry = z.output<typeof auditRow>;
export type ChannelRow = z.output<typeof channel>;
export type Contact = z.output<typeof contact>;
export type EffectiveSettings = z.output<typeof effectiveSettings>;
export type Key = z.output<typeof keyRow>;
export type ListedContact = z.output<typeof listedContact>;
export type OptOut = z.output<typeof optOutRow>;
/** A key as it is answered once, when it is made. */
export type MadeKey = Key & { readonly key: string };
