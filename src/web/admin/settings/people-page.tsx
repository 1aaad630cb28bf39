import { PeopleList } from "./people-list.tsx";
import { Person } from "./person.tsx";

/** Everybody who is known, or one of them. */
export function PeoplePage({ id }: { readonly id?: string }) {
  return id === undefined ? <PeopleList /> : <Person key={id} id={id} />;
}
