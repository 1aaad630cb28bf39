import { createMemoryState } from "@chat-adapter/state-memory";
import { createPostgresState } from "@chat-adapter/state-pg";
import { createWhatsAppAdapter } from "@chat-adapter/whatsapp";
import { serve } from "@hono/node-server";
import { Chat } from "chat";
import { Hono } from "hono";
import { announce, ask, PATH, settings } from "./rival.mjs";

/**
 * The Chat SDK with its WhatsApp adapter, as the READMEs of `chat`, `@chat-adapter/whatsapp` and `@chat-adapter/state-pg`
 * show it, on Hono as its guide "Ship a GitHub code review bot with Hono and Redis" does. Its default drops what arrives
 * while a conversation is being answered; its page "Overlapping Messages" recommends `queue` for customer support ("never
 * lose messages"), so that is what runs here, and every message of a turn is put to the bot, as that page's example does.
 */
const bot = new Chat({
  userName: "mybot",
  logger: "error",
  concurrency: "queue",
  dedupeTtlMs: 600_000,
  state:
    settings.databaseUrl === ""
      ? createMemoryState()
      : createPostgresState({ url: settings.databaseUrl }),
  adapters: {
    whatsapp: createWhatsAppAdapter({
      accessToken: settings.token,
      appSecret: settings.appSecret,
      phoneNumberId: settings.phoneNumberId,
      verifyToken: settings.verifyToken,
      apiUrl: settings.graphUrl,
    }),
  },
});

bot.onDirectMessage(async (thread, message, _channel, context) => {
  for (const one of [...(context?.skipped ?? []), message])
    for (const text of await ask(thread.id, one.text)) await thread.post(text);
});
await bot.initialize();

const app = new Hono();
app.post(PATH, (c) => bot.webhooks.whatsapp(c.req.raw));
serve({ fetch: app.fetch, port: settings.port, hostname: "127.0.0.1" }, announce);
