import { describe, expect, test } from "@jest/globals";
import { createMemoryCache } from "../../../src/cache/memory.ts";
import { serpro } from "../../../src/channels/serpro/index.ts";
import { createTemplates } from "../../../src/channels/serpro/templates.ts";
import { callProvider } from "../../../src/flow/call.ts";
import { createHttp } from "../../../src/http/client.ts";
import { startSerpro } from "../../standins/serpro.ts";
import { response, thrownBy } from "../../thrown.ts";
import { RAW_SETTINGS, settingsWith } from "./sample.ts";

const OWNER = RAW_SETTINGS.waba_id;
const source = createTemplates(settingsWith(), () => [RAW_SETTINGS.client_secret]);
const read = (status: number, body: unknown) => source.readPage(response(status, body), OWNER);

const item = { name: "aviso", language: "pt_BR", status: "APPROVED", components: [] };

describe("the list of templates", () => {
  test.each([
    { label: "a list alone", body: [item] },
    { label: "Meta's list", body: { data: [item], paging: { cursors: {} } } },
    { label: "a list under another key", body: { templates: [item], total: 1 } },
  ])("$label is read", ({ body }) => {
    expect(read(200, body)).toMatchObject({ templates: [{ name: "aviso" }], skipped: 0 });
  });

  test("its own words are read, and a language that is missing is none", () => {
    const own = { nomeTemplate: "aviso", status: "approved", categoria: "UTILITY" };
    expect(read(200, [own]).templates).toMatchObject([
      { name: "aviso", language: "", status: "APPROVED", category: "UTILITY" },
    ]);
  });

  test("a list that goes on is not taken for all there is", () => {
    const body = { data: [item], paging: { next: "https://graph.facebook.com/x" } };
    expect(read(200, body)).toMatchObject({ skipped: 1 });
    expect(read(200, body)).not.toHaveProperty("next");
  });

  test.each([
    { label: "no list", given: [200, { ok: true }] as const, code: "channel_unreadable" },
    { label: "an error page", given: [502, "<html>"] as const, code: "channel_unavailable" },
    { label: "no right", given: [401, { message: "x" }] as const, code: "channel_account_blocked" },
    { label: "too fast", given: [429, { message: "x" }] as const, code: "channel_throttled" },
  ])("$label is told by its code", ({ given: [status, body], code }) => {
    expect(thrownBy(() => read(status, body)).code).toBe(code);
  });

  test("is fetched with the channel's token", async () => {
    const standin = await startSerpro({
      clientId: RAW_SETTINGS.client_id,
      clientSecret: RAW_SETTINGS.client_secret,
      wabaId: OWNER,
      templates: { data: [item] },
    });
    const { http, stream, close } = createHttp();
    try {
      const channel = serpro.configure({ ...RAW_SETTINGS, base_url: standin.url });
      const at = channel.templates;
      const tools = { http, stream, cache: createMemoryCache(), now: () => new Date() };
      expect(at?.owners).toEqual([OWNER]);
      const request = at?.list(OWNER) ?? { method: "GET", url: standin.url, headers: {} };
      const answer = await callProvider(channel, request, tools, { timeoutMs: 5_000 });
      expect(at?.readPage(answer, OWNER).templates).toMatchObject([{ name: "aviso" }]);
    } finally {
      close();
      await standin.close();
    }
  });
});
