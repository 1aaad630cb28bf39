import type { ComponentChildren } from "preact";
import { shell } from "../../i18n/shell.ts";
import { isExpired, isSignedIn, loadSession, session, sessionProblem } from "../session.ts";
import { Dialog } from "./dialog.tsx";
import { Icon } from "./icon.tsx";
import { Preferences } from "./preferences.tsx";
import { SignInForm } from "./sign-in.tsx";
import { Failure, Loading } from "./states.tsx";

/** Shows what is inside to whoever is signed in, and the sign-in to everybody else. */
export function SessionGate({ children }: { readonly children: ComponentChildren }) {
  if (session.value === undefined)
    return (
      <main class="gate">
        {sessionProblem.value === undefined ? (
          <Loading />
        ) : (
          <Failure problem={sessionProblem.value} onRetry={() => void loadSession()} />
        )}
      </main>
    );
  if (!isSignedIn.value) return <SignInPage />;
  return (
    <>
      {children}
      {isExpired.value && (
        <Dialog title={shell("expired_title")} onClose={() => undefined}>
          <p>{shell("expired_intro")}</p>
          <SignInForm />
        </Dialog>
      )}
    </>
  );
}

function SignInPage() {
  return (
    <main class="gate">
      <section class="card gate-card" aria-labelledby="sign-in">
        <p class="brand">
          <Icon name="bridge" size={24} /> Ponte
        </p>
        <h1 id="sign-in">{shell("sign_in_title")}</h1>
        <p>{shell("sign_in_intro")}</p>
        <SignInForm />
        <Preferences />
      </section>
    </main>
  );
}
