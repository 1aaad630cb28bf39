import { describe, expect, test } from "@jest/globals";
import { acs } from "../../../src/channels/acs/index.ts";
import { createTemplates } from "../../../src/channels/acs/templates.ts";
import { callProvider } from "../../../src/flow/call.ts";
import { type AcsOptions, startAcs } from "../../standins/acs.ts";
import { response, thrownBy } from "../../thrown.ts";
import { ACCESS_KEY, CHANNEL_ID, RAW_SETTINGS } from "./sample.ts";
import { startTools } from "./tools.ts";

const settings = {
  endpoint: "https://resource.communication.azure.com",
  api_version: "2024-08-30",
  interactive_api_version: "2025-01-15-preview",
};
const source = createTemplates(settings, [CHANNEL_ID], [ACCESS_KEY]);
const HERE = `${settings.endpoint}/messages/channels/${CHANNEL_ID}/templates`;
const read = (status: number, body: unknown) => source.readPage(response(status, body), CHANNEL_ID);

const item = {
  name: "aviso_iptu",
  language: "pt_BR",
  status: "approved",
  kind: "whatsApp",
  content: [{ type: "BODY", text: "Olá, {{1}}!" }],
};

describe("the list of templates", () => {
  test.each([
    { label: "components as a list", content: item.content },
    { label: "components in an object", content: { components: item.content } },
    { label: "components as JSON", content: JSON.stringify(item.content) },
  ])("$label are read", ({ content }) => {
    expect(read(200, { value: [{ ...item, content }] })).toEqual({
      templates: [
        {
          name: "aviso_iptu",
          language: "pt_BR",
          externalId: null,
          category: null,
          status: "APPROVED",
          quality: null,
          reason: null,
          parameterFormat: "positional",
          components: item.content,
        },
      ],
      skipped: 0,
      restMs: 0,
    });
  });

  test("variables with names show the format that nobody tells", () => {
    const content = [{ type: "BODY", text: "Olá, {{nome}}!" }];
    expect(read(200, { value: [{ ...item, content }] }).templates[0]?.parameterFormat).toBe(
      "named",
    );
  });

  test("the next page is asked of the address we know", () => {
    const { next } = read(200, { value: [], nextLink: `${HERE}?api-version=2024-08-30&skip=5` });
    expect(source.list(CHANNEL_ID, next).url).toBe(`${HERE}?api-version=2024-08-30&skip=5`);
  });

  test.each([
    {
      label: "another host",
      nextLink: `https://evil.example/messages/channels/${CHANNEL_ID}/templates?x=1`,
    },
    { label: "another path", nextLink: `${settings.endpoint}/messages/other?x=1` },
    { label: "another scheme", nextLink: HERE.replace("https", "http") },
    { label: "no address", nextLink: "http://[" },
    { label: "no query", nextLink: HERE },
  ])("a next page at $label is not followed", ({ nextLink }) => {
    expect(thrownBy(() => read(200, { value: [], nextLink })).code).toBe("channel_unreadable");
  });

  test.each([
    { label: "no list", given: [200, { ok: true }] as const, code: "channel_unreadable" },
    { label: "no such channel", given: [404, {}] as const, code: "channel_invalid_payload" },
    { label: "a wrong key", given: [401, {}] as const, code: "channel_account_blocked" },
    { label: "too fast", given: [429, {}] as const, code: "channel_throttled" },
    { label: "an error page", given: [502, "<html>"] as const, code: "channel_unavailable" },
  ])("$label is told by its code", ({ given: [status, body], code }) => {
    expect(thrownBy(() => read(status, body)).code).toBe(code);
  });

  async function listAll(options: Partial<AcsOptions>) {
    const standin = await startAcs({
      accessKey: ACCESS_KEY,
      channelIds: [CHANNEL_ID],
      ...options,
    });
    const tools = startTools();
    try {
      const channel = acs.configure({
        ...RAW_SETTINGS,
        connection_string: standin.connectionString,
      });
      const at = channel.templates;
      if (at === undefined) throw new Error("the channel has no templates");
      const names: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < 5; page += 1) {
        const request = at.list(CHANNEL_ID, cursor);
        const answer = await callProvider(channel, request, tools, { timeoutMs: 5_000 });
        const { templates, next } = at.readPage(answer, CHANNEL_ID);
        names.push(...templates.map(({ name }) => name));
        cursor = next;
        if (next === undefined) break;
      }
      return { names, refusals: standin.refusals };
    } finally {
      tools.close();
      await standin.close();
    }
  }

  test("all pages are listed, each call signed", async () => {
    const templates = Array.from({ length: 230 }, (_, index) => ({
      ...item,
      name: `aviso_${index}`,
    }));
    const { names, refusals } = await listAll({ templates });
    expect(names).toEqual(templates.map(({ name }) => name));
    expect(refusals).toEqual([]);
  });
});
