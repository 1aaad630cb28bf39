import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../../config.ts";
import { sendAnswer } from "../../http/api/send-schemas.ts";
import { messageDetail } from "../../http/api/message-schemas.ts";
import type { CliContext } from "../context.ts";
import { CliError, EXIT } from "../failure.ts";
import { type Check, failureOf } from "./check.ts";

/** How long a message may take to be taken by the provider, and the pause between two looks, milliseconds. */
const PATIENCE_MS = 30_000;
const LOOK_MS = 500;

const TEXT = "Ponte: this is a test message of `ponte doctor`.";

/** States that go on by themselves. */
const WAITING: readonly string[] = ["received", "queued", "held", "sending", "uncertain"];

interface Test {
  readonly config: Config;
  readonly number: string;
  readonly channel: string | undefined;
}

/** Sends a message by the running bridge and waits until the provider took or refused it. */
export async function sendTest(context: CliContext, test: Test): Promise<readonly Check[]> {
  const channel = test.channel ?? onlyChannel(test.config);
  const row = { area: `channel ${channel}`, name: "test message" };
  try {
    return [{ ...row, ...(await send(context, channel, test.number)) }];
  } catch (error) {
    context.signal.throwIfAborted();
    return [{ ...failureOf(error), ...row }];
  }
}

function onlyChannel({ channels }: Config): string {
  const able = [...channels.values()].filter(({ channel }) => channel.delivery === "push");
  const [one] = able;
  if (one !== undefined && able.length === 1) return one.name;
  const names = able.map(({ name }) => name).join(", ");
  throw new CliError(
    able.length === 0 ? "no channel can send a message" : "several channels can send it",
    {
      code: EXIT.usage,
      advice: able.length === 0 ? "`ponte init` sets one up" : `name one by --channel: ${names}`,
    },
  );
}

async function send({ api, signal }: CliContext, channel: string, to: string) {
  const client = api();
  const body = { channel, to, text: TEXT };
  const { id } = await client.send("POST", "/messages", sendAnswer, { body });
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const { status, error } = await client.get(`/messages/${id}`, messageDetail.loose());
    if (!WAITING.includes(status)) return judge(status, error, id);
    if (Date.now() > deadline)
      return {
        level: "warn" as const,
        detail: `still ${status} after ${PATIENCE_MS / 1_000} s`,
        fix: `\`ponte explain ${id}\` shows why`,
      };
    await sleep(LOOK_MS, undefined, { signal });
  }
}

function judge(
  status: string,
  error: { readonly reason: string | null; readonly hint: string | null } | null,
  id: string,
) {
  if (["sent", "delivered", "read"].includes(status))
    return { level: "ok" as const, detail: `the provider took it (${status})` };
  return {
    level: "fail" as const,
    detail: `${status}: ${error?.reason ?? "without a reason"}`,
    fix:
      error?.hint ??
      `\`ponte explain ${id}\` shows everything; free text reaches only whoever wrote in the last 24 hours`,
  };
}
