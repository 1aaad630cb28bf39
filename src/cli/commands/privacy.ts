import type { CommandModule } from "../command.ts";
import { eraseCommand } from "../privacy/erase.ts";
import { findPeople, findPerson, peopleText } from "../privacy/person.ts";
import { mayWrite, saveStream } from "../save-stream.ts";

/** Nobody but the owner reads a file about a person. */
const OWNER_ONLY = 0o600;

/** `ponte privacy`: what is kept on a person, and its end. */
export const privacyCommand: CommandModule = (command, context) => {
  const { api: open, output } = context;
  command
    .command("find <number>")
    .description("find a person by number, in any spelling, or by contact id")
    .action(async (number) => {
      const api = open();
      const people = await findPeople(api, number);
      output.result(people, () =>
        people.length === 0 ? `Nobody is known as ${number}.` : peopleText(people),
      );
    });

  command
    .command("export <who>")
    .description("write everything kept on a person, by number or contact id, as one JSON file")
    .option("--out <file>", "the file, for its owner alone to read; stdout where absent")
    .option("--channel <channel>", "look in the lists of its campaigns, too")
    .action(async (who, { out: file, channel }) => {
      const api = open();
      const { id } = await findPerson(api, { who, channel });
      if (!(await mayWrite(file, context))) return;
      const answer = await api.open(`/contacts/${id}/export`);
      const { bytes } = await saveStream(answer, { file, mode: OWNER_ONLY }, context);
      if (file !== undefined)
        output.result({ id, file, bytes }, () => `Everything on ${id} is in ${file}.`);
    });

  eraseCommand(command, context);
};
