import type { Channel } from "../../src/channels/channel.ts";
import { cloud } from "../../src/channels/cloud/index.ts";
import { rest } from "../../src/channels/rest/index.ts";
import { sms } from "../../src/channels/sms/index.ts";

/** Channels to send on: two WhatsApp providers, text messages, and one of web clients, to whom nobody sends. */
export function sendChannels(): Map<string, { readonly channel: Channel }> {
  const keys = { access_token: "token", app_secrets: ["secret"], verify_tokens: ["verify"] };
  const endpoint = "https://acs.example.communication.azure.com";
  return new Map([
    ["whatsapp", { channel: cloud.configure({ ...keys, phone_number_ids: ["111", "222"] }) }],
    ["second", { channel: cloud.configure({ ...keys, phone_number_ids: ["333"] }) }],
    [
      "sms",
      {
        channel: sms.configure({
          senders: ["+5511000000000"],
          endpoint,
          api_key: Buffer.alloc(32, 1).toString("base64"),
          webhook_secrets: ["secret"],
        }),
      },
    ],
    ["rest", { channel: rest.configure({}) }],
  ]);
}
