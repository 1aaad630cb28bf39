import { z } from "zod";
import { type Database } from "../../src/db/driver.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { eventually } from "../e2e/world.ts";
import { messagesWebhook } from "../standins/graph-webhooks.ts";
import type { RasaBot } from "../standins/rasa.ts";
import { CARRIED } from "./payloads.ts";
import type { PlaceIds } from "./places.ts";
import { openTown, type Town } from "./town.ts";
import { ACCOUNT } from "../e2e/world.ts";

/** Characters of a button's title, and of what a name or a label may have at least somewhere. */
const SHORT = 20;

/** The first characters of a text, none of them cut in two. */
const cut = (text: string, count: number) => Array.from(text).slice(0, count).join("");

const titled = (text: string, count: number) =>
  Array.from({ length: count }, (_, place) => ({
    title: `${place}${cut(text, SHORT - 2)}`,
    payload: `${place}${text.slice(0, 200)}`,
  }));

/** Says what it heard, as a text with buttons, with a list, or with an image's address. */
const bot: RasaBot = (_sender, message) => [
  { text: message, buttons: titled(message, message.length % 2 === 0 ? 2 : 6) },
  ...(message.length % 5 === 0 ? [{ image: "https://evil.example.org/x.png", text: message }] : []),
];

const nameOf = (text: string) => cut(text, 100);

/** A town whose people mean harm with everything that they may write. */
export interface Museum extends PlaceIds {
  readonly town: Town;
  readonly db: Database;
  readonly simulated: { readonly channel: string; readonly person: string };
  readonly close: () => Promise<void>;
}

const hostileTemplates = CARRIED.map((text, index) => ({
  id: String(1_800_000_000_000_000 + index),
  name: `hostile_${index}`,
  language: "pt_BR",
  status: "APPROVED",
  category: "UTILITY",
  parameter_format: "POSITIONAL" as const,
  components: [
    { type: "HEADER", format: "TEXT", text: cut(text, 60) },
    {
      type: "BODY",
      text: `${cut(text, 900)} {{1}} .`,
      example: { body_text: [[nameOf(text)]] },
    },
    { type: "FOOTER", text: cut(text, 60) },
    {
      type: "BUTTONS",
      buttons: [{ type: "QUICK_REPLY", text: cut(text, SHORT) }],
    },
  ],
}));

const phone = (index: number) => `5561992${String(index).padStart(6, "0")}`;

/** What people send: everybody's name, text and file is another payload. */
async function plant(town: Town): Promise<void> {
  const at = String(Math.floor(Date.now() / 1_000));
  const everybody = CARRIED.map((text, index) => ({
    contact: { profile: { name: nameOf(text) }, wa_id: phone(index) },
    messages: [
      {
        from: phone(index),
        id: `wamid.t${index}`,
        timestamp: at,
        type: "text",
        text: { body: text },
      },
      {
        from: phone(index),
        id: `wamid.d${index}`,
        timestamp: at,
        type: "document",
        document: {
          id: `7${index}`,
          filename: nameOf(text),
          mime_type: "text/html",
          caption: nameOf(text),
        },
      },
    ],
  }));
  for (let first = 0; first < everybody.length; first += 55) {
    const some = everybody.slice(first, first + 55);
    const status = await town.world.post(
      messagesWebhook(ACCOUNT, {
        contacts: some.map(({ contact }) => contact),
        messages: some.flatMap(({ messages }) => messages),
      }),
    );
    if (status !== 200) throw new Error(`a webhook was answered with ${status}`);
  }
  const { rawBody, headers } = town.world.graph.signedWebhook(`{"oops ${CARRIED.join("\n")}`);
  await fetch(`${town.url()}/webhooks/whatsapp/webhook`, {
    method: "POST",
    headers: { ...headers, "user-agent": CARRIED[0] ?? "" },
    body: new Uint8Array(rawBody),
  });
}

const waiting = z.tuple([z.object({ count: z.int() })]);

async function settle(db: Database): Promise<void> {
  await eventually(
    async () => {
      const rows = await db.query(
        `select ((select count(*) from inbox where done_at is null)
          + (select count(*) from messages where direction = 'out' and status in ('queued', 'sending')))::int as count`,
      );
      return waiting.parse(rows)[0].count === 0;
    },
    () => "everything is answered",
    60_000,
  );
}

const made = z.looseObject({ id: z.string() });

