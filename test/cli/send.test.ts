import { Readable } from "node:stream";
import { describe, expect, test } from "@jest/globals";
import type { z } from "zod";
import { follow, type FollowedMessage } from "../../src/cli/send/follow.ts";
import { type ContentOptions, readContent } from "../../src/cli/send/request.ts";

const nothing = () => Readable.from([]);

describe("what is to be sent", () => {
  test.each<{ label: string; options: ContentOptions; want: object; input?: string }>([
    { label: "a text", options: { text: "hi" }, want: { text: "hi" } },
    {
      label: "a template by position",
      options: { template: "t", lang: "pt_BR", param: ["2=b=c", "1=a"] },
      want: { template: { name: "t", language: "pt_BR", params: ["a", "b=c"] } },
    },
    {
      label: "a template by name",
      options: { template: "t", param: ["name=Ana", "empty="] },
      want: { template: { name: "t", params: { name: "Ana", empty: "" } } },
    },
    { label: "a template as it is", options: { template: "t" }, want: { template: { name: "t" } } },
    {
      label: "a reply in Rasa's words from standard input",
      options: { file: "-" },
      input: '{"text": "hi", "buttons": []}',
      want: { reply: { text: "hi", buttons: [] } },
    },
    {
      label: "a template as the API takes it",
      options: { file: "-" },
      input: '{"template": {"name": "t"}}',
      want: { template: { name: "t" } },
    },
  ])("$label", async ({ options, want, input }) => {
    const stdin = input === undefined ? nothing() : Readable.from([input]);
    expect(await readContent(options, stdin)).toEqual(want);
  });

  test.each<{ label: string; options: ContentOptions; says: RegExp }>([
    { label: "nothing", options: {}, says: /once/ },
    { label: "two contents", options: { text: "a", template: "b" }, says: /once/ },
    {
      label: "parameters of a text",
      options: { text: "a", param: ["1=b"] },
      says: /belong to a template/,
    },
    {
      label: "a parameter without a value",
      options: { template: "t", param: ["1"] },
      says: /gives no value/,
    },
    {
      label: "a parameter given twice",
      options: { template: "t", param: ["1=a", "1=b"] },
      says: /given twice/,
    },
    { label: "a gap", options: { template: "t", param: ["1=a", "3=b"] }, says: /without a gap/ },
    {
      label: "places and names",
      options: { template: "t", param: ["1=a", "n=b"] },
      says: /without a gap/,
    },
    {
      label: "a file that is not there",
      options: { file: "nowhere.json" },
      says: /cannot be read/,
    },
    { label: "a file without an object", options: { file: "-" }, says: /no JSON object/ },
  ])("refuses $label", async ({ options, says }) => {
    await expect(readContent(options, nothing())).rejects.toThrow(says);
  });
});

/** An API whose message has one status after the other, the last for ever. */
function reporting(statuses: readonly string[], base: object) {
  const left = [...statuses];
  return {
    get: <Schema extends z.ZodType>(_path: string, schema: Schema) => {
      const outcome = left.length > 1 ? left.shift() : left[0];
      return Promise.resolve(schema.parse({ ...base, outcome }));
    },
  };
}

const MESSAGE = {
  id: "0193a000-0000-7000-8000-000000000001",
  conversation_id: "0193a000-0000-7000-8000-000000000002",
  contact_id: "0193a000-0000-7000-8000-000000000003",
  channel: "whatsapp",
  account: "1",
  direction: "out",
  status: "sent",
  external_id: null,
  in_reply_to: null,
  fallback_of: null,
  origin: "api",
  text: "hi",
  content: null,
  payload: {},
  notes: [],
  attempt_count: 1,
  error: null,
  pricing: null,
  created_at: "2026-11-22T00:00:00.000Z",
  sending_at: null,
  uncertain_at: null,
  sent_at: null,
  delivered_at: null,
  read_at: null,
  failed_at: null,
  template_name: null,
  template_language: null,
  campaign_id: null,
  recipient_id: null,
  correlation_id: null,
  part_of: null,
  held_for: null,
  held_until: null,
  attempts: [],
  statuses: [],
  route: [],
};

describe("following a message", () => {
  const follows = async (statuses: readonly string[], timeoutMs: number) => {
    const seen: string[] = [];
    const api = reporting(statuses, MESSAGE);
    const signal = new AbortController().signal;
    const onChange = ({ outcome }: FollowedMessage) => void seen.push(outcome);
    const last = await follow({ api, ids: [MESSAGE.id], timeoutMs, signal, onChange });
    return { seen, last: last.map(({ outcome }) => outcome) };
  };

  test("tells of each change once and ends when it arrived", async () => {
    expect(await follows(["queued", "queued", "sent", "delivered", "read"], 60_000)).toEqual({
      seen: ["queued", "sent", "delivered"],
      last: ["delivered"],
    });
  });

  test("ends where it failed", async () => {
    expect((await follows(["failed"], 60_000)).last).toEqual(["failed"]);
  });

  test("gives up when its time is over", async () => {
    expect((await follows(["sent"], 0)).last).toEqual(["sent"]);
  });

  test("a stop ends it", async () => {
    const api = reporting(["sent"], MESSAGE);
    const signal = AbortSignal.abort();
    const options = {
      api,
      ids: [MESSAGE.id],
      timeoutMs: 60_000,
      signal,
      onChange: () => undefined,
    };
    await expect(follow(options)).rejects.toThrow();
  });
});
