import { z } from "zod";
import { openPostgres } from "../../src/db/postgres.ts";
import { ACCOUNT, eventually } from "../e2e/world.ts";
import { buttonWebhook } from "../standins/graph-webhooks.ts";
import type { RasaBot } from "../standins/rasa.ts";
import { CROWD, PEOPLE, recipientList } from "./demo-people.ts";
import type { PlaceIds } from "./places.ts";
import { openTown, type Town } from "./town.ts";

const TOPICS = ["Mobilidade", "Saúde", "Educação", "Praças e parques", "Iluminação"];

const VOTE = [
  { title: "Concordo", payload: '/votar{"v":1}' },
  { title: "Discordo", payload: '/votar{"v":-1}' },
  { title: "Pular", payload: '/votar{"v":0}' },
];

/** Who asks what people think of their town. */
const bot: RasaBot = (_sender, message) => {
  const said = message.toLowerCase();
  if (said.startsWith("/votar"))
    return [{ text: "Voto registrado. *Obrigado!* Quer votar outra?" }];
  if (said.includes("tema"))
    return [
      {
        text: "Sobre o que você quer opinar?",
        buttons: TOPICS.map((title) => ({ title, payload: `/tema{"nome":"${title}"}` })),
      },
    ];
  if (said.includes("mapa"))
    return [{ text: "O traçado proposto:", image: "https://cidade.example.org/ciclovia.png" }];
  if (said.includes("humano")) return [{ text: "Vou chamar alguém da equipe. Um momento!" }];
  return [
    {
      text: "_Consulta pública 12_\n\nVocê concorda com a ciclovia na *Avenida Central*?",
      buttons: VOTE,
    },
  ];
};

const made = z.looseObject({ id: z.string() });
const listed = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), status: z.string() })),
});
const conversations = z.looseObject({
  data: z.array(z.looseObject({ id: z.string(), contact_id: z.string() })),
});

const text = (body: string) => ({ type: "text", text: { body } });

async function talk(town: Town): Promise<void> {
  const { graph } = town.world;
  for (const [index, person] of PEOPLE.entries()) {
    if (index === 4) graph.script([{ kind: "fail_later", code: 131_026 }]);
    if (index === 7) graph.script([{ kind: "error", status: 400, code: 131_047 }]);
    await town.write(person, text(index % 3 === 0 ? "Olá! Quero participar" : "Oi"));
  }
  const [joana, antonio, beatriz, rafael] = PEOPLE;
  if (joana === undefined || antonio === undefined) throw new Error("nobody is there");
  const answered = async (count: number) =>
    eventually(
      () => graph.sent.length >= count,
      () => ({ sent: graph.sent.length, count }),
    );
  await answered(PEOPLE.length - 1);
  await town.world.post(
    buttonWebhook({
      account: ACCOUNT,
      from: joana.from,
      name: joana.name,
      id: "wamid.vote",
      payload: '/votar{"v":1}',
      title: "Concordo",
      timestamp: Math.floor(Date.now() / 1_000),
    }),
  );
  await answered(PEOPLE.length);
  await town.write(joana, text("Quais são os temas?"));
  await answered(PEOPLE.length + 1);
  await town.write(joana, text("Me mostra o mapa, por favor 🗺️"));
  await answered(PEOPLE.length + 2);
  await town.write(joana, {
    type: "location",
    location: {
      latitude: -15.7942,
      longitude: -47.8825,
      name: "Praça Central",
      address: "Setor 2",
    },
  });
  if (beatriz !== undefined) await town.write(beatriz, text("Falar com um humano"));
  if (rafael !== undefined) await town.write(rafael, text("parar"));
}

async function campaign(town: Town, name: string, recipients: number, rate?: number) {
  const { id } = made.parse(
    await town.call("POST", "/campaigns", {
      channel: "whatsapp",
      name,
      default_country: "BR",
      template: {
        name: "po_notification",
        language: "pt_BR",
        params: {
          supplier_name: "{{nome}}",
          po_number: "{{pedido}}",
          total_amount: "{{valor}}",
        },
      },
      ...(rate !== undefined && { rate_per_second: rate }),
    }),
  );
  await town.call("POST", `/campaigns/${id}/recipients`, recipientList(recipients));
  return id;
}

async function campaigns(town: Town): Promise<string> {
  await town.call("POST", "/templates/sync", { channel: "whatsapp" });
  const { graph } = town.world;
  const done = await campaign(town, "Reunião de bairro – outubro", 60);
  graph.script(
    Array.from({ length: 60 }, (_, place) =>
      place % 13 === 5
        ? { kind: "fail_later" as const, code: place % 2 === 0 ? 131_026 : 131_049 }
        : { kind: "none" as const },
    ),
  );
  await town.call("POST", `/campaigns/${done}/start`);
  await eventually(
    async () => made.parse(await town.call("GET", `/campaigns/${done}`))["state"] === "done",
    () => "the campaign ends",
    60_000,
  );
  await campaign(town, "Pesquisa de satisfação (rascunho)", 12);
  const running = await campaign(town, "Pedidos de novembro", 400, 1);
  await town.call("POST", `/campaigns/${running}/start`);
  return running;
}

/** A town that holds a vote, with everything that a page may show, and ids to go to. */
export interface Demo extends PlaceIds {
  readonly town: Town;
}

/** Opens a town where much was said: conversations, a campaign under way, failures, dead letters, keys. */
export async function openDemo(): Promise<Demo> {
  const town = await openTown({ bot });
  try {
    await talk(town);
    const running = await campaigns(town);
    const { rawBody, headers } = town.world.graph.signedWebhook('{"object":"whatsapp');
    const bytes = new Uint8Array(rawBody);
    await fetch(`${town.url()}/webhooks/whatsapp/webhook`, {
      method: "POST",
      headers,
      body: bytes,
    });
    for (const body of [
      { name: "Painel da prefeitura", role: "viewer" },
      { name: "Atendimento", role: "operator", per_minute: 600 },
      { name: "Integração do CRM", scopes: ["messages:write", "contacts:read"] },
    ])
      await town.call("POST", "/keys", body);
    const { databaseUrl } = town.world;
    if (databaseUrl !== undefined) {
      const db = openPostgres(databaseUrl, { poolSize: 1 });
      await db.script(CROWD);
      await db.close();
    }
    const known = conversations.parse(await town.call("GET", "/conversations?q=991230011"));
    const [conversation] = known.data;
    const [template] = listed.parse(await town.call("GET", "/templates?limit=1")).data;
    const events = z
      .looseObject({ data: z.array(made) })
      .parse(await town.call("GET", "/events?limit=1"));
    await town.call("PATCH", `/contacts/${conversation?.contact_id ?? ""}`, {
      properties: { bairro: "Vila Planalto", votos: 12, aceita_email: true },
    });
    const paused = conversations.parse(await town.call("GET", "/conversations?q=Beatriz"));
    await town.call("POST", `/conversations/${paused.data[0]?.id ?? ""}/pause`, {});
    const said = listed.parse(
      await town.call("GET", `/messages?conversation_id=${conversation?.id ?? ""}&direction=out`),
    );
    return {
      town,
      message: said.data[0]?.id ?? "",
      conversation: conversation?.id ?? "",
      contact: conversation?.contact_id ?? "",
      campaign: running,
      template: template?.id ?? "",
      event: events.data[0]?.id ?? "",
    };
  } catch (error) {
    await town.close();
    throw error;
  }
}
