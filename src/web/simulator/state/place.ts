import { computed, signal } from "@preact/signals";
import { query, setQuery } from "../../shared/router.ts";
import { FIRST_PERSON, type Person, readPeople } from "./people.ts";
import { stored } from "./stored.ts";
import type { Line } from "./wire.ts";

/** The simulated lines; none before they were read. */
export const lines = signal<readonly Line[]>([]);

export const people = stored("ponte-simulator-people", readPeople);

/** The line of the address, or the first. */
export const line = computed(
  () => lines.value.find(({ channel }) => channel === query.value.get("line")) ?? lines.value[0],
);

/** The person of the address, or the first. */
export const person = computed<Person>(
  () =>
    people.value.find(({ phone }) => phone === query.value.get("person")) ??
    people.value[0] ??
    FIRST_PERSON,
);

export const chooseLine = (channel: string): void =>
  setQuery({ line: channel, message: undefined });

export const choosePerson = (phone: string): void =>
  setQuery({ person: phone, message: undefined });

/** The message that is looked at; undefined: the last one. */
export const chosenMessage = computed(() => query.value.get("message") ?? undefined);

export const chooseMessage = (id: string | undefined): void => setQuery({ message: id });
