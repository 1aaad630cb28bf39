import { afterEach, describe, expect, test } from "@jest/globals";
import { createTemplates } from "../../../src/channels/cloud/templates.ts";
import type { TemplateSource } from "../../../src/channels/template-source.ts";
import { createHttp } from "../../../src/http/client.ts";
import type { HttpRequest } from "../../../src/transport.ts";
import { startGraph } from "../../standins/graph.ts";
import { TRIAL_BUSINESS_ACCOUNT, TRIAL_TEMPLATES } from "../../standins/trial-templates.ts";
import { response, thrownBy } from "../../thrown.ts";
import { RAW_SETTINGS, settingsWith } from "./cloud-settings.ts";

const TOKEN = RAW_SETTINGS.access_token;
const OWNER = TRIAL_BUSINESS_ACCOUNT;

function sourceWith(changes: Readonly<Record<string, unknown>> = {}): TemplateSource {
  const settings = settingsWith({ business_account_id: OWNER, ...changes });
  const source = createTemplates(settings, [TOKEN]);
  if (source === undefined) throw new Error("there are no templates");
  return source;
}

const source = sourceWith();
const read = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  source.readPage(response(status, body, headers), OWNER);

const item = (changes: Readonly<Record<string, unknown>> = {}) => ({
  id: "17",
  name: "aviso",
  language: "pt_BR",
  status: "APPROVED",
  category: "UTILITY",
  components: [{ type: "BODY", text: "Olá, {{1}}!" }],
  ...changes,
});

