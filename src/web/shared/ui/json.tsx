import { Copy } from "./copy.tsx";
import { SafeText } from "./safe-text.tsx";

function pretty(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value, null, 2) ?? "";
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

/** Data as it is, indented; a text that is JSON is shown as JSON. */
export function Json({ value, label }: { readonly value: unknown; readonly label: string }) {
  const text = pretty(value);
  return (
    <div class="json">
      <Copy text={text} />
      <pre tabIndex={0} aria-label={label}>
        <SafeText text={text} max={20_000} />
      </pre>
    </div>
  );
}
