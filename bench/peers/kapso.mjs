import { WhatsAppClient } from "@kapso/whatsapp-cloud-api";
import { normalizeWebhook, verifySignature } from "@kapso/whatsapp-cloud-api/server";
import express from "express";
import { announce, ask, PATH, settings } from "./rival.mjs";

/**
 * kapso's SDK as the "Webhooks" and "Quick start" parts of its README show it: Express, the raw body verified, normalised,
 * each message handled in a loop that is not waited for, then 200. The README leaves the handling to the user; a failure is
 * logged, as an unhandled one would end the process.
 */
const client = new WhatsAppClient({ accessToken: settings.token, baseUrl: settings.graphUrl });

async function answer(message, phoneNumberId) {
  for (const body of await ask(message.from, message.text.body))
    await client.messages.sendText({ phoneNumberId, to: message.from, body });
}

const app = express();
app.post(PATH, express.raw({ type: "application/json" }), (req, res) => {
  const ok = verifySignature({
    appSecret: settings.appSecret,
    rawBody: req.body,
    signatureHeader: req.headers["x-hub-signature-256"],
  });
  if (!ok) return res.status(401).end();

  const payload = JSON.parse(req.body.toString("utf8"));
  const events = normalizeWebhook(payload);
  events.messages.forEach((message) => {
    if (message.type !== "text") return;
    answer(message, events.phoneNumberId ?? settings.phoneNumberId).catch((error) =>
      console.error(error),
    );
  });
  res.sendStatus(200);
});

const server = app.listen(settings.port, "127.0.0.1", () => announce(server.address()));
