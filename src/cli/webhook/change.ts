import { changeDesk } from "../../flow/webhook-desk.ts";
import type { CliContext } from "../context.ts";
import { shownAddress } from "./address.ts";
import type { Opened, Place } from "./desks.ts";

const ABSENT = "nothing";

/** What is registered at one place, as it may be shown. */
export function placeRow({ configured, wanted, hasAddress }: Opened, place: Place) {
  const { desk, found } = place;
  const ours = hasAddress ? wanted() : (found[0]?.url ?? "");
  const wrong = desk.wrong(found, ours);
  return {
    channel: configured.name,
    place: desk.name,
    state:
      wrong ??
      (hasAddress || found.every(({ url }) => url === undefined)
        ? "ours"
        : "ours is not known without PUBLIC_URL"),
    registered: shownPlace(configured.channel.secrets, place),
  };
}

function shownPlace(secrets: readonly string[], { found }: Place): string {
  if (found.length === 0) return ABSENT;
  return found
    .map(({ url, id, about }) =>
      url === undefined
        ? [about, id].filter((part) => part !== undefined).join(" ")
        : shownAddress(url, secrets),
    )
    .join(", ");
}

/** The question before somebody else's address is replaced; undefined where nobody's is. */
export function askRegister(
  { desk, found }: Place,
  wanted: string,
  { configured: { channel } }: Opened,
): string | undefined {
  const instead = desk.replaces(found, wanted);
  if (instead?.url === undefined || instead.url === wanted) return undefined;
  const shown = shownAddress(instead.url, channel.secrets);
  return `${desk.name} sends webhooks to ${shown} now. Replace it? Whoever listens there gets no more messages.`;
}

/** Registers the address at one place. Throws `channel_*`. */
export async function registerPlace(
  { configured: { channel }, tools }: Opened,
  { desk, found }: Place,
  wanted: string,
) {
  await changeDesk(channel, desk, desk.register(wanted, desk.replaces(found, wanted)), tools);
  return { place: desk.name, address: shownAddress(wanted, channel.secrets) };
}

/** Ends registrations: those of our address, or all of them. Asks before each. */
export async function removePlace(
  { confirm }: Pick<CliContext, "confirm">,
  { configured: { channel }, tools, wanted, hasAddress }: Opened,
  places: readonly Place[],
  all: boolean,
): Promise<readonly { readonly place: string; readonly address: string }[]> {
  const ours = all && !hasAddress ? undefined : wanted();
  const removed: { place: string; address: string }[] = [];
  for (const { desk, found } of places) {
    for (const one of found) {
      const isOurs = one.url === undefined ? found.length === 1 : one.url === ours;
      if (!all && !isOurs) continue;
      const address =
        one.url === undefined
          ? `the subscription of ${one.about ?? "the app"}`
          : shownAddress(one.url, channel.secrets);
      if (!(await confirm(`${desk.name}: remove ${address}? It gets no more messages.`))) continue;
      await changeDesk(channel, desk, desk.remove(one), tools);
      removed.push({ place: desk.name, address });
    }
  }
  return removed;
}
