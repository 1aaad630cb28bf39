import { z } from "zod";
import { checkState } from "../../campaigns/templates/check.ts";
import { readShape } from "../../campaigns/templates/shape.ts";
import { findTemplate, templateRow, type TemplateRow } from "../../db/templates.ts";
import { BridgeError } from "../../errors.ts";
import { mustOwn } from "./caller.ts";
import type { ApiContext } from "./route.ts";

export const template = templateRow
  .extend({
    is_sendable: z.boolean().meta({
      description: "Whether the provider takes messages made from it, as far as we know.",
    }),
    variables: z
      .strictObject({
        header: z.array(z.string()),
        body: z.array(z.string()),
        buttons: z
          .array(z.int())
          .meta({ description: "Indexes of the buttons that need a value." }),
      })
      .meta({ description: "What a message made from it must be given." }),
  })
  .meta({ id: "Template" });

/** Whether a button needs a value. */
function needsValue(button: { readonly type: string; readonly hasVariable: boolean }): boolean {
  return button.type === "COPY_CODE" || (button.type === "URL" && button.hasVariable);
}

export function showTemplate(row: TemplateRow): z.output<typeof template> {
  const { header, body, buttons } = readShape(row);
  return {
    ...row,
    is_sendable: checkState(row).problems.length === 0,
    variables: {
      header: header?.format === "TEXT" ? [...header.variables] : [],
      body: [...body.variables],
      buttons: buttons.filter(needsValue).map(({ index }) => index),
    },
  };
}

/** The template with an id, where it is the caller's. Throws `request_not_found` and `store_*`. */
export async function mustFindTemplate(
  { db, caller }: Pick<ApiContext, "db" | "caller">,
  id: string,
): Promise<TemplateRow> {
  const row = await findTemplate(db, id);
  if (row === undefined)
    throw new BridgeError("request_not_found", "there is no template with this id");
  mustOwn(caller, row.channel, "template");
  return row;
}
