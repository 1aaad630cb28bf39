import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { Probe } from "../channel.ts";
import { readJson } from "../provider-answer.ts";
import { readRefusal } from "./send.ts";
import type { CloudSettings } from "./settings.ts";

/** Numbers in these states send and receive. Source: Cloud API reference, phone numbers, status. */
const WORKING: readonly string[] = ["CONNECTED", "FLAGGED", "RATE_LIMITED"];

const numberSchema = z.object({
  status: z.string().regex(/^[A-Z_]{1,40}$/),
  quality_rating: z
    .string()
    .regex(/^[A-Z]{1,20}$/)
    .optional()
    .catch(undefined),
});

/** Asks how a phone number is doing. Source: Cloud API reference, phone numbers. */
export function createProbe(settings: CloudSettings, secrets: readonly string[]): Probe {
  return {
    request: (account) => ({
      method: "GET",
      url: `${settings.graph_url}/${settings.api_version}/${encodeURIComponent(account)}?fields=status,quality_rating`,
      headers: { authorization: `Bearer ${settings.access_token}` },
    }),
    read: (response) => {
      const body = readJson(response.body);
      const refusal = readRefusal(body, response.status, secrets);
      if (refusal !== undefined) throw refusal;
      const number = numberSchema.safeParse(body).data;
      if (number === undefined)
        throw new BridgeError("channel_unreadable", "the answer does not tell the number's state");
      const { status, quality_rating: quality } = number;
      const detail = quality === undefined ? status : `${status}, quality ${quality}`;
      return { state: WORKING.includes(status) ? "connected" : "disconnected", detail };
    },
  };
}
