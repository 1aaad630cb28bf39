import type { ApiClient } from "../api.ts";
import type { CommandModule } from "../command.ts";
import { addDefinitionOptions, mustBeWhole, readDefinition } from "./definition.ts";
import { type Campaign, campaign } from "./rows.ts";

/** Makes a draft; repeated under the same key, it is the same draft. */
export function createDraft(
  api: ApiClient,
  definition: Readonly<Record<string, unknown>>,
  idempotencyKey?: string,
): Promise<Campaign> {
  return api.send("POST", "/campaigns", campaign, {
    body: definition,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
}

/** `ponte campaign create`. */
export const createCommand: CommandModule = (command, { api, output }) => {
  const create = command.command("create").description("make a draft, to give it recipients later");
  addDefinitionOptions(create);
  create.action(async () => {
    const definition = readDefinition(create.opts());
    mustBeWhole(definition);
    const made = await createDraft(api(), definition);
    for (const warning of made.warnings) output.note(`Note: ${warning}`);
    output.note(
      `Draft ${made.name} is made; \`ponte campaign import <file> --campaign ${made.id}\` fills it.`,
    );
    output.result(made, () => made.id);
  });
};
