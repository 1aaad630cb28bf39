import { startGraph } from "./graph.ts";
import { startRasa } from "./rasa.ts";
import { TRIAL_BUSINESS_ACCOUNT, TRIAL_TEMPLATES } from "./trial-templates.ts";

/** Ports of the provider, of the bot and of the bridge, where the usual ones are taken. */
const { GRAPH_PORT = "5080", RASA_PORT = "5081", PORT: BRIDGE_PORT = "5006" } = process.env;

/**
 * Plays the provider and the bot for somebody who has neither: strict about what the bridge sends, and reporting every
 * message as sent, delivered and read. `npm run standins` starts it, README says what to paste.
 */
const ACCOUNT = "810000000000001";
const TOPICS = ["Saúde", "Educação", "Transporte", "Outro assunto"];

const graph = await startGraph({
  port: Number(GRAPH_PORT),
  token: "trial-token",
  appSecret: "trial-app-secret",
  phoneNumberIds: [ACCOUNT],
  templates: { businessAccount: TRIAL_BUSINESS_ACCOUNT, known: TRIAL_TEMPLATES },
  webhookUrl: `http://127.0.0.1:${BRIDGE_PORT}/webhooks/whatsapp/webhook`,
});
const rasa = await startRasa(
  (_sender, message) => [
    {
      text: `Você disse: ${message}. Escolha um tema:`,
      buttons: TOPICS.map((title) => ({
        title,
        payload: `/tema${JSON.stringify({ nome: title })}`,
      })),
    },
  ],
  { port: Number(RASA_PORT) },
);
process.stdout.write(
  `The provider listens on ${graph.url}, the bot on ${rasa.url}. Ctrl-C ends both.\n`,
);

let shown = 0;
setInterval(() => {
  for (const { to, payload } of graph.sent.slice(shown))
    process.stdout.write(`to ${to}: ${JSON.stringify(payload)}\n`);
  shown = graph.sent.length;
}, 100);
