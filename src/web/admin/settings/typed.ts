import { useEffect, useState } from "preact/hooks";
import { query, setQuery } from "../../shared/router.ts";

/** Milliseconds of rest after which what was typed is asked for. */
const REST_MS = 300;

/** A part of the address that somebody types: shown at once, and put into the address when the typing rests. */
export function useTyped(name: string): readonly [string, (text: string) => void] {
  const known = query.value.get(name) ?? "";
  const [typed, setTyped] = useState(known);
  useEffect(() => setTyped(known), [known]);
  useEffect(() => {
    if (typed === known) return undefined;
    const timer = setTimeout(() => setQuery({ [name]: typed }), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
