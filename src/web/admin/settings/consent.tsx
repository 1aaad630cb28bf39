import { useState } from "preact/hooks";
import { people } from "../../i18n/people.ts";
import { post } from "../../shared/api.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { Tag } from "../../shared/ui/tag.tsx";
import { Ago } from "../../shared/ui/time.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { OptOutDialog } from "./opt-out-dialog.tsx";
import type { Contact, OptOut } from "./types.ts";

interface ConsentProps {
  readonly of: Contact;
  readonly onChanged: () => void;
}

const isOpen = ({ revoked_at: revoked }: OptOut) => revoked === null;

const wordFor = ({ scope }: OptOut) =>
  people(scope === "all" ? "consent_out" : "consent_no_marketing");

/** Whether a person wants our messages, and what they said of it before. */
export function Consent({ of: person, onChanged }: ConsentProps) {
  const [isAsking, setAsking] = useState(false);
  const open = person.opt_outs.filter(isOpen);
  const scopes = [...new Set(open.map(({ scope }) => scope))];
  const optIn = async () => {
    for (const scope of scopes) await post(`/contacts/${person.id}/opt-in`, { scope });
    say(people("opted_in"));
    onChanged();
  };
  return (
    <section class="card stack">
      <h2>{people("consent")}</h2>
      {open.length === 0 && <p>{people("consent_in")}</p>}
      {person.opt_outs.length > 0 && (
        <ul class="opt-outs" aria-label={people("consent_history")}>
          {person.opt_outs.map((one) => (
            <li key={`${one.channel} ${one.account} ${one.scope} ${one.created_at}`}>
              <Tag tone={isOpen(one) ? "warning" : "neutral"}>{wordFor(one)}</Tag>
              <span>
                <SafeText text={`${one.channel} · ${one.account}`} max={200} />
              </span>
              <span class="hint">
                <Ago at={one.created_at} />
                {one.revoked_at !== null && (
                  <>
                    {" → "}
                    <Ago at={one.revoked_at} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {may("contacts:write") && (
        <div class="row">
          {open.some(({ scope }) => scope === "all") ? null : (
            <button type="button" class="button" onClick={() => setAsking(true)}>
              {people("opt_out")}
            </button>
          )}
          {open.length > 0 && <Action run={optIn}>{people("opt_in")}</Action>}
        </div>
      )}
      {isAsking && (
        <OptOutDialog
          contactId={person.id}
          onClose={() => setAsking(false)}
          onDone={() => {
            setAsking(false);
            onChanged();
          }}
        />
      )}
    </section>
  );
}
