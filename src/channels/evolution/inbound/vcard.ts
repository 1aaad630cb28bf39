import type { ContactCard } from "../../../messages.ts";
import { present } from "../../whatsapp/inbound/fields.ts";
import { readJid } from "../jid.ts";

/** Characters of a card that are read; one with a photograph goes on for long. */
const LONGEST = 16_384;

/** Entries of one kind that are read. */
const MOST = 20;

interface Line {
  /** Without its group, in capitals. */
  readonly name: string;
  readonly parameters: string;
  readonly value: string;
}

/** Reads a contact that a person shared. Source: RFC 6350; WhatsApp adds `waid` to a number it knows. */
export function readVCard(vcard: string | undefined, shownName: string | undefined): ContactCard {
  const lines = (vcard ?? "")
    .slice(0, LONGEST)
    .replace(/\r?\n[ \t]/g, "")
    .split(/\r?\n/)
    .flatMap(readLine);
  const valuesOf = (name: string) => lines.filter((line) => line.name === name).slice(0, MOST);
  const emails = valuesOf("EMAIL").map(({ value }) => value);
  return present({
    name: shownName ?? valuesOf("FN")[0]?.value,
    phones: valuesOf("TEL").map(readPhone),
    emails: emails.length > 0 ? emails : undefined,
    organisation: valuesOf("ORG")[0]?.value.replace(/;+$/, ""),
  });
}

function readLine(line: string): Line[] {
  const colon = line.indexOf(":");
  if (colon === -1) return [];
  const [name = "", ...parameters] = line.slice(0, colon).split(";");
  const value = unescape(line.slice(colon + 1)).trim();
  if (value === "") return [];
  return [
    {
      name: name.replace(/^[\w-]*\./, "").toUpperCase(),
      parameters: parameters.join(";"),
      value,
    },
  ];
}

function readPhone({ parameters, value }: Line): ContactCard["phones"][number] {
  const known = /(?:^|;)waid=(\d{5,20})(?:;|$)/i.exec(parameters)?.[1];
  return present({ phone: value, identity: readJid(known) });
}

function unescape(value: string): string {
  return value.replace(/\\([,;\\])/g, "$1").replace(/\\n/gi, " ");
}
