import type { CommandModule } from "../command.ts";
import { findExplanation } from "../explain/find.ts";
import { maskExplanation } from "../explain/mask.ts";
import { explainText } from "../explain/page.ts";

/** `ponte explain`: one message's whole way. */
export const explainCommand: CommandModule = (command, { api, output }) => {
  command
    .argument("<id>", "our id of a message, or the provider's (wamid…)")
    .option("--show-numbers", "show phone numbers in full, where the key may see them")
    .action(async (id, { showNumbers }) => {
      const found = await findExplanation(id, api());
      const shown = showNumbers === true ? found : maskExplanation(found);
      output.result(shown, () => explainText(shown, output.paint));
    });
};
