import { Option } from "@commander-js/extra-typings";
import { CAMPAIGN_STATES } from "../../db/campaigns.ts";
import type { CommandModule } from "../command.ts";
import { tableText } from "../terminal.ts";
import { listedCampaign } from "./rows.ts";

/** `ponte campaign list`. */
export const listCommand: CommandModule = (command, { api, output }) => {
  command
    .command("list")
    .description("list the campaigns, the newest first")
    .option("--channel <channel>", "those of one channel")
    .addOption(new Option("--state <state>", "those in one state").choices(CAMPAIGN_STATES))
    .action(async ({ channel, state }) => {
      const rows = await Array.fromAsync(
        api().list("/campaigns", listedCampaign, { channel, state }),
      );
      output.result(rows, () =>
        rows.length === 0
          ? "There are no such campaigns."
          : tableText(
              ["id", "name", "channel", "state", "made"],
              rows.map((row) => [
                row.id,
                row.name,
                row.channel,
                row.state_reason === null ? row.state : `${row.state} (${row.state_reason})`,
                row.created_at.slice(0, 16).replace("T", " "),
              ]),
            ),
      );
    });
};
