import { z } from "zod";
import { contactRow, identityRow, optOutRow } from "../../db/contacts-read.ts";
import type { ApiClient } from "../api.ts";
import { ApiRefusal } from "../api-answer.ts";
import { CliError } from "../failure.ts";
import { tableText } from "../terminal.ts";

// Loose: a bridge that is newer than the command may say more, which `--json` passes on.

/** A person in a list. */
const listedPerson = z.looseObject({
  ...contactRow.shape,
  identities: z.array(z.looseObject(identityRow.shape)),
});

/** A person with the opt-outs. */
const person = listedPerson.extend({ opt_outs: z.array(z.looseObject(optOutRow.shape)) });

type Person = z.output<typeof person>;

type ListedPerson = z.output<typeof listedPerson>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Finds people by a number in any spelling, by another name that a provider gives them, or by their id. */
export async function findPeople(api: ApiClient, identity: string): Promise<ListedPerson[]> {
  if (!UUID.test(identity))
    return Array.fromAsync(api.list("/contacts", listedPerson, { identity }));
  const found = await api.get(`/contacts/${identity}`, person).catch((error: unknown) => {
    if (error instanceof ApiRefusal && error.status === 404) return undefined;
    throw error;
  });
  return found === undefined ? [] : [found];
}

const namesOf = ({ identities }: ListedPerson): string =>
  identities.map(({ channel, value }) => `${value} (${channel})`).join(", ");

/** People in a table. */
export function peopleText(people: readonly ListedPerson[]): string {
  return tableText(
    ["id", "name", "known as", "since"],
    people.map((one) => [one.id, one.name ?? "", namesOf(one), one.created_at.slice(0, 10)]),
  );
}

/** Whom a command means. */
interface Wanted {
  /** A number, or the id of a contact. */
  readonly who: string;
  /** Where somebody is looked for who only stands in the list of a campaign, and is no contact yet. */
  readonly channel: string | undefined;
}

/** Somebody who was never written to becomes a contact: what stands in lists is theirs from then on. */
function makeKnown(api: ApiClient, { who, channel }: Wanted): Promise<Person> {
  if (channel !== undefined)
    return api.send("POST", "/contacts", person, { body: { channel, to: who } });
  throw new CliError(`nobody is known as ${who}`, {
    advice:
      "write the number with its country code, such as +5561991112222; one that only stands in a campaign's list is found with --channel",
  });
}

/** The one person who is meant. Throws where there is none, and where there are several. */
export async function findPerson(api: ApiClient, wanted: Wanted): Promise<Person> {
  const { who } = wanted;
  const [first, ...others] = await findPeople(api, who);
  if (first === undefined) return makeKnown(api, wanted);
  if (others.length > 0)
    throw new CliError(`several people are known as ${who}:\n${peopleText([first, ...others])}`, {
      advice: "give the id of the one who is meant, one after the other for all of them",
    });
  return api.get(`/contacts/${first.id}`, person);
}
