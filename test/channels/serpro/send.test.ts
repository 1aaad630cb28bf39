import { describe, expect, test } from "@jest/globals";
import {
  createAcknowledge,
  createInterpret,
  createPrepare,
  withoutFileName,
} from "../../../src/channels/serpro/send.ts";
import { ACCOUNT, RAW_SETTINGS, settingsWith } from "./sample.ts";
import { response, thrownBy } from "../../thrown.ts";

const BASE = `https://api.whatsapp.serpro.gov.br/client/${ACCOUNT}/v2`;
const SECRET = RAW_SETTINGS.client_secret;
const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjF9.c2lnbmF0dXJl";
const interpret = createInterpret(
  () => [SECRET, "opaque-token"],
  () => "new-id",
);

describe("the call that sends a payload", () => {
  const prepare = createPrepare(settingsWith({ phone_number_id: "999" }));

  test.each([
    "texto",
    "interativa-botoes",
    "interativa-lista",
    "interativa-localizacao",
    "media",
    "template",
  ])("%s has its own address, under the client id, and no token yet", (form) => {
    expect(prepare({ form, body: { destinatario: "55", body: 'Olá "você"' } })).toStrictEqual({
      method: "POST",
      url: `${BASE}/requisicao/mensagem/${form}`,
      headers: { "content-type": "application/json" },
      body: '{"destinatario":"55","body":"Olá \\"você\\""}',
    });
  });

  test.each([
    { label: "nothing", payload: null },
    { label: "an unknown form", payload: { form: "../webhook", body: {} } },
    { label: "no body", payload: { form: "texto" } },
    { label: "a list as a body", payload: { form: "texto", body: [] } },
  ])("$label is no payload", ({ payload }) => {
    expect(thrownBy(() => prepare(payload)).code).toBe("channel_invalid_payload");
  });

  test("a message is marked as read by its id", () => {
    expect(createAcknowledge(settingsWith())({ externalId: "wamid.IN" })).toStrictEqual({
      method: "POST",
      url: `${BASE}/requisicao/informacao-de-leitura`,
      headers: { "content-type": "application/json" },
      body: '{"message_id":"wamid.IN"}',
    });
  });

  test("nothing is marked where that is not wanted", () => {
    const acknowledge = createAcknowledge(settingsWith());
    expect(acknowledge({ externalId: "wamid.IN" }, { read: false, typing: true })).toEqual([]);
  });
});

describe("an answer that took the message", () => {
  test.each([
    { label: "an id", body: { id: "7f0e2c" }, want: { externalId: "7f0e2c" } },
    { label: "a number", body: { id: 4711 }, want: { externalId: "4711" } },
    { label: "a message id", body: { id: "wamid.X" }, want: { externalId: "wamid.X" } },
  ])("names it by $label", ({ body, want }) => {
    expect(interpret(response(201, body))).toStrictEqual(want);
  });

  test.each([
    { label: "idRequisicao", body: { idRequisicao: "7f" }, want: "7f" },
    { label: "Meta's own list", body: { messages: [{ id: "wamid.Y" }, 7] }, want: "wamid.Y" },
    {
      label: "a list of requests",
      body: { requisicoes: [{ id: "r1", destinatario: "55" }] },
      want: "r1",
    },
    {
      label: "the message's id before the request's",
      body: { idRequisicao: "7f", messages: [{ id: "wamid.Z" }] },
      want: "wamid.Z",
    },
  ])("may name it by $label, which is kept as evidence", ({ body, want }) => {
    expect(interpret(response(200, body))).toStrictEqual({
      externalId: want,
      evidence: JSON.stringify(body),
    });
  });

  test.each([
    { label: "unknown words", body: '{"situacao":"ACEITO"}' },
    { label: "a page", body: "<html>OK</html>" },
    { label: "nothing", body: "" },
    { label: "a list", body: "[]" },
    { label: "an empty id", body: '{"id":""}' },
    { label: "an id of an object", body: '{"id":{"a":1}}' },
    { label: "an id of a fraction", body: '{"id":1.5}' },
    { label: "empty lists", body: '{"messages":[],"requisicoes":[]}' },
    { label: "an error that is none of Meta's", body: '{"error":{"code":0.5}}' },
  ])("with $label counts all the same, under an id of its own", ({ body }) => {
    expect(interpret(response(202, body))).toStrictEqual({
      externalId: "unnamed-new-id",
      evidence: body,
    });
  });

  test("evidence is short and says no secret", () => {
    const body = `a\u0000 ${SECRET} opaque-token ${JWT} Bearer abc.def ${"x".repeat(5000)}`;
    const { evidence } = interpret(response(200, body));
    expect(evidence?.startsWith("a [secret] [secret] [secret] Bearer [secret] xxx")).toBe(true);
    expect(evidence).toHaveLength(2048);
  });

  test("evidence is not cut inside a character", () => {
    const { evidence } = interpret(response(200, `${"x".repeat(2047)}😀`));
    expect(evidence?.isWellFormed()).toBe(true);
  });
});

