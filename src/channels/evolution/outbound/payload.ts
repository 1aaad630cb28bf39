import { z } from "zod";

/** The calls that send something. Source: Evolution API documentation, message. */
const ROUTES = [
  "sendText",
  "sendMedia",
  "sendWhatsAppAudio",
  "sendSticker",
  "sendLocation",
  "sendContact",
  "sendReaction",
  "sendPoll",
  "sendList",
  "sendButtons",
  "sendTemplate",
] as const;

export type Route = (typeof ROUTES)[number];

/** A message as it is kept until it is sent: which call it is, and that call's body in the form of the server's version. */
export const payloadSchema = z.object({
  route: z.enum(ROUTES),
  body: z.record(z.string(), z.unknown()),
});

export type Payload = z.output<typeof payloadSchema>;
