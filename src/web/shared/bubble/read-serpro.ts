import { type Bubble, type BubbleRow, textBubble } from "./bubble.ts";
import { fieldsOf, itemsOf, wordsOf } from "./fields.ts";
import { mediaKindOf } from "./read-content.ts";

/** Reads a payload in the words of Serpro: a form and its body. Source: Serpro documentation, request packages. */
export function readSerpro(payload: unknown, text: string): Bubble | undefined {
  const { form, body: raw } = fieldsOf(payload);
  const body = fieldsOf(raw);
  const asked = textBubble(wordsOf(body["textoBody"]) ?? text);
  switch (form) {
    case "texto":
      return textBubble(wordsOf(body["body"]) ?? text);
    case "interativa-botoes":
      return {
        ...asked,
        buttons: itemsOf(body["buttons"]).map((one) => ({ ...rowOf(one), source: "button" })),
      };
    case "interativa-lista": {
      const sections = itemsOf(body["secoes"]).map((section) => {
        const { titulo, rows } = fieldsOf(section);
        return { title: wordsOf(titulo) ?? "", rows: itemsOf(rows).map(rowOf) };
      });
      return { ...asked, list: { button: wordsOf(body["button"]) ?? "", sections } };
    }
    case "interativa-localizacao":
      return { ...asked, other: "location_request" };
    case "media":
      return {
        ...textBubble(wordsOf(body["caption"]) ?? ""),
        media: {
          kind: mediaKindOf(body["tipoMedia"]),
          source: wordsOf(body["linkMedia"]),
          name: wordsOf(body["filename"]),
        },
      };
    case "template":
      return { ...textBubble(text), template: wordsOf(body["nomeTemplate"]) };
    default:
      return undefined;
  }
}

function rowOf(raw: unknown): BubbleRow {
  const { id, titulo, descricao } = fieldsOf(raw);
  return {
    id: wordsOf(id) ?? "",
    title: wordsOf(titulo) ?? "",
    description: wordsOf(descricao),
  };
}
