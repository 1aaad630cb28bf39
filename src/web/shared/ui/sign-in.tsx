import { useState } from "preact/hooks";
import { shell } from "../../i18n/shell.ts";
import { ApiProblem } from "../api.ts";
import { useOneAtATime } from "../one-at-a-time.ts";
import { signIn } from "../session.ts";
import { Field } from "./field.tsx";
import { common } from "../../i18n/common.ts";

function wordsFor(thrown: unknown): string {
  if (!(thrown instanceof ApiProblem)) throw thrown;
  if (thrown.status === 401) return shell("key_wrong");
  if (thrown.status === 429) return shell("too_many");
  return thrown.status === 0 ? common("offline_title") : thrown.message;
}

/** Asks for a key and exchanges it for a session; the key itself is not kept. */
export function SignInForm() {
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<string>();
  const { isBusy, run } = useOneAtATime();
  const submit = async () => {
    try {
      await signIn(key.trim());
      setKey("");
    } catch (thrown) {
      setProblem(wordsFor(thrown));
    }
  };
  return (
    <form
      class="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        void run(submit);
      }}
    >
      <Field label={shell("key")} hint={shell("key_hint")} problem={problem}>
        {(control) => (
          <input
            {...control}
            type="password"
            autocomplete="current-password"
            required
            spellcheck={false}
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit" class="button button-primary" disabled={isBusy || key.trim() === ""}>
        {common("sign_in")}
      </button>
    </form>
  );
}
