import type { Message } from "../../shared/api-types.ts";
import { fieldsOf } from "../../shared/bubble/fields.ts";
import type { Said } from "../state/wire.ts";

/**
 * What a person said, to be said again; undefined where it cannot be: a file is kept for an hour only, and some kinds the
 * simulator does not bring.
 */
export function contentAgain(message: Message): Said | undefined {
  const content = fieldsOf(message.content);
  const text = (key: string) => (typeof content[key] === "string" ? content[key] : undefined);
  switch (content["type"]) {
    case "text":
      return message.text === "" ? undefined : { type: "text", text: message.text };
    case "choice": {
      const source = (["button", "list", "template_button"] as const).find(
        (known) => known === content["source"],
      );
      const [id, title] = [text("payload"), text("title")];
      if (source === undefined || id === undefined || title === undefined) return undefined;
      const description = text("description");
      return {
        type: "choice",
        source,
        id,
        title,
        ...(description !== undefined && { description }),
      };
    }
    case "location": {
      const { latitude, longitude } = content;
      if (typeof latitude !== "number" || typeof longitude !== "number") return undefined;
      return { type: "location", latitude, longitude };
    }
    default:
      return undefined;
  }
}
