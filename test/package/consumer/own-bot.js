// Run by pack.test.ts: a program that has a bridge inside, with a backend of its own.
import { startBridge } from "ponte";
import { defineBackend } from "ponte/backends";
import { createConverter } from "ponte/convert";
import { z } from "zod";

const shout = defineBackend({
  type: "shout",
  variables: [],
  settings: z.object({}),
  create: () => ({
    timeoutMs: 1_000,
    secrets: [],
    answer: async ({ text }) => ({ outcome: "answered", replies: [{ text: text.toUpperCase() }] }),
  }),
});
const bridge = await startBridge({ env: process.env, backends: [shout], logTo: process.stderr });
const response = await fetch(`${bridge.url}/webhooks/rest/webhook`, {
  method: "POST",
  body: JSON.stringify({ sender: "me", message: "oi" }),
});
const replies = await response.json();
await bridge.close();
const cloud = createConverter("cloud", {
  access_token: "token-of-a-converter",
  phone_number_ids: ["1"],
  verify_tokens: ["verify-token-of-a-converter"],
  app_secrets: ["app-secret-of-a-converter"],
});
const to = { account: "1", identities: [{ kind: "phone", value: "5511900000001" }] };
const [message] = cloud.render({ text: "olá" }, to).messages;
process.stdout.write(JSON.stringify({ replies, payload: message.payload }));
