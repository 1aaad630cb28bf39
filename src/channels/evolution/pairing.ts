import { z } from "zod";
import { BridgeError } from "../../errors.ts";
import type { Pairing, PairingSource } from "../pairing-source.ts";
import { readJson } from "../provider-answer.ts";
import { call } from "./call.ts";
import { stateOf } from "./inbound/instance-events.ts";
import { refusalOf } from "./refusals.ts";
import { type EvolutionSettings, integrationOf } from "./settings.ts";

/** Characters of the picture, and of the texts beside it. The server's pictures have about ten thousand. */
const MAX_PICTURE_LENGTH = 200_000;
const MAX_CODE_LENGTH = 2_000;

const code = z.string().min(1).max(MAX_CODE_LENGTH).optional().catch(undefined);

/**
 * A code, counted; nothing but a count of 0 until there is one. Instead of it the state of an instance that is paired already,
 * or `{error: true}` where it cannot be connected.
 */
const answerSchema = z.union([
  z.object({ instance: z.object({ state: z.string() }) }),
  z.object({ error: z.literal(true) }),
  z.object({ base64: z.unknown(), code, pairingCode: code }),
  z.object({ count: z.number() }).transform(() => ({ base64: undefined })),
]);

/** A picture and nothing else: it is shown by a page. */
const PICTURE = /^data:image\/png;base64,[A-Za-z0-9+/]+={0,2}$/;

/** Describes the call that shows an instance's QR code. Source: Evolution API documentation, instance connect. */
export function createPairing(settings: EvolutionSettings): PairingSource {
  return {
    isFor: (account) => integrationOf(settings, account) === "baileys",
    request: (account) => call(settings, "instance/connect", account),
    read: (response) => {
      if (response.status < 200 || response.status > 299) throw refusalOf(response, settings);
      const answer = answerSchema.safeParse(readJson(response.body)).data;
      if (answer === undefined) throw unreadable("the answer is none to a call for a code");
      if ("error" in answer)
        throw new BridgeError("channel_unavailable", "the instance cannot be connected now");
      if ("instance" in answer) return readState(answer.instance.state);
      return readCode(answer);
    },
  };
}

const unreadable = (detail: string) => new BridgeError("channel_unreadable", detail);

function readState(word: string): Pairing {
  const state = stateOf(word);
  if (state === undefined) throw unreadable("the answer does not tell the instance's state");
  return { state };
}

function readCode({ base64, code: text, pairingCode }: CodeAnswer): Pairing {
  if (base64 !== undefined && base64 !== null && !isPicture(base64))
    throw unreadable("the code's picture is no PNG");
  return {
    state: "connecting",
    ...(typeof base64 === "string" && { qr: base64 }),
    ...(text !== undefined && { code: text }),
    ...(pairingCode !== undefined && { pairingCode }),
  };
}

interface CodeAnswer {
  readonly base64: unknown;
  readonly code?: string | undefined;
  readonly pairingCode?: string | undefined;
}

function isPicture(given: unknown): given is string {
  return typeof given === "string" && given.length <= MAX_PICTURE_LENGTH && PICTURE.test(given);
}
