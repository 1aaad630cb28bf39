import { settings } from "../../i18n/settings.ts";
import { type ApiProblem, get } from "../../shared/api.ts";
import { useResource } from "../../shared/resource.ts";
import { isInstallationAdmin } from "../../shared/session.ts";
import { Field } from "../../shared/ui/field.tsx";
import { type KeyDraft, RIGHTS, SCOPES } from "./key-rights.ts";
import type { ChannelRow } from "./types.ts";

interface KeyFormProps {
  readonly draft: KeyDraft;
  readonly onChange: (draft: KeyDraft) => void;
  readonly problem: ApiProblem | undefined;
}

const DAYS = [0, 7, 30, 90, 365] as const;

/** What is wrong with one part of the request, in the server's words. */
function problemOf(problem: ApiProblem | undefined, ...names: readonly string[]) {
  return problem?.errors.find(({ pointer }) =>
    names.some((name) => pointer === `/${name}` || pointer.startsWith(`/${name}/`)),
  )?.detail;
}

/** The fields of a new key. */
export function KeyForm({ draft, onChange, problem }: KeyFormProps) {
  const set = (change: Partial<KeyDraft>) => onChange({ ...draft, ...change });
  return (
    <>
      <Field
        label={settings("key_name")}
        hint={settings("key_name_hint")}
        problem={problemOf(problem, "name")}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            maxLength={100}
            required
            value={draft.name}
            onInput={({ currentTarget }) => set({ name: currentTarget.value })}
          />
        )}
      </Field>
      <RightsField draft={draft} set={set} wrong={problemOf(problem, "role", "scopes")} />
      {isInstallationAdmin.value && (
        <TenantField draft={draft} set={set} wrong={problemOf(problem, "tenant")} />
      )}
      <Field label={settings("expires")} problem={problemOf(problem, "expires_at")}>
        {(control) => (
          <select
            {...control}
            value={draft.days}
            onChange={({ currentTarget }) => set({ days: Number(currentTarget.value) })}
          >
            {DAYS.map((days) => (
              <option key={days} value={days}>
                {days === 0 ? settings("expires_never") : settings.count("expires_days", days)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label={settings("per_minute")}
        hint={settings("per_minute_hint")}
        problem={problemOf(problem, "per_minute")}
      >
        {(control) => (
          <input
            {...control}
            type="number"
            inputMode="numeric"
            min={1}
            max={1_000_000}
            value={draft.perMinute}
            onInput={({ currentTarget }) => set({ perMinute: currentTarget.value })}
          />
        )}
      </Field>
    </>
  );
}

interface PartProps {
  readonly draft: KeyDraft;
  readonly set: (change: Partial<KeyDraft>) => void;
  readonly wrong: string | undefined;
}

function RightsField({ draft, set, wrong }: PartProps) {
  return (
    <fieldset class="set-choices">
      <legend>{settings("key_rights")}</legend>
      {RIGHTS.map((rights) => (
        <label key={rights} class="set-choice">
          <input
            type="radio"
            name="rights"
            checked={draft.rights === rights}
            onChange={() => set({ rights })}
          />
          <span>
            <strong>{settings(`role_${rights}`)}</strong>
            <span class="hint">{settings(`role_${rights}_hint`)}</span>
          </span>
        </label>
      ))}
      {draft.rights === "viewer" && (
        <label class="set-choice set-choice-more">
          <input
            type="checkbox"
            checked={draft.seesNumbers}
            onChange={({ currentTarget }) => set({ seesNumbers: currentTarget.checked })}
          />
          <span>{settings("sees_numbers")}</span>
        </label>
      )}
      {draft.rights === "scopes" && <ScopeBoxes draft={draft} set={set} />}
      {wrong !== undefined && <span class="hint hint-bad">{wrong}</span>}
    </fieldset>
  );
}

function ScopeBoxes({ draft, set }: Omit<PartProps, "wrong">) {
  const { scopes } = draft;
  return (
    <div class="scope-boxes" role="group" aria-label={settings("scopes")}>
      {SCOPES.map((scope) => (
        <label key={scope}>
          <input
            type="checkbox"
            checked={scopes.includes(scope)}
            onChange={({ currentTarget }) =>
              set({
                scopes: currentTarget.checked
                  ? [...scopes, scope]
                  : scopes.filter((one) => one !== scope),
              })
            }
          />
          <code>{scope}</code>
        </label>
      ))}
    </div>
  );
}

/** Whose the key is, where there is more than one tenant. */
function TenantField({ draft, set, wrong }: PartProps) {
  const { data } = useResource("tenants", (signal) =>
    get<{ readonly data: readonly ChannelRow[] }>("/channels", {}, signal),
  );
  const tenants = [...new Set(data?.data.map(({ tenant }) => tenant))].toSorted();
  if (tenants.length < 2 && wrong === undefined) return null;
  return (
    <Field label={settings("tenant")} hint={settings("tenant_hint")} problem={wrong}>
      {(control) => (
        <select
          {...control}
          value={draft.tenant}
          onChange={({ currentTarget }) => set({ tenant: currentTarget.value })}
        >
          {[...new Set(["", ...tenants.filter((tenant) => tenant !== "default")])].map((tenant) => (
            <option key={tenant} value={tenant}>
              {tenant === "" ? "default" : tenant}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
