import { useState } from "preact/hooks";
import { setup } from "../../i18n/simulator-setup.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import type { Person } from "../state/people.ts";
import { choosePerson, people, person } from "../state/place.ts";
import { PersonDialog } from "./person-dialog.tsx";

/** Who holds the phone. */
export function PeopleChoice() {
  const [edited, setEdited] = useState<Person | "new">();
  const chosen = person.value;
  return (
    <fieldset class="people-choice">
      <legend>{setup("person")}</legend>
      {people.value.map((known) => (
        <div key={known.phone} class="line-card person-card">
          <label>
            <input
              type="radio"
              name="person"
              value={known.phone}
              checked={known.phone === chosen.phone}
              onChange={() => choosePerson(known.phone)}
            />
            <span class="person-face" aria-hidden="true">
              {initialsOf(known)}
            </span>
            <span class="person-words">
              <bdi>{known.name === "" ? setup("no_name") : known.name}</bdi>
              <span class="hint">{known.phone}</span>
            </span>
          </label>
          <button
            type="button"
            class="link-button"
            aria-label={setup("edit_person", { name: known.name || known.phone })}
            onClick={() => setEdited(known)}
          >
            {setup("edit")}
          </button>
        </div>
      ))}
      <button type="button" class="button button-small" onClick={() => setEdited("new")}>
        <Icon name="plus" size={14} /> {setup("add_person")}
      </button>
      {edited !== undefined && (
        <PersonDialog
          person={edited === "new" ? undefined : edited}
          onClose={() => setEdited(undefined)}
        />
      )}
    </fieldset>
  );
}

/** The first characters of the first and the last name, whole even where they are made of several units. */
function initialsOf({ name, phone }: Person): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  const letters = [first, last].map((word) => firstOf(word ?? "")).join("");
  return letters === "" ? phone.slice(-2) : letters.toUpperCase();
}

const segmenter = new Intl.Segmenter();

/** The first character as people count them. */
function firstOf(word: string): string {
  for (const { segment } of segmenter.segment(word)) return segment;
  return "";
}
