import { Option } from "@commander-js/extra-typings";
import { z } from "zod";
import { KEY_ROLES, keyRow } from "../../db/api-keys.ts";
import type { CommandModule } from "../command.ts";
import { tableText } from "../terminal.ts";

const madeKey = keyRow.extend({ key: z.string() });

type Key = z.output<typeof keyRow>;

/** What a key may do, in a word or a list of them. */
const rightsOf = ({ role, scopes }: Key): string => role ?? scopes.join(",");

function stateOf({ revoked_at: revoked, expires_at: expires }: Key): string {
  if (revoked !== null) return "revoked";
  if (expires !== null) return expires <= new Date().toISOString() ? "expired" : `until ${expires}`;
  return "valid";
}

const rowOf = (key: Key): string[] => [
  key.id,
  key.name,
  rightsOf(key),
  stateOf(key),
  key.last_used_at ?? "never used",
];

/** `ponte keys`: who may call the API. */
export const keysCommand: CommandModule = (command, { api, output, confirm }) => {
  command
    .command("list")
    .description("list the keys, the last made first")
    .action(async () => {
      const keys = await Array.fromAsync(api().list("/keys", keyRow));
      output.result(keys, () =>
        tableText(["id", "name", "may", "state", "last used"], keys.map(rowOf)),
      );
    });

  command
    .command("create <name>")
    .description("make a key; it is shown this once")
    .addOption(new Option("--role <role>", "what its holder is").choices(KEY_ROLES))
    .option("--scopes <scopes>", "what it allows instead of a role, separated by commas")
    .option("--tenant <tenant>", "whose key it is")
    .option("--expires-at <time>", "when it ends, such as 2027-01-31T00:00:00Z")
    .option("--sees-numbers", "a viewer sees phone numbers in full")
    .action(async (name, given) => {
      const made = await api().send("POST", "/keys", madeKey, {
        body: {
          name,
          role: given.role ?? (given.scopes === undefined ? "operator" : undefined),
          scopes: given.scopes?.split(",").map((scope) => scope.trim()),
          tenant: given.tenant,
          expires_at: given.expiresAt,
          sees_numbers: given.seesNumbers,
        },
      });
      output.note(`Key ${made.id} (${rightsOf(made)}); keep it now, it is not shown again:`);
      output.result(made, () => made.key);
    });

  command
    .command("revoke <id>")
    .description("end a key for good; whoever uses it is refused at once")
    .action(async (id) => {
      if (!(await confirm(`End the key ${id}? Whoever uses it is refused from then on.`))) return;
      const key = await api().send("DELETE", `/keys/${encodeURIComponent(id)}`, keyRow);
      output.result(key, () => `Key ${key.id} (${key.name}) is revoked.`);
    });
};
