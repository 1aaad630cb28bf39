import type { CommandModule } from "../command.ts";
import { planText } from "./plan-text.ts";
import { type Campaign, campaign } from "./rows.ts";
import { createShowMessage } from "./show-message.ts";
import { watchCampaign } from "./watch.ts";

const pathOf = (id: string): string => `/campaigns/${encodeURIComponent(id)}`;

/** A step that is told in a sentence afterwards. */
interface Step {
  readonly verb: "pause" | "resume" | "cancel";
  readonly description: string;
  /** Asked before; no question where absent. */
  readonly question?: (campaign: Campaign) => string;
  readonly done: (campaign: Campaign) => string;
}

const STEPS: readonly Step[] = [
  {
    verb: "pause",
    description: "stop a campaign: what was not sent yet is taken back and waits",
    done: ({ id, figures }) =>
      `Paused; ${figures.queued} people wait. \`ponte campaign resume ${id}\` lets it go on.`,
  },
  {
    verb: "resume",
    description: "let a paused campaign go on",
    done: ({ figures }) => `It goes on; ${figures.queued} people wait.`,
  },
  {
    verb: "cancel",
    description: "end a campaign for good: who was not sent to is left out",
    question: ({ name, figures }) =>
      `End ${name} for good? ${figures.queued} people who wait will not be written to.`,
    done: ({ figures }) =>
      `Cancelled: ${figures.reached_sent} were sent, ${figures.skipped} are left out.`,
  },
];

/** `ponte campaign pause`, `resume` and `cancel`. */
export const stepCommands: CommandModule = (command, { api: open, output, confirm }) => {
  for (const { verb, description, question, done } of STEPS)
    command
      .command(`${verb} <id>`)
      .description(description)
      .action(async (id) => {
        const api = open();
        if (question !== undefined) {
          const now = await api.get(pathOf(id), campaign);
          if (!(await confirm(question(now)))) return output.note("Nothing was done.");
        }
        const after = await api.send("POST", `${pathOf(id)}/${verb}`, campaign);
        output.result(after, () => done(after));
      });
};

/** `ponte campaign start`: shows what will go out, asks, and starts it. */
export const startCommand: CommandModule = (command, context) => {
  const { output, confirm } = context;
  command
    .command("start <id>")
    .description("show what will go out, ask, and start a campaign")
    .option("--watch", "follow it until it is finished")
    .action(async (id, { watch }) => {
      const api = context.api();
      const before = await api.get(pathOf(id), campaign);
      if (before.state === "draft" || before.state === "scheduled") {
        const show = createShowMessage(api, before.channel);
        output.note(planText(before, await show(before.message)));
        const question = `Send it to ${before.figures.queued} people?`;
        if (!(await confirm(question))) return output.note("Nothing was started.");
      }
      const after = await api.send("POST", `${pathOf(id)}/start`, campaign);
      if (watch === true) return watchCampaign(api, after.id, context);
      output.result(after, () =>
        after.state === "scheduled"
          ? `It starts at ${after.start_at ?? "its time"}.`
          : `It runs. \`ponte campaign watch ${after.id}\` follows it.`,
      );
    });
};
