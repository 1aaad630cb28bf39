import { expect, test } from "@jest/globals";
import { readWebhookPath } from "../../src/http/webhook-path.ts";

const webhook = (channel: string, suffix = "") => ({ channel, suffix, serves: "webhook" });
const status = (channel: string) => ({ channel, suffix: "", serves: "status" });

test.each([
  { label: "Rasa's layout", path: "/webhooks/cloud-2/webhook", want: webhook("cloud-2") },
  { label: "a slash at the end", path: "/webhooks/acs/webhook/", want: webhook("acs") },
  {
    label: "an event's suffix",
    path: "/webhooks/evolution/webhook/messages-upsert",
    want: webhook("evolution", "messages-upsert"),
  },
  { label: "an escaped name", path: "/webhooks/a%20b/webhook", want: webhook("a b") },
  { label: "a channel's status", path: "/webhooks/whatsapp/", want: status("whatsapp") },
  { label: "an alias", path: "/api/v1/whatsapp/webhook", want: webhook("whatsapp") },
  { label: "an alias's status", path: "/api/v1/whatsapp/health", want: status("whatsapp") },
  { label: "an open alias", path: "/api/webhooks/evolution", want: webhook("evolution") },
  {
    label: "an open alias with a suffix",
    path: "/api/webhooks/evolution/send-message",
    want: webhook("evolution", "send-message"),
  },
  { label: "what only begins as an alias", path: "/whatsapp/webhooks", want: undefined },
  { label: "more behind a closed alias", path: "/whatsapp/webhook/x", want: undefined },
  { label: "more behind an open alias's name", path: "/api/webhooks/evolution2", want: undefined },
  { label: "a name that cannot be read", path: "/webhooks/%E0%A4%A/webhook", want: undefined },
  { label: "anything else", path: "/", want: undefined },
])("$label", ({ path, want }) => {
  expect(readWebhookPath(path)).toEqual(want);
});
