import { createServer } from "node:http";
import { Text } from "whatsapp-api-js/messages";
import { WhatsAppAPI } from "whatsapp-api-js/middleware/node-http";
import { announce, ask, PATH, settings } from "./rival.mjs";

/**
 * whatsapp-api-js as "Set up" of its README and the example of its own node:http middleware show it: `on.message` awaits its
 * `reply`, and the webhook is answered after that. It knows no other address than Meta's; its documented way to replace the
 * fetch function is used to lead it to the stand-in.
 */
const Whatsapp = new WhatsAppAPI({
  token: settings.token,
  appSecret: settings.appSecret,
  webhookVerifyToken: settings.verifyToken,
  v: "v25.0",
  ponyfill: {
    fetch: (url, init) => fetch(url.replace("https://graph.facebook.com", settings.graphUrl), init),
  },
});

Whatsapp.on.message = async ({ from, message, reply }) => {
  if (message.type !== "text") return;
  for (const text of await ask(from, message.text.body)) await reply(new Text(text));
};

async function handle(request, response) {
  if (request.url === PATH && request.method === "POST") {
    response.statusCode = await Whatsapp.handle_post(request);
    response.end();
  }
}
const server = createServer((request, response) => void handle(request, response));
server.listen(settings.port, "127.0.0.1", () => announce(server.address()));
