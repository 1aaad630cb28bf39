import { writeFileSync } from "node:fs";
import { Option } from "@commander-js/extra-typings";
import { START_STYLES, startLink, type StartLinkOptions } from "../../links/start-link.ts";
import { startQr } from "../../links/start-qr.ts";
import { toError } from "../../errors.ts";
import type { CommandModule } from "../command.ts";
import { CliError, EXIT } from "../failure.ts";

function linkOf(options: StartLinkOptions): string {
  try {
    return startLink(options);
  } catch (error) {
    throw new CliError(toError(error).message, {
      code: EXIT.usage,
      advice: "`ponte start-link order-42 --phone +556130000000` makes one",
      cause: error,
    });
  }
}

/** `ponte start-link`: a link, and its QR code, that opens a chat with us. */
export const startLinkCommand: CommandModule = (command, { output }) => {
  command
    .argument("[reference]", "what the person comes for: a campaign, a poster, an order")
    .requiredOption("--phone <number>", "our number with its country, such as +556130000000")
    .addOption(
      new Option("--style <style>", "the command, or a sentence, which needs a start pattern")
        .choices(START_STYLES)
        .default("command" as const),
    )
    .option("--text <text>", "your own text; {reference} is replaced")
    .option("--svg <file>", "write the QR code as a picture")
    .action((reference, { phone, style, text, svg: file }) => {
      const url = linkOf({
        phone,
        style,
        ...(reference !== undefined && { reference }),
        ...(text !== undefined && { text }),
      });
      const { svg, text: picture } = startQr(url);
      if (file !== undefined) writeFileSync(file, svg);
      // The link is the result; the picture is for whoever looks on.
      if (!output.isJson) output.note(picture);
      output.result({ url, svg }, () => url);
    });
};
