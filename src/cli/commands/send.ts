import { randomUUID } from "node:crypto";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { sendAnswer } from "../../http/api/send-schemas.ts";
import { ApiRefusal } from "../api-answer.ts";
import type { CommandModule } from "../command.ts";
import type { CliContext } from "../context.ts";
import { CliError } from "../failure.ts";
import { follow, type FollowedMessage, isOver, ticksOf } from "../send/follow.ts";
import { dryRunText, failureText, type SendAnswer, takenText } from "../send/report.ts";
import { type ContentOptions, readContent } from "../send/request.ts";

/** Seconds that are waited where nothing else is said. */
const WAIT_S = 60;

function readSeconds(written: string): number {
  const seconds = Number(written);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError("give seconds, up to a day.");
}

const gather = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];

/** Follows what was taken over and shows its ticks. Throws a `CliError` for what failed or is still under way. */
async function waitFor(
  answer: SendAnswer,
  seconds: number,
  { api, output, signal }: CliContext,
): Promise<readonly FollowedMessage[]> {
  return follow({
    api: api(),
    ids: answer.messages.map(({ id }) => id),
    timeoutMs: seconds * 1_000,
    signal,
    onChange: ({ id, outcome }) => output.note(`${ticksOf(outcome)}  ${id}`),
  });
}

function judge(messages: readonly FollowedMessage[], seconds: number): void {
  const failed = messages.find(({ outcome }) => outcome === "failed");
  const open = messages.find((message) => !isOver(message));
  if (failed !== undefined)
    throw new CliError(`message ${failed.id} failed: ${failureText(failed)}`, {
      advice: `\`ponte explain ${failed.id}\` shows its whole way`,
    });
  if (open !== undefined)
    throw new CliError(`message ${open.id} is ${open.outcome} after ${seconds} s`, {
      advice: `it may still arrive; \`ponte explain ${open.id}\` shows how far it is`,
    });
}

interface SendOptions extends ContentOptions {
  readonly channel: string;
  readonly to: string;
  readonly account?: string | undefined;
  readonly defaultCountry?: string | undefined;
  readonly outsideWindow: "fail" | "wait";
}

/** Throws a `CliError`; where only a template may be sent, it says how. */
async function post(
  given: SendOptions,
  content: Readonly<Record<string, unknown>>,
  { api }: CliContext,
  how: { readonly dryRun: true } | { readonly idempotencyKey: string },
): Promise<SendAnswer> {
  const call = {
    body: {
      channel: given.channel,
      to: given.to,
      account: given.account,
      default_country: given.defaultCountry,
      outside_window: given.outsideWindow,
      dry_run: "dryRun" in how,
      ...content,
    },
    ...("idempotencyKey" in how && how),
  };
  try {
    return await api().send("POST", "/messages", sendAnswer, call);
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.problem !== "channel_window_closed") throw error;
    throw new CliError(
      "the person has not written within the last hours that the provider allows",
      {
        advice:
          "send a --template, or give --outside-window wait: it is sent once the person writes",
        cause: error,
      },
    );
  }
}

async function sendAndFollow(
  given: SendOptions & {
    readonly wait?: number | true | undefined;
    readonly idempotencyKey?: string | undefined;
  },
  content: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<void> {
  const { output } = context;
  const { wait, idempotencyKey = randomUUID() } = given;
  // Before the call: whoever loses its answer can repeat it.
  output.note(`Idempotency key ${idempotencyKey}: give it again, and nothing is sent twice.`);
  const answer = await post(given, content, context, { idempotencyKey });
  const taken = { ...answer, idempotency_key: idempotencyKey };
  if (wait === undefined) {
    output.result(taken, () => takenText(answer));
    return;
  }
  const seconds = wait === true ? WAIT_S : wait;
  const messages = await waitFor(answer, seconds, context);
  output.result({ ...taken, messages }, () =>
    messages.map(({ id, outcome }) => `${outcome} ${id}`).join("\n"),
  );
  judge(messages, seconds);
}

/** `ponte send`: one message to one person. */
export const sendCommand: CommandModule = (command, context) => {
  const { output, terminal } = context;
  command
    .requiredOption("--channel <name>", "the configured channel to send on")
    .requiredOption("--to <number>", "whom to: a phone number such as +5561991112222")
    .option(
      "--account <account>",
      "from which of our numbers; the one last written to where absent",
    )
    .option("--text <text>", "a text")
    .option("--template <name>", "a template that the provider approved")
    .option("--lang <language>", "the template's language, such as pt_BR")
    .option("--param <name=value>", "a value of the template, by name or place; repeatable", gather)
    .option("--file <file>", "a reply as JSON, in Rasa's words; - reads standard input")
    .option("--default-country <country>", "the country of a number without one, such as BR")
    .addOption(
      new Option("--outside-window <what>", "where the customer-service window is closed")
        .choices(["fail", "wait"] as const)
        .default("fail" as const),
    )
    .option("--dry-run", "show what the provider would be sent, and send nothing")
    .option("--wait [seconds]", "follow it until delivered, read or failed (60 s)", readSeconds)
    .option("--idempotency-key <key>", "of a call that may have been made before: it is done once")
    .addHelpText(
      "after",
      "\nExit code 1: it was refused, it failed, or --wait ended before it arrived.",
    )
    .action(async (given) => {
      const content = await readContent(given, terminal.stdin);
      if (given.dryRun !== true) return sendAndFollow(given, content, context);
      const answer = await post(given, content, context, { dryRun: true });
      output.result(answer, () => dryRunText(answer));
    });
};