describe("a page of the list", () => {
  test("there is none without the business account", () => {
    expect(createTemplates(settingsWith(), [TOKEN])).toBeUndefined();
  });

  test("is asked for with a token in a header and a cursor in the query", () => {
    expect(source.list(OWNER, "QWJj==")).toEqual({
      method: "GET",
      url: `https://graph.facebook.com/v25.0/${OWNER}/message_templates?fields=id%2Cname%2Clanguage%2Cstatus%2Ccategory%2Cparameter_format%2Ccomponents%2Cquality_score%2Crejected_reason&limit=100&after=QWJj%3D%3D`,
      headers: { authorization: `Bearer ${TOKEN}` },
    });
  });

  test("is read into templates", () => {
    const named = item({
      id: 18,
      parameter_format: "NAMED",
      quality_score: { score: "YELLOW", date: 1 },
      rejected_reason: "NONE",
      status: "paused",
    });
    expect(read(200, { data: [item(), named] })).toEqual({
      templates: [
        {
          name: "aviso",
          language: "pt_BR",
          externalId: "17",
          category: "UTILITY",
          status: "APPROVED",
          quality: null,
          reason: null,
          parameterFormat: "positional",
          components: [{ type: "BODY", text: "Olá, {{1}}!" }],
        },
        expect.objectContaining({
          externalId: "18",
          parameterFormat: "named",
          quality: "YELLOW",
          reason: null,
          status: "PAUSED",
        }),
      ],
      skipped: 0,
      restMs: 0,
    });
  });

  test.each([
    { label: "an item without a name", bad: item({ name: undefined }) },
    { label: "an item without a status", bad: item({ status: 5 }) },
    { label: "an item that is none", bad: "x" },
    { label: "no item", bad: null },
  ])("$label is counted, the others are read", ({ bad }) => {
    expect(read(200, { data: [bad, item()] })).toMatchObject({
      skipped: 1,
      templates: [{ name: "aviso" }],
    });
  });

  test("hostile components are made safe to store", () => {
    const components = [{ type: "BODY", text: "a\u0000b\ud800" }, "x", null];
    const [only] = read(200, { data: [item({ components })] }).templates;
    expect(only?.components).toEqual([{ type: "BODY", text: "ab\ufffd" }]);
  });

  test("the cursor is taken, the address of the next page is not", () => {
    const paging = { cursors: { before: "x", after: "abc" }, next: "https://evil.example/steal" };
    const page = read(200, { data: [], paging });
    expect(page.next).toBe("abc");
    expect(source.list(OWNER, page.next).url).toMatch(/^https:\/\/graph\.facebook\.com\//);
  });

  test("a cursor without a next page is the end", () => {
    expect(read(200, { data: [], paging: { cursors: { after: "abc" } } })).not.toHaveProperty(
      "next",
    );
  });

  test.each([
    { label: "no list", body: { success: true } },
    { label: "an error page with a good status", body: "<html>" },
    { label: "a next page without a cursor", body: { data: [], paging: { next: "https://x" } } },
  ])("$label is unreadable", ({ body }) => {
    expect(thrownBy(() => read(200, body)).code).toBe("channel_unreadable");
  });
});

describe("rest", () => {
  const usage = (fields: object) => JSON.stringify({ [OWNER]: [{ type: "whatsapp", ...fields }] });

  test.each([
    { label: "no header", headers: {}, want: 0 },
    {
      label: "little was used",
      headers: { "x-business-use-case-usage": usage({ call_count: 89 }) },
      want: 0,
    },
    {
      label: "nearly all was used",
      headers: { "x-business-use-case-usage": usage({ call_count: 90 }) },
      want: 60_000,
    },
    {
      label: "too much was used",
      headers: {
        "x-business-use-case-usage": usage({ call_count: 101, estimated_time_to_regain_access: 7 }),
      },
      want: 420_000,
    },
    {
      label: "the app's own allowance",
      headers: { "x-app-usage": '{"call_count":1,"total_time":95,"total_cputime":1}' },
      want: 60_000,
    },
    {
      label: "an absurd time",
      headers: { "x-business-use-case-usage": usage({ estimated_time_to_regain_access: 1e12 }) },
      want: 86_400_000,
    },
    { label: "a header that is no JSON", headers: { "x-app-usage": "{" }, want: 0 },
    { label: "a header of another shape", headers: { "x-app-usage": "[5]" }, want: 0 },
  ])("$label", ({ headers, want }) => {
    expect(read(200, { data: [] }, headers).restMs).toBe(want);
  });

  test.each([
    { code: 4, status: 400, code_: "channel_throttled", waitMs: 300_000 },
    { code: 80007, status: 400, code_: "channel_throttled", waitMs: 60_000 },
    { code: 190, status: 401, code_: "channel_account_blocked", waitMs: undefined },
  ])("the refusal $code", ({ code, status, code_, waitMs }) => {
    const error = thrownBy(() => read(status, { error: { code, message: "x" } }));
    expect([error.code, error.failure?.waitMs]).toEqual([code_, waitMs]);
  });

  test("a refusal rests as long as its headers say", () => {
    const headers = {
      "x-business-use-case-usage": usage({ estimated_time_to_regain_access: 30 }),
    };
    const error = thrownBy(() => read(400, { error: { code: 80007, message: "x" } }, headers));
    expect(error.failure?.waitMs).toBe(1_800_000);
  });

  test("429 without words rests too", () => {
    expect(thrownBy(() => read(429, "")).code).toBe("channel_throttled");
  });

  test("the token is in no error", () => {
    const error = thrownBy(() => read(400, { error: { code: 100, message: `bad ${TOKEN}` } }));
    expect(JSON.stringify([error.detail, error.provider])).not.toContain(TOKEN);
  });
});

describe("with the stand-in", () => {
  const open: { closers: (() => unknown)[] } = { closers: [] };
  afterEach(async () => {
    for (const close of open.closers.splice(0).toReversed()) await close();
  });

  async function start() {
    const graph = await startGraph({
      token: TOKEN,
      appSecret: "s",
      phoneNumberIds: ["1"],
      templates: { businessAccount: OWNER, known: TRIAL_TEMPLATES },
    });
    const client = createHttp();
    open.closers.push(graph.close, client.close);
    const call = (request: HttpRequest) => client.http(request, { timeoutMs: 5_000 });
    return { graph, call, at: sourceWith({ graph_url: graph.url }) };
  }

  test("all pages are listed, each template once", async () => {
    const { call, at } = await start();
    const names: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 5; page += 1) {
      const { templates, next } = at.readPage(await call(at.list(OWNER, cursor)), OWNER);
      names.push(...templates.map(({ name, language }) => `${name} ${language}`));
      cursor = next;
      if (next === undefined) break;
    }
    expect(names).toHaveLength(TRIAL_TEMPLATES.length);
    expect(new Set(names).size).toBe(TRIAL_TEMPLATES.length);
  });

  const draft = {
    name: "aviso_novo",
    language: "pt_BR",
    category: "UTILITY",
    parameterFormat: "named" as const,
    components: [
      {
        type: "BODY",
        text: "Olá, {{nome}}!",
        example: { body_text_named_params: [{ param_name: "nome", example: "Joana" }] },
      },
    ],
  };

  test("a template is made for review, and only once", async () => {
    const { call, at, graph } = await start();
    const taken = at.create?.read(await call(at.create.request(draft)));
    expect(taken).toEqual({
      externalId: expect.any(String),
      status: "PENDING",
      category: "UTILITY",
    });
    expect(graph.shelf.templates.at(-1)).toMatchObject({ name: "aviso_novo", status: "PENDING" });

    const again = await call(at.create?.request(draft) ?? at.list(OWNER));
    const error = thrownBy(() => at.create?.read(again));
    expect([error.code, error.provider?.code]).toEqual(["channel_invalid_payload", "2388024"]);
    expect(error.provider?.details).toBe("Content in this language already exists");
    expect(error.detail).toBe("2388024: there is a template of this name in this language");
  });

  test("one language is removed, the other stays", async () => {
    const { call, at, graph } = await start();
    const [first] = TRIAL_TEMPLATES;
    const request = at.remove?.request({ name: "po_notification", externalId: first?.id ?? "" });
    at.remove?.read(await call(request ?? at.list(OWNER)));
    const left = graph.shelf.templates.filter(({ name }) => name === "po_notification");
    expect(left.map(({ language }) => language)).toEqual(["en"]);
  });

  test("an answer that does not say that it was done is not believed", () => {
    expect(thrownBy(() => source.remove?.read(response(200, {}))).code).toBe("channel_unreadable");
    expect(thrownBy(() => source.create?.read(response(200, {}))).code).toBe("channel_unreadable");
  });
});
