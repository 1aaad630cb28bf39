import { useEffect, useState } from "preact/hooks";
import { ApiProblem, call } from "../../shared/api.ts";
import type { TemplateFilling } from "./fill.ts";
import type { TemplatePreview } from "./types.ts";

interface Shown {
  readonly preview: TemplatePreview | undefined;
  readonly problem: ApiProblem | undefined;
}

/** How long nothing is typed before the server is asked, milliseconds. */
const PAUSE_MS = 250;

export interface PreviewQuestion extends TemplateFilling {
  readonly values?: Readonly<Record<string, string>>;
}

/** What a person would read, asked of the server while somebody types; the last answer stays until the next. */
export function usePreview(id: string | undefined, question: PreviewQuestion): Shown {
  const [shown, setShown] = useState<Shown & { readonly id: string | undefined }>({
    id,
    preview: undefined,
    problem: undefined,
  });
  const key = JSON.stringify(question);
  useEffect(() => {
    if (id === undefined) return undefined;
    const abort = new AbortController();
    const ask = async () => {
      try {
        const options = { body: question, signal: abort.signal };
        const preview = await call<TemplatePreview>("POST", `/templates/${id}/preview`, options);
        setShown({ id, preview, problem: undefined });
      } catch (thrown) {
        if (abort.signal.aborted) return;
        if (!(thrown instanceof ApiProblem)) throw thrown;
        setShown((old) => ({ ...old, id, problem: thrown }));
      }
    };
    const timer = setTimeout(() => void ask(), PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [id, key]);
  return shown.id === id ? shown : { preview: undefined, problem: undefined };
}
