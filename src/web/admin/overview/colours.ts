import { useEffect, useState } from "preact/hooks";
import { theme } from "../../shared/ui/theme.ts";

/** A colour of the sheets that charts may use. */
export type Ink = `--${string}`;

/** Reads colours as the canvas needs them: it knows neither custom properties nor `light-dark`. */
export function readInks(inks: readonly Ink[]): readonly string[] {
  const probe = document.createElement("span");
  document.body.append(probe);
  const read = inks.map((ink) => {
    probe.style.color = `var(${ink})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return read;
}

/** Changes whenever colours may have: the person's choice, or the system's. */
export function useAppearance(): string {
  const chosen = theme.value;
  const [system, setSystem] = useState(0);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const look = () => setSystem((count) => count + 1);
    dark.addEventListener("change", look);
    return () => dark.removeEventListener("change", look);
  }, []);
  return `${chosen} ${system}`;
}
