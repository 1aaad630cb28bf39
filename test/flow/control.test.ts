import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import type { ChainAnswer } from "../../src/answers/chain.ts";
import type { Question } from "../../src/answers/backend.ts";
import { commandSettings } from "../../src/config/command-settings.ts";
import type { Database } from "../../src/db/driver.ts";
import { release } from "../../src/db/mailbox.ts";
import { saveSubscriptions } from "../../src/db/outgoing-events.ts";
import { endPauses } from "../../src/db/pauses.ts";
import { changeContact } from "../../src/db/remembered.ts";
import { pauseTaken } from "../../src/db/takeovers.ts";
import { commitTurns } from "../../src/db/turns.ts";
import { EVENT_TYPES, type EventType } from "../../src/event-types.ts";
import { createAnswerTurn } from "../../src/flow/answer.ts";
import type { InboundMessage } from "../../src/messages.ts";
import { listQuickest } from "../database.ts";
import {
  ACCOUNT,
  arrive,
  CHANNEL,
  claimOne,
  releaseOf,
  textMessage,
  SENT_AT,
} from "../db/scene.ts";
import { emptyDatabase } from "../db/empty.ts";
import { defaultSettings, plainChannel, recordingObserver } from "./scene.ts";

const payloads = z.array(
  z.object({ payload: z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) }) }),
);

const usual: ChainAnswer = {
  outcome: "answered",
  replies: [{ text: "olá" }],
  backend: "rasa",
  fallbackUsed: false,
  memory: {},
  steps: [],
};