describe("an answer that refused the message", () => {
  test.each([
    { status: 400, code: "channel_invalid_payload", failure: { class: "fix", degrade: true } },
    { status: 401, code: "channel_account_blocked", failure: { class: "alert", scope: "account" } },
    { status: 403, code: "channel_invalid_payload", failure: { class: "fix" } },
    { status: 404, code: "channel_invalid_payload", failure: { class: "fix" } },
    { status: 422, code: "channel_invalid_payload", failure: { class: "fix" } },
    { status: 302, code: "channel_invalid_payload", failure: { class: "fix" } },
    { status: 408, code: "channel_unavailable", failure: { class: "retry" } },
    {
      status: 429,
      code: "channel_throttled",
      failure: { class: "throttle", scope: "account", waitMs: 5000 },
    },
    { status: 500, code: "channel_unavailable", failure: { class: "retry" } },
    { status: 502, code: "channel_unavailable", failure: { class: "retry" } },
    { status: 503, code: "channel_unavailable", failure: { class: "retry" } },
  ])("$status is $code", ({ status, code, failure }) => {
    const error = thrownBy(() => interpret(response(status, { message: "Campo obrigatório" })));
    expect({ code: error.code, failure: error.failure }).toStrictEqual({ code, failure });
    expect(error.provider).toStrictEqual({ code: "", title: "Campo obrigatório" });
    expect(error.detail).toBe(`the provider answered ${String(status)}`);
  });

  test("a gateway that waited in vain leaves it uncertain", () => {
    expect(thrownBy(() => interpret(response(504, "<html>"))).code).toBe("channel_uncertain");
  });

  test.each([
    { status: 429, after: "30", want: 30_000 },
    { status: 503, after: "2", want: 2000 },
    { status: 429, after: "999999", want: 3_600_000 },
    { status: 429, after: "Wed, 21 Oct 2026 07:28:00 GMT", want: 5000 },
    { status: 429, after: "-1", want: 5000 },
    { status: 503, after: "soon", want: undefined },
  ])("$status with Retry-After $after waits $want ms", ({ status, after, want }) => {
    const error = thrownBy(() => interpret(response(status, "", { "retry-after": after })));
    expect(error.failure?.waitMs).toBe(want);
  });

  test.each([
    { label: "Meta's error", body: { error: { code: 131047, message: "Re-engagement" } } },
    { label: "Meta's list", body: { errors: [{ code: 131047, title: "Re-engagement" }] } },
    { label: "a code at the root", body: { code: 131047, message: "Re-engagement" } },
    { label: "a code in text", body: { code: "131047", message: "Re-engagement" } },
  ])("$label decides, not the HTTP status", ({ body }) => {
    const error = thrownBy(() => interpret(response(500, body)));
    expect({ code: error.code, failure: error.failure, provider: error.provider }).toStrictEqual({
      code: "channel_window_closed",
      failure: { class: "drop", windowClosed: true },
      provider: { code: "131047", title: "Re-engagement" },
    });
    expect(error.detail).toMatch(/^131047: /);
  });

  test("Meta's error counts even in a success", () => {
    const body = { error: { code: 131026, message: "Undeliverable" } };
    expect(thrownBy(() => interpret(response(200, body))).code).toBe("channel_refused");
  });

  test.each([
    { label: "a code that is HTTP's", body: { code: 200, message: "x" } },
    { label: "a code of its own", body: { code: 999_999_999, message: "x" } },
  ])("$label decides nothing", ({ body }) => {
    const error = thrownBy(() => interpret(response(503, body)));
    expect(error.failure).toStrictEqual({ class: "retry" });
  });

  test.each([
    { label: "mensagem", body: { mensagem: "x" } },
    { label: "error_description", body: { error: "invalid", error_description: "x" } },
    { label: "error", body: { error: "x" } },
  ])("the words may stand in $label", ({ body }) => {
    expect(thrownBy(() => interpret(response(400, body))).provider?.title).toBe("x");
  });

  test.each([
    { label: "a page of a proxy", body: "<html><title>502</title></html>" },
    { label: "nothing", body: "" },
    { label: "a list", body: [] },
    { label: "null", body: "null" },
    { label: "an error that is a list", body: { error: [], errors: {} } },
  ])("$label says nothing", ({ body }) => {
    const error = thrownBy(() => interpret(response(502, body)));
    expect(error.provider).toBeUndefined();
    expect(error.detail).toBe("the provider answered 502 without saying why");
  });

  test("no secret gets out in the provider's words, and they are short", () => {
    const words = `token ${JWT} opaque-token ${SECRET} ${"x".repeat(5000)}`;
    const body = { error: { code: 131009, message: words, error_data: { details: words } } };
    const error = thrownBy(() => interpret(response(400, body)));
    expect(error.provider?.title.startsWith("token [secret] [secret] [secret] x")).toBe(true);
    expect(error.provider?.title).toHaveLength(500);
    expect(error.provider?.details).toHaveLength(500);
    expect(JSON.stringify(error.provider) + error.message).not.toContain(SECRET);
    const trace = { error: { code: 131009, message: "x", fbtrace_id: SECRET } };
    expect(thrownBy(() => interpret(response(400, trace))).provider?.traceId).toBe("[secret]");
  });
});

describe("a document by id that was refused", () => {
  const body = { destinatario: "55", tipoMedia: "document", idMedia: "77", filename: "a.pdf" };

  test("is offered without its file name", () => {
    expect(withoutFileName({ form: "media", body })).toMatchObject({
      payload: {
        form: "media",
        body: { destinatario: "55", tipoMedia: "document", idMedia: "77" },
      },
      note: { code: "file_name_skipped" },
    });
    expect(withoutFileName({ form: "media", body })?.payload).not.toHaveProperty("body.filename");
  });

  test.each([
    {
      label: "one by address",
      payload: { form: "media", body: { linkMedia: "x", filename: "a" } },
    },
    { label: "one without a name", payload: { form: "media", body: { idMedia: "77" } } },
    { label: "a text", payload: { form: "texto", body } },
    { label: "nothing", payload: undefined },
  ])("$label has no plainer form", ({ payload }) => {
    expect(withoutFileName(payload)).toBeUndefined();
  });
});
