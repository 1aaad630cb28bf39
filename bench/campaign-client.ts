import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { ADMIN_KEY } from "./admin-key.ts";
import { countSent } from "./loop.ts";

const idSchema = z.object({ id: z.string() });
const importSchema = z.object({ added: z.number() });
/** People to whom a campaign goes, as lines of a CSV, made as they are read. */
function* linesOf(recipients: number) {
  yield "telefone;nome;valor\n";
  for (let first = 0; first < recipients; first += 1_000) {
    const count = Math.min(1_000, recipients - first);
    yield Array.from({ length: count }, (_, n) => {
      const number = String(first + n).padStart(7, "0");
      return `+556199${number};Pessoa ${number};R$ ${first + n},00\n`;
    }).join("");
  }
}

async function call(url: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** Makes a campaign of so many people through the API; returns its id. */
export async function createCampaign(
  url: string,
  { recipients, ratePerSecond }: { readonly recipients: number; readonly ratePerSecond?: number },
): Promise<string> {
  const made = await call(url, "POST", "/campaigns", {
    channel: "whatsapp",
    name: `bench ${recipients}`,
    template: { name: "bench_notice", language: "pt_BR", params: ["{{valor}}"] },
    category: "utility",
    ...(ratePerSecond !== undefined && { rate_per_second: ratePerSecond }),
  });
  const { id } = idSchema.parse(made);
  const response = await fetch(`${url}/api/v1/campaigns/${id}/recipients`, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_KEY}`, "content-type": "text/csv" },
    body: Readable.toWeb(Readable.from(linesOf(recipients))),
    duplex: "half",
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`recipients: ${response.status} ${text.slice(0, 500)}`);
  const { added } = importSchema.parse(JSON.parse(text));
  if (added !== recipients) throw new Error(`${added} of ${recipients} recipients were taken`);
  return id;
}

export async function startCampaign(url: string, id: string): Promise<void> {
  await call(url, "POST", `/campaigns/${id}/start`);
}

/** When each message reached the stand-in, milliseconds of its own clock. */
export async function readArrivals(standins: string): Promise<readonly number[]> {
  return z.array(z.number()).parse(await (await fetch(`${standins}/arrivals`)).json());
}

/** Makes the stand-in forget what it was sent. */
export async function forgetArrivals(standins: string): Promise<void> {
  await fetch(standins, { method: "DELETE" });
}

/** Waits until the stand-in was sent `wanted` messages, at most so long; returns how many it was sent. */
export async function waitForArrivals(
  standins: string,
  wanted: number,
  limitMs: number,
): Promise<number> {
  const until = performance.now() + limitMs;
  for (;;) {
    const count = await countSent(standins);
    if (count >= wanted || performance.now() > until) return count;
    await sleep(20);
  }
}