describe.each(await listQuickest())("a conversation that people control on $label", ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    await emptyDatabase(db);
    await emptyDatabase(db);
    await saveSubscriptions(db, [{ endpoint: "desk", types: [...EVENT_TYPES] }]);
  });

  let messages = 0;

  /** Lets a person write, and gives what was said and the question the bot was asked. */
  async function write(
    message: Partial<InboundMessage>,
    answer: Partial<ChainAnswer> = {},
    events: readonly EventType[] = EVENT_TYPES,
  ) {
    messages += 1;
    await arrive(db, [{ ...textMessage(`wamid.c${messages}`, "oi"), ...message }]);
    const conversation = await claimOne(db);
    const [row] = conversation.inbox;
    if (row === undefined) throw new Error("nothing arrived");
    const said: string[] = [];
    const questions: Question[] = [];
    const { answers } = defaultSettings();
    const commands = commandSettings.parse({
      keywords: { human: { "pt-BR": ["atendente"] } },
      startPatterns: ["\\((?<ref>\\w{1,64})\\)$"],
    });
    const turn = createAnswerTurn({
      db,
      chain: {
        ask: async (question) => {
          questions.push(question);
          return { ...usual, ...answer };
        },
      },
      channels: new Map([[CHANNEL, { type: "cloud", channel: plainChannel() }]]),
      settings: { answers, commands, events: new Set(events) },
      commit: async (written) => {
        said.push(...written.replies.map(({ text }) => text));
        return (await commitTurns(db, [written]))[0] === true;
      },
      deliver: async () => ({ kind: "done" }),
      reserve: async () => false,
      announce: () => undefined,
      showTyping: () => () => undefined,
      announceConsent: async (_channel, { optedOut }) => {
        said.push(`provider: ${optedOut ? "out" : "in"}`);
      },
      files: {
        fetch: async (current) => ({ kind: "ready", row: current.row }),
        describe: () => undefined,
        read: async () => undefined,
      },
      isKeptId: () => false,
      restrain: async (_turn, plan) => plan,
      observer: recordingObserver(),
      now: () => 0,
    });
    const end = await turn(conversation, row, 0, new AbortController().signal);
    await release(db, [releaseOf(conversation)]);
    const after = end.kind === "answered" ? end.conversation : undefined;
    return { said, question: questions[0], conversation, after };
  }

  /** What was told since the last look, without where. */
  async function told() {
    const rows = payloads.parse(
      await db.query("delete from outgoing_events returning payload, created_at"),
    );
    return rows
      .map(({ payload: { type, data } }) => {
        const {
          conversation_id: _id,
          contact_id: _contact,
          channel: _c,
          account: _a,
          ...rest
        } = data;
        return { type, ...rest };
      })
      .toSorted((a, b) => a.type.localeCompare(b.type));
  }

  const until = expect.stringMatching(/^\d{4}-.*Z$/);

  test("a message and the session it begins are told", async () => {
    await write({ text: "/start 42" });
    expect(await told()).toEqual([
      {
        type: "message.received",
        message_id: expect.any(String),
        external_id: `wamid.c${messages}`,
        content_type: "text",
        text: "/start 42",
        sent_at: SENT_AT,
        paused: false,
      },
      { type: "session.started", session_started_at: expect.any(String), start_reference: "42" },
    ]);
    await write({});
    expect((await told()).map(({ type }) => type)).toEqual(["message.received"]);
  });

  test("nothing is made for events nobody wants", async () => {
    await write({}, {}, []);
    expect(await told()).toEqual([]);
  });

  test("a bot that hands over says its last word; then it is quiet, and what the person writes is told", async () => {
    const { said, after } = await write({}, { handoff: true });
    expect(said).toEqual(["olá"]);
    expect(after?.paused).toBe(true);
    expect((await told()).slice(0, 2)).toEqual([
      { type: "conversation.handoff", reason: "handoff", until },
      { type: "conversation.paused", reason: "handoff", until },
    ]);
    const next = await write({ text: "tem alguém aí?" });
    expect([next.said, next.question]).toEqual([[], undefined]);
    expect(await told()).toMatchObject([
      { type: "message.received", text: "tem alguém aí?", paused: true },
    ]);
  });

  test("a person asks for one of ours, and later for the bot again", async () => {
    const asked = await write({ text: "Atendente!" });
    expect(asked.said[0]).toMatch(/^Certo, vou chamar uma pessoa/);
    expect(asked.question).toBeUndefined();
    expect((await told()).slice(0, 2)).toEqual([
      { type: "conversation.handoff", reason: "person_asked", until },
      { type: "conversation.paused", reason: "person_asked", until },
    ]);
    expect((await write({ text: "atendente" })).said).toEqual([]);
    await told();
    const back = await write({ text: "/bot" });
    expect(back.said).toEqual(["O robô está de volta. Como posso ajudar?"]);
    expect(back.after?.paused).toBe(false);
    expect((await told())[0]).toEqual({ type: "conversation.resumed", reason: "person_asked" });
    expect((await write({})).said).toEqual(["olá"]);
  });

  test("asking for the bot where it answers is a message for the bot", async () => {
    expect((await write({ text: "/bot" })).question?.text).toBe("/bot");
  });

  test("promotions end alone: it is recorded once, told, and the bot goes on", async () => {
    const { said, after } = await write({ text: "Parar promoções" });
    expect(after?.optedOut).toBe(false);
    expect(said).toEqual([
      "Pronto: você não vai mais receber promoções nossas. Continuamos respondendo por aqui.",
    ]);
    expect((await told())[0]).toEqual({
      type: "contact.opted_out",
      scope: "marketing",
      method: "command",
    });
    await write({ text: "stop promotions" });
    expect((await told()).map(({ type }) => type)).not.toContain("contact.opted_out");
    expect(await db.query("select scope, method from opt_outs")).toEqual([
      { scope: "marketing", method: "command" },
    ]);
    expect((await write({})).said).toEqual(["olá"]);
  });

  test("leaving and coming back are told, the provider as well", async () => {
    expect((await write({ text: "salir" })).said.at(-1)).toBe("provider: out");
    expect((await told())[0]).toMatchObject({ type: "contact.opted_out", scope: "all" });
    expect((await write({ text: "volver" })).said).toContain("provider: in");
    expect((await told())[0]).toMatchObject({ type: "contact.opted_in", scope: "all" });
  });

  test.each([
    { label: "a link's sentence", message: { text: "Quero participar (poll_7)" }, want: "poll_7" },
    {
      label: "an advertisement",
      message: { text: "oi", referral: { sourceId: "120210000001", sourceType: "ad" } },
      want: "120210000001",
    },
    {
      label: "a link before an advertisement",
      message: { text: "/start 42", referral: { sourceId: "120210000001" } },
      want: "42",
    },
    {
      label: "nothing in an advertisement of a strange id",
      message: { text: "oi", referral: { sourceId: 'a"b' } },
      want: undefined,
    },
  ])("the bot is told of $label, now and later", async ({ message, want }) => {
    expect((await write(message)).question?.startReference).toBe(want);
    expect((await write({ text: "e agora?" })).question?.startReference).toBe(want);
  });

  test("an advertisement does not take the place of a link's reference", async () => {
    await write({ text: "/start 42" });
    const tapped = await write({ text: "oi", referral: { sourceId: "120210000001" } });
    expect(tapped.question?.startReference).toBe("42");
    expect((await write({ text: "e agora?" })).question?.startReference).toBe("42");
  });

  test("a pause that runs out is told once, however many look", async () => {
    await write({}, { handoff: true });
    await told();
    expect(await endPauses(db)).toBe(0);
    const reason = { reason: "time", paused_for: "handoff" };
    for (let round = 0; round < 20; round += 1) {
      await db.query(
        "update conversations set paused_until = now() - interval '1 second', pause_reason = 'handoff'",
      );
      await Promise.all([endPauses(db), endPauses(db), endPauses(db), endPauses(db)]);
      expect(await told()).toEqual([{ type: "conversation.resumed", ...reason }]);
    }
    expect((await write({})).said).toEqual(["olá"]);
  });

  test("a person who writes from our own phone is told as a takeover, once per pause", async () => {
    const { conversation } = await write({});
    await told();
    const { id, contactId, address } = conversation;
    const takeover = { conversationId: id, contactId, channel: CHANNEL, address, pauseMs: 60_000 };
    await pauseTaken(db, [{ ...takeover, externalId: "phone.1" }]);
    await pauseTaken(db, [{ ...takeover, externalId: "phone.2" }]);
    expect(await told()).toEqual([{ type: "conversation.paused", reason: "takeover", until }]);
    expect(await db.query("select pause_reason from conversations")).toEqual([
      { pause_reason: "takeover" },
    ]);
  });

  test("a name that an operator gave stays when the provider reports another", async () => {
    const { conversation } = await write({ contactName: "~maria~" });
    const none = { set: {}, remove: [] };
    await changeContact(db, conversation.contactId, { name: "Maria", properties: none });
    await write({ contactName: "~outra~" });
    expect(await db.query("select name from contacts")).toEqual([{ name: "Maria" }]);
    await changeContact(db, conversation.contactId, { name: null, properties: none });
    await write({ contactName: "~maria~" });
    expect(await db.query("select name from contacts")).toEqual([{ name: "~maria~" }]);
  });

  test("a switch in WhatsApp against promotions leaves the bot answering", async () => {
    const { conversation } = await write({});
    const { contactId } = conversation;
    await db.query(
      `insert into opt_outs (id, contact_id, channel, account, scope, method)
       values (gen_random_uuid(), $1::text::uuid, $2::text, $3::text, 'marketing', 'provider_setting')`,
      [contactId, CHANNEL, ACCOUNT],
    );
    const next = await write({});
    expect([next.conversation.optedOut, next.said]).toEqual([false, ["olá"]]);
  });
});
