import type { z } from "zod";
import type { channel } from "../../../http/api/channels.ts";
import type { contact } from "../../../http/api/contact-view.ts";
import type { replayAnswer } from "../../../http/api/dead-letters.ts";
import type { errorReport } from "../../../http/api/error-report.ts";
import type { sendAnswer } from "../../../http/api/send-schemas.ts";
import type { preview } from "../../../http/api/template-preview.ts";
import type { template } from "../../../http/api/template-view.ts";
import type { slotsRow } from "../../../db/remembered.ts";

export type Channel = z.output<typeof channel>;
export type Contact = z.output<typeof contact>;
export type ErrorReport = z.output<typeof errorReport>;
export type Replay = z.output<typeof replayAnswer>;
export type Sent = z.output<typeof sendAnswer>;
export type Slots = z.output<typeof slotsRow>;
export type Template = z.output<typeof template>;
export type TemplatePreview = z.output<typeof preview>;
