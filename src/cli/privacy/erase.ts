import { z } from "zod";
import type { ApiClient } from "../api.ts";
import type { CommandModule } from "../command.ts";
import { CliError } from "../failure.ts";
import { parseJson } from "../api-answer.ts";
import { findPerson, peopleText } from "./person.ts";

const rows = z.array(z.unknown()).transform(({ length }) => length);

/** How much of each kind is kept on a person, from their export. */
const record = z.object({
  conversations: rows,
  messages: rows,
  received: rows,
  interactions: rows,
  campaigns: rows,
  files: rows,
});

type Counts = z.output<typeof record>;

async function countRecord(api: ApiClient, id: string): Promise<Counts> {
  const answer = await api.open(`/contacts/${id}/export`);
  const parsed = record.safeParse(parseJson(await answer.text()));
  if (parsed.success) return parsed.data;
  throw new CliError("what is kept on the person could not be counted; nothing was erased", {
    advice: "try again, and compare `ponte --version` with GET /health if it stays so",
  });
}

const GOES: readonly (readonly [keyof Counts, string])[] = [
  ["conversations", "conversations, with what the bot remembers"],
  ["messages", "messages: texts, contents, payloads"],
  ["received", "messages as they were received"],
  ["interactions", "entries of the interaction log: their texts"],
  ["campaigns", "places in campaigns: number, name, values"],
  ["files", "files"],
];

function planText(counts: Counts): string {
  const going = GOES.map(([key, what]) => `  ${String(counts[key]).padStart(6)} ${what}`);
  return [
    "Gone for good, beside names and numbers:",
    ...going,
    "Stays, without the person: that there was a message, when, and what became of it.",
    "An open opt-out stays under a digest of the number. Backups are yours to expire.",
  ].join("\n");
}

/** `ponte privacy erase`. */
export const eraseCommand: CommandModule = (command, { api: open, output, confirm, signal }) => {
  command
    .command("erase <who>")
    .description("erase a person, by number or contact id, after a summary of what will go")
    .option("--channel <channel>", "look in the lists of its campaigns, too")
    .action(async (who, { channel }) => {
      const api = open();
      const person = await findPerson(api, { who, channel });
      const counts = await countRecord(api, person.id);
      output.note(`${peopleText([person])}\n\n${planText(counts)}`);
      if (!(await confirm("Erase this person? It cannot be undone."))) {
        output.note("Nothing was erased.");
        return;
      }
      const path = `/contacts/${person.id}`;
      const erased = await api
        .send("DELETE", path, z.looseObject({ id: z.string() }))
        .catch((error: unknown) => {
          if (signal.aborted)
            output.note(
              `The person is erased as a whole or not at all: \`ponte privacy find ${person.id}\` tells.`,
            );
          throw error;
        });
      output.result({ ...erased, erased: counts }, () => `Erased: ${person.id}.`);
    });
};
