import { z } from "zod";
import type { ApiClient } from "../api.ts";
import type { CommandModule } from "../command.ts";
import { CliError } from "../failure.ts";
import { readPlan } from "./plan.ts";

const problem = z.looseObject({
  reason: z.string().nullable(),
  code: z.string().nullable(),
  title: z.string().nullable(),
  details: z.string().nullable(),
  hint: z.string().nullable(),
});

type Problem = z.output<typeof problem>;

const message = z.looseObject({
  id: z.string(),
  channel: z.string(),
  account: z.string(),
  direction: z.enum(["in", "out"]),
  conversation_id: z.string(),
  text: z.string(),
  status: z.string(),
  created_at: z.string(),
  failed_at: z.string().nullable(),
  error: problem.nullable(),
  attempts: z.array(
    z.looseObject({
      attempt: z.int(),
      outcome: z.string(),
      finished_at: z.string(),
      error: problem.nullable(),
    }),
  ),
});

const webhook = z.looseObject({
  id: z.string(),
  channel: z.string(),
  received_at: z.string(),
  reason: z.string().nullable(),
  body: z.string(),
});

type Fact = readonly [string, string | null];

function lines(facts: readonly Fact[]): string {
  const known = facts.flatMap(([label, value]) =>
    value === null || value === "" ? [] : [{ label, value }],
  );
  const width = Math.max(...known.map(({ label }) => label.length));
  return known
    .map(
      ({ label, value }) =>
        `${label.padEnd(width)}  ${value.replaceAll("\n", `\n${" ".repeat(width + 2)}`)}`,
    )
    .join("\n");
}

const wordsOf = (error: Problem): string =>
  [error.reason, error.code, error.title, error.details]
    .filter((part) => part !== null)
    .join(" · ");

function messageText(shown: z.output<typeof message>): string {
  const { error, attempts } = shown;
  const tries = attempts.map((one): Fact => [
    `try ${one.attempt}`,
    `${one.finished_at} ${one.outcome}${one.error === null ? "" : `: ${wordsOf(one.error)}`}`,
  ]);
  return lines([
    [
      "what",
      shown.direction === "in" ? "a message that was not answered" : "a message that was not sent",
    ],
    ["id", shown.id],
    ["channel", `${shown.channel}, ${shown.account}`],
    ["conversation", shown.conversation_id],
    ["text", shown.text],
    ["since", shown.created_at],
    ["given up", shown.failed_at],
    ["why", error === null ? null : wordsOf(error)],
    ["hint", error?.hint ?? null],
    ...tries,
  ]);
}

/** Finds what a dead letter is of; the API knows messages and webhooks, and which of their ids are dead letters. */
async function findLetter(api: ApiClient, id: string) {
  const isId = z.guid().safeParse(id).success;
  const kinds = isId ? (await readPlan(api, "discard", { ids: [id] })).by_kind : undefined;
  if (kinds?.["webhook"] !== undefined) {
    const shown = await api.get(`/events/${id}`, webhook);
    const text = () =>
      lines([
        ["what", "a webhook that could not be understood"],
        ["id", shown.id],
        ["channel", shown.channel],
        ["received", shown.received_at],
        ["why", shown.reason],
        ["body", shown.body],
      ]);
    return { shown, text };
  }
  if (kinds === undefined || Object.keys(kinds).length === 0)
    throw new CliError(`${id} is the id of no dead letter`, {
      advice:
        "it may have been replayed or discarded meanwhile; `ponte dead-letters list` shows those that are left",
    });
  const shown = await api.get(`/messages/${id}`, message);
  return { shown, text: () => messageText(shown) };
}

/** `ponte dead-letters show`. */
export const showCommand: CommandModule = (command, { api, output }) => {
  command
    .command("show <id>")
    .description("show one with its tries and what can be done about it")
    .action(async (id) => {
      const { shown, text } = await findLetter(api(), id);
      output.result(shown, text);
    });
};
