import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { Probe } from "../channel.ts";
import { call } from "./call.ts";
import { stateOf } from "./inbound/instance-events.ts";
import { readJson } from "../provider-answer.ts";
import { refusalOf } from "./refusals.ts";
import type { EvolutionSettings } from "./settings.ts";

const answerSchema = z.object({ instance: z.object({ state: z.string() }) });

/** Describes the call that tells whether an instance is connected. Source: Evolution API documentation, instance. */
export function createProbe(settings: EvolutionSettings): Probe {
  return {
    request: (account) => call(settings, "instance/connectionState", account),
    read: (response) => {
      if (response.status !== 200) throw refusalOf(response, settings);
      const state = stateOf(answerSchema.safeParse(readJson(response.body)).data?.instance.state);
      if (state !== undefined) return { state, detail: "" };
      throw new BridgeError("channel_unreadable", "the answer does not tell the instance's state");
    },
  };
}