/** A campaign with hostile names, columns and values; beside it as many as there are payloads, by name alone. */
async function plantCampaigns(town: Town, db: Database): Promise<string> {
  await town.call("POST", "/templates/sync", { channel: "whatsapp" });
  const { id } = made.parse(
    await town.call("POST", "/campaigns", {
      channel: "whatsapp",
      name: nameOf(CARRIED[0] ?? ""),
      default_country: "BR",
      template: { name: "hostile_0", language: "pt_BR", params: ["{{valor}}"] },
    }),
  );
  const cell = (text: string) => `"${text.slice(0, 400).replaceAll('"', '""')}"`;
  const rows = CARRIED.map((text, index) => `+${phone(index)};${cell(text)};${cell(text)}`);
  const list = ["telefone;nome;valor", ...rows, `${cell(CARRIED[1] ?? "")};x;y`].join("\r\n");
  await town.call("POST", `/campaigns/${id}/recipients`, list);
  await db.query(
    `insert into campaigns
     select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'name', left(p, 200)))).*
     from campaigns c, jsonb_array_elements_text($2::text::jsonb) p where c.id = $1::uuid`,
    [id, JSON.stringify(CARRIED)],
  );
  return id;
}

const found = z.tuple([z.object({ id: z.string(), contact_id: z.string() })]);

/** Brings everything that was said into one conversation, so that one page shows all of it. */
async function gather(db: Database, target: string, contact: string): Promise<void> {
  for (const table of ["messages", "interactions"])
    await db.query(
      `insert into ${table}
       select (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'conversation_id', $1::text,
         'contact_id', $2::text, 'external_id', null) ${table === "messages" ? "|| jsonb_build_object('seq', nextval('message_seq'))" : ""})).*
       from ${table} m where m.channel = 'whatsapp' and m.conversation_id <> $1::text::uuid
         and not exists (select from ${table} o where o.conversation_id = $1::text::uuid and o.id = m.id)`,
      [target, contact],
    );
}

async function plantRest(town: Town, db: Database, contact: string): Promise<void> {
  await db.query(
    `insert into api_keys (id, tenant, name, digest, scopes, created_by)
     select 'x' || to_char(n, 'FM0000000'), 'default', left(p, 100), sha256(convert_to(n::text, 'UTF8')),
       array['stats:read'], left(p, 40)
     from jsonb_array_elements_text($1::text::jsonb) with ordinality as row (p, n)`,
    [JSON.stringify(CARRIED)],
  );
  const usable = CARRIED.filter((text) => !text.includes("__proto__") && text.length <= 60);
  const properties = Object.fromEntries(usable.map((text) => [text, text]));
  await town.call("PATCH", `/contacts/${contact}`, { properties });
}

/** Opens the museum. It needs PostgreSQL. */
export async function openMuseum(): Promise<Museum> {
  const town = await openTown({
    bot,
    templates: hostileTemplates,
    statuses: [],
    settings: { conversation: { flood_messages: 0, loop_repeats: 1_000, loop_answers: 10_000 } },
  });
  const { databaseUrl } = town.world;
  if (databaseUrl === undefined) throw new Error("the museum needs PostgreSQL");
  const db = openPostgres(databaseUrl, { poolSize: 1 });
  const close = async () => {
    await db.close();
    await town.close();
  };
  try {
    const simulated = { channel: "simulator", person: "5561999990000" };
    await plant(town);
    await town.call("POST", "/simulator/webhooks", {
      channel: simulated.channel,
      messages: CARRIED.slice(0, 20).map((text) => ({
        from: `+${simulated.person}`,
        name: nameOf(CARRIED[0] ?? ""),
        content: { type: "text", text: text.slice(0, 1_000) },
      })),
    });
    const campaign = await plantCampaigns(town, db);
    await settle(db);
    const byChannel = async (channel: string) =>
      found.parse(
        await db.query(
          "select id::text, contact_id::text from conversations where channel = $1::text order by id limit 1",
          [channel],
        ),
      )[0];
    const { id: conversation, contact_id: contact } = await byChannel("whatsapp");
    const phoneTalk = await byChannel(simulated.channel);
    await gather(db, phoneTalk.id, phoneTalk.contact_id);
    await gather(db, conversation, contact);
    await plantRest(town, db, contact);
    const [message] = z.array(made).parse(
      await db.query(
        `select id::text from messages where direction = 'out' and in_reply_to is not null and text like '<img%'
             and conversation_id in (select id from conversations where channel = 'whatsapp') order by id limit 1`,
      ),
    );
    const first = z.looseObject({ data: z.array(made) });
    const [template] = first.parse(await town.call("GET", "/templates?limit=1")).data;
    const [event] = first.parse(await town.call("GET", "/events?limit=1")).data;
    const ids = { template: template?.id ?? "", event: event?.id ?? "" };
    const talk = { conversation, contact, message: message?.id ?? "" };
    return { town, db, simulated, campaign, ...talk, ...ids, close };
  } catch (error) {
    await close();
    throw error;
  }
}
