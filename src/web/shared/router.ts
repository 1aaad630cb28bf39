import { computed, signal } from "@preact/signals";

const here = () =>
  // Checks that run without a browser draw the pages too.
  typeof location === "undefined"
    ? { path: "/", query: "" }
    : { path: location.pathname, query: location.search };

const place = signal(here());

/** The path of the address, such as `/admin/conversations`. */
export const path = computed(() => place.value.path);

/** The address's query. */
export const query = computed(() => new URLSearchParams(place.value.query));

/** Goes to a place of this page without loading it again; `replace` leaves no step to go back to. */
export function navigate(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  place.value = here();
  if (!replace) scrollTo(0, 0);
}

/** Sets or removes parts of the query in place: filters belong to the address, so that it can be shared. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const next = new URLSearchParams(query.peek());
  for (const [name, value] of Object.entries(changes))
    if (value === undefined || value === "") next.delete(name);
    else next.set(name, value);
  const text = next.size === 0 ? "" : `?${next.toString()}`;
  navigate(`${path.peek()}${text}`, { replace: true });
}

/** Keeps the page in step with the browser's own buttons, and takes clicks on links to places within `base`. */
export function startRouter(base: string): void {
  addEventListener("popstate", () => {
    place.value = here();
  });
  document.addEventListener("click", (event) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!isPlain || event.defaultPrevented || !(event.target instanceof Element)) return;
    const link = event.target.closest("a");
    if (link === null || link.target !== "" || link.hasAttribute("download")) return;
    const isInside = link.pathname === base || link.pathname.startsWith(`${base}/`);
    if (link.origin !== location.origin || !isInside) return;
    if (link.pathname === location.pathname && link.hash !== "") return;
    event.preventDefault();
    navigate(`${link.pathname}${link.search}`);
  });
}

/** Matches a path such as `/admin/campaigns/:id`; the named parts, or undefined. */
export function matchPath(
  pattern: string,
  actual: string,
): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split("/");
  const parts = actual.replace(/\/$/, "").split("/");
  if (wanted.length !== parts.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, piece] of wanted.entries()) {
    const part = parts[index] ?? "";
    if (piece.startsWith(":")) found[piece.slice(1)] = decodePart(part);
    else if (piece !== part) return undefined;
  }
  return found;
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
