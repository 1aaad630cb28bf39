import { afterEach, describe, expect, test } from "@jest/globals";
import { type Serpro, type SerproOptions, startSerpro } from "./serpro.ts";

const CLIENT = { clientId: "300400500600700", clientSecret: "segredo", wabaId: "200300400500600" };
const open: { closers: (() => Promise<void>)[] } = { closers: [] };

afterEach(async () => {
  for (const close of open.closers.splice(0)) await close();
});

async function start(options: Partial<SerproOptions> = {}): Promise<Serpro> {
  const serpro = await startSerpro({ ...CLIENT, ...options });
  open.closers.push(serpro.close);
  return serpro;
}

async function call(serpro: Serpro, path: string, init: RequestInit): Promise<[number, string]> {
  const response = await fetch(`${serpro.url}${path}`, init);
  return [response.status, await response.text()];
}

const form = (fields: Record<string, string>) => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString(),
});
const GOOD = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret };

async function tokenOf(serpro: Serpro): Promise<string> {
  const [, body] = await call(serpro, "/oauth2/token", form(GOOD));
  return /"access_token":"([^"]+)"/.exec(body)?.[1] ?? "";
}

const MESSAGES = `/client/${CLIENT.clientId}/v2/requisicao/mensagem`;
const TEXT = { destinatario: "556190001111", body: "Olá", preview_url: false };

async function send(serpro: Serpro, name: string, body: unknown, path = MESSAGES) {
  const headers = {
    authorization: `Bearer ${await tokenOf(serpro)}`,
    "content-type": "application/json",
  };
  const [status] = await call(serpro, `${path}/${name}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return status;
}

describe("tokens", () => {
  test.each([
    { label: "the wrong secret", init: form({ ...GOOD, client_secret: "x" }), want: 401 },
    { label: "no secret", init: form({ client_id: CLIENT.clientId }), want: 401 },
    {
      label: "a grant that nobody asked for",
      init: form({ ...GOOD, grant_type: "client_credentials" }),
      want: 401,
    },
    {
      label: "JSON",
      init: {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(GOOD),
      },
      want: 400,
    },
    { label: "no form", init: { method: "GET" }, want: 400 },
  ])("are not given for $label", async ({ init, want }) => {
    const serpro = await start();
    expect(await call(serpro, "/oauth2/token", init)).toHaveProperty("0", want);
  });

  test("differ from one another", async () => {
    const serpro = await start();
    expect(await tokenOf(serpro)).not.toBe(await tokenOf(serpro));
  });

  test.each(["", "Bearer ", "Bearer x", "Basic x"])("%j is none", async (authorization) => {
    const serpro = await start();
    const headers = { authorization, "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(TEXT) };
    expect(await call(serpro, `${MESSAGES}/texto`, init)).toHaveProperty("0", 401);
    expect(serpro.sent).toStrictEqual([]);
  });
});

describe("messages that are refused", () => {
  const buttons = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ id: String(at), titulo: String(at) }));
  const rows = (count: number) => buttons(count).map((each) => ({ ...each, descricao: "" }));
  const head = { destinatario: "556190001111", textoBody: "?" };
  const list = { ...head, button: "Abrir" };
  const file = { destinatario: "556190001111", linkMedia: "https://x.example/a" };
  const template = {
    nomeTemplate: "aviso",
    wabaId: CLIENT.wabaId,
    destinatarios: ["556190001111"],
  };

  test.each([
    { label: "a text", name: "texto", body: TEXT, want: 201 },
    {
      label: "a number with plus",
      name: "texto",
      body: { ...TEXT, destinatario: "+55" },
      want: 400,
    },
    { label: "an empty text", name: "texto", body: { ...TEXT, body: "" }, want: 400 },
    { label: "a long text", name: "texto", body: { ...TEXT, body: "x".repeat(4097) }, want: 400 },
    { label: "the fields of another version", name: "texto", body: { texto: "Olá" }, want: 400 },
    { label: "an unknown form", name: "figurinha", body: TEXT, want: 400 },
    {
      label: "buttons",
      name: "interativa-botoes",
      body: { ...head, buttons: buttons(3) },
      want: 201,
    },
    {
      label: "four buttons",
      name: "interativa-botoes",
      body: { ...head, buttons: buttons(4) },
      want: 400,
    },
    {
      label: "a list",
      name: "interativa-lista",
      body: { ...list, secoes: [{ titulo: "A", rows: rows(10) }] },
      want: 201,
    },
    {
      label: "eleven rows",
      name: "interativa-lista",
      body: { ...list, secoes: [{ titulo: "A", rows: rows(11) }] },
      want: 400,
    },
    {
      label: "a list without a label",
      name: "interativa-lista",
      body: { ...head, secoes: [{ titulo: "A", rows: rows(1) }] },
      want: 400,
    },
    { label: "an image", name: "media", body: { ...file, tipoMedia: "image" }, want: 201 },
    { label: "a sticker", name: "media", body: { ...file, tipoMedia: "sticker" }, want: 400 },
    {
      label: "a captioned document",
      name: "media",
      body: { ...file, tipoMedia: "document", caption: "x" },
      want: 400,
    },
    {
      label: "a file from nowhere",
      name: "media",
      body: { ...head, tipoMedia: "image" },
      want: 400,
    },
    { label: "a package", name: "template", body: template, want: 201 },
    {
      label: "a package for nobody",
      name: "template",
      body: { ...template, destinatarios: [] },
      want: 400,
    },
    {
      label: "a package in another name",
      name: "template",
      body: { ...template, wabaId: "1" },
      want: 403,
    },
    {
      label: "another client",
      name: "texto",
      body: TEXT,
      path: "/client/1/v2/requisicao/mensagem",
      want: 404,
    },
  ])("$label: $want", async ({ name, body, path, want }) => {
    const serpro = await start();
    expect(await send(serpro, name, body, path)).toBe(want);
    expect(serpro.sent).toHaveLength(want === 201 ? 1 : 0);
    expect(serpro.refusals).toHaveLength(want === 201 ? 0 : 1);
  });
});

test("closing ends calls that hang", async () => {
  const serpro = await start();
  serpro.script([{ kind: "hang", taken: true }]);
  const hanging = send(serpro, "texto", TEXT).catch(() => "ended");
  while (serpro.sent.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await serpro.close();
  open.closers = [];
  expect(await hanging).toBe("ended");
});
