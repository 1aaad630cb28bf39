/** What every rival's server is given, and the one question all of them put to the same bot in the same way. */
export const settings = {
  token: process.env.PEER_TOKEN ?? "",
  appSecret: process.env.PEER_APP_SECRET ?? "",
  verifyToken: process.env.PEER_VERIFY_TOKEN ?? "",
  phoneNumberId: process.env.PEER_PHONE_NUMBER_ID ?? "",
  graphUrl: process.env.PEER_GRAPH_URL ?? "",
  rasaUrl: process.env.PEER_RASA_URL ?? "",
  databaseUrl: process.env.PEER_DATABASE_URL ?? "",
  port: Number(process.env.PORT ?? 0),
};

export const PATH = "/webhooks/whatsapp/webhook";

/** Asks the bot as Rasa's documentation of the REST channel says; resolves with its texts. */
export async function ask(sender, message) {
  const response = await fetch(`${settings.rasaUrl}/webhooks/rest/webhook`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sender, message }),
  });
  if (!response.ok) throw new Error(`the bot answered ${response.status}`);
  const replies = await response.json();
  return replies.map(({ text }) => text);
}

/** Says where a server listens, in the words that the benchmark waits for. */
export function announce(address) {
  process.stdout.write(`listens on http://127.0.0.1:${address.port}\n`);
}
