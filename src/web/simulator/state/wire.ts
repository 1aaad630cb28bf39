import type { z } from "zod";
import type { sendAnswer } from "../../../http/api/send-schemas.ts";
import type {
  behaviourShown,
  clockShown,
  madeCalls,
  simulatorShown,
  webhookOrder,
} from "../../../http/api/simulator-schemas.ts";
import type { template } from "../../../http/api/template-view.ts";
import type { saidContent } from "../../../simulator/content-schema.ts";

// What the simulator's part of the API takes and answers, by its own schemas.

export type Simulator = z.output<typeof simulatorShown>;
export type Line = Simulator["lines"][number];
export type Said = z.input<typeof saidContent>;
export type WebhookOrder = z.input<typeof webhookOrder>;
export type MadeCalls = z.output<typeof madeCalls>;
export type MadeCall = MadeCalls["calls"][number];
export type Behaviour = z.output<typeof behaviourShown>;
export type Clock = z.output<typeof clockShown>;
export type SendAnswer = z.output<typeof sendAnswer>;
export type Template = z.output<typeof template>;

/** What a provider may report of a message. */
export type StatusWord = "sent" | "delivered" | "read" | "failed";
