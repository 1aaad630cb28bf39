import { readFileSync } from "node:fs";
import type { CommandModule } from "../command.ts";
import { CliError, EXIT } from "../failure.ts";
import { shownAddress } from "../webhook/address.ts";
import { findApp } from "../webhook/app.ts";
import { openDesks, type Opened, type Place, readPlaces } from "../webhook/desks.ts";
import { askRegister, placeRow, registerPlace, removePlace } from "../webhook/change.ts";
import { replayBody } from "../webhook/replay.ts";
import { verifyChannel } from "../webhook/verify-channel.ts";
import { tableText } from "../terminal.ts";

const CHANNEL = [
  "--channel <name>",
  "the channel; the only one with webhooks where there is one",
] as const;
const APP_ID = ["--app-id <id>", "the app at Meta, where its token does not tell"] as const;
const TO = ["--to <address>", "public address of the bridge, instead of PUBLIC_URL"] as const;

const HEADINGS = ["channel", "at the provider", "state", "registered"] as const;

/** `ponte webhook`: who gets the webhooks of our numbers. */
export const webhookCommand: CommandModule = (command, context) => {
  const { output, confirm } = context;

  const withPlaces = async <Result>(
    given: { channel?: string | undefined; appId?: string | undefined; to?: string | undefined },
    work: (opened: Opened, places: readonly Place[]) => Promise<Result>,
  ): Promise<Result> => {
    const opened = openDesks(context, given);
    try {
      const appId = given.appId ?? (await findApp(opened.configured.channel, opened.tools));
      return await work(opened, await readPlaces(opened, appId));
    } finally {
      opened.close();
    }
  };

  command
    .command("list")
    .description("show what is registered at the provider now")
    .option(...CHANNEL)
    .option(...APP_ID)
    .option(...TO)
    .action((given) =>
      withPlaces(given, (opened, places) => {
        const rows = places.map((place) => placeRow(opened, place));
        output.result(rows, () =>
          tableText(
            HEADINGS,
            rows.map((row) => [row.channel, row.place, row.state, row.registered]),
          ),
        );
        return Promise.resolve();
      }),
    );

  command
    .command("register")
    .description(
      "have the provider send webhooks to this bridge; asks before it replaces another address",
    )
    .option(...CHANNEL)
    .option(...APP_ID)
    .option(...TO)
    .action((given) =>
      withPlaces(given, async (opened, places) => {
        const wanted = opened.wanted();
        const shown = shownAddress(wanted, opened.configured.channel.secrets);
        output.note(`The address: ${shown}`);
        const done: object[] = [];
        for (const place of places) {
          const question = askRegister(place, wanted, opened);
          if (question !== undefined && !(await confirm(question))) continue;
          done.push(await registerPlace(opened, place, wanted));
        }
        output.result(done, () =>
          done.length === 0
            ? "Nothing was changed."
            : places
                .map(({ desk }) => `${desk.name}: registered ${shown}`)
                .slice(0, done.length)
                .join("\n"),
        );
      }),
    );

  command
    .command("delete")
    .description("end the registration of this bridge's address, or of another one")
    .option(...CHANNEL)
    .option(...APP_ID)
    .option(...TO)
    .option("--all", "every registration that is found, also those of other addresses")
    .action(({ all, ...given }) =>
      withPlaces(given, async (opened, places) => {
        const removed = await removePlace(context, opened, places, all === true);
        output.result(removed, () =>
          removed.length === 0
            ? "Nothing was removed."
            : removed.map(({ place, address }) => `${place}: removed ${address}`).join("\n"),
        );
      }),
    );

  command
    .command("verify")
    .description(
      "do what the provider does: the handshake, a genuine call that says nothing, and a forged one",
    )
    .option(...CHANNEL)
    .option(...TO)
    .action(async (given) => {
      const opened = openDesks(context, given);
      try {
        const trials = await verifyChannel(opened);
        const failed = trials.filter(({ level }) => level === "fail");
        output.result(trials, () =>
          tableText(
            ["", "what", "found"],
            trials.map(({ level, name, detail, fix }) => [
              level,
              name,
              fix === undefined || level === "ok" ? detail : `${detail}; ${fix}`,
            ]),
          ),
        );
        if (failed.length > 0)
          throw new CliError(`${failed.length} of ${trials.length} calls did not go as they must`, {
            code: EXIT.checkFailed,
          });
      } finally {
        opened.close();
      }
    });

  command
    .command("replay <file>")
    .description(
      "post a recorded webhook body, signed as the provider would; - reads standard input",
    )
    .option(...CHANNEL)
    .option(...TO)
    .action(async (file, given) => {
      const body = readBody(file);
      const opened = openDesks(context, given);
      try {
        const answer = await replayBody(opened, body);
        output.result(
          answer,
          () => `${answer.address} answered ${answer.status} in ${answer.ms} ms`,
        );
        if (answer.status < 200 || answer.status > 299)
          throw new CliError(`the webhook was not taken (${answer.status})`, {
            advice:
              answer.status === 401 ? "the bridge there has another secret" : "its log says why",
          });
      } finally {
        opened.close();
      }
    });
};

function readBody(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (cause) {
    throw new CliError(`${file} cannot be read`, {
      code: EXIT.usage,
      advice: "name a file that holds the body of a webhook, as the event log shows it",
      cause,
    });
  }
}
