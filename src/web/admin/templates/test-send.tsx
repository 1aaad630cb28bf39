import { useMemo, useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { templates } from "../../i18n/templates.ts";
import { ApiProblem, post } from "../../shared/api.ts";
import { may } from "../../shared/session.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { useChannels } from "../campaigns/channels.ts";
import type { TemplateFilling } from "./fill.ts";
import { Findings } from "./template-bubble.tsx";
import type { Template } from "./types.ts";

interface Sent {
  readonly conversation_id: string | null;
}

interface TestSendProps {
  readonly template: Template;
  readonly filling: TemplateFilling;
}

/** Sends one real message made from a template, to a number that somebody types, once they agree. */
export function TestSend({ template, filling }: TestSendProps) {
  const channels = useChannels();
  const accounts = channels.data?.find(({ name }) => name === template.channel)?.accounts ?? [];
  const [to, setTo] = useState("");
  const [account, setAccount] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [sent, setSent] = useState<Sent>();
  if (!may("messages:write") || !template.is_sendable) return null;
  return (
    <section class="card stack" aria-labelledby="test-title">
      <h2 id="test-title">{templates("test_send")}</h2>
      <form
        class="test-send"
        onSubmit={(event) => {
          event.preventDefault();
          setAsking(true);
        }}
      >
        <Field label={templates("test_to")} hint={templates("test_to_hint")}>
          {(control) => (
            <input
              {...control}
              type="tel"
              required
              autocomplete="off"
              value={to}
              onInput={({ currentTarget }) => setTo(currentTarget.value)}
            />
          )}
        </Field>
        {accounts.length > 1 && (
          <Field label={templates("test_account")}>
            {(control) => (
              <select
                {...control}
                value={account}
                onChange={({ currentTarget }) => setAccount(currentTarget.value)}
              >
                {accounts.map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <button type="submit" class="button" disabled={to.trim() === ""}>
          {templates("test_ask")}
        </button>
      </form>
      {sent !== undefined && (
        <p class="banner banner-info" role="status">
          <span>{templates("test_done")}</span>
          {sent.conversation_id !== null && may("conversations:read") && (
            <a href={`/admin/conversations/${sent.conversation_id}`}>{templates("test_look")}</a>
          )}
        </p>
      )}
      {isAsking && (
        <Confirm
          template={template}
          filling={filling}
          to={to.trim()}
          account={account === "" ? undefined : account}
          onClose={() => setAsking(false)}
          onSent={(answer) => {
            setAsking(false);
            setSent(answer);
            say(templates("test_done"));
          }}
        />
      )}
    </section>
  );
}

interface ConfirmProps extends TestSendProps {
  readonly to: string;
  readonly account: string | undefined;
  readonly onClose: () => void;
  readonly onSent: (answer: Sent) => void;
}

function Confirm({ template, filling, to, account, onClose, onSent }: ConfirmProps) {
  const key = useMemo(() => crypto.randomUUID(), []);
  const [problem, setProblem] = useState<ApiProblem>();
  const { channel, name, language } = template;
  const run = async () => {
    const body = {
      channel,
      to,
      ...(account !== undefined && { account }),
      template: { name, ...(language !== "" && { language }), ...filling },
    };
    try {
      onSent(await post<Sent>("/messages", body, { idempotencyKey: key }));
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem) || thrown.errors.length === 0) throw thrown;
      setProblem(thrown);
    }
  };
  return (
    <Dialog
      title={templates("test_title")}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {common("cancel")}
          </button>
          <Action tone="primary" icon="send" run={run}>
            {templates("test_confirm")}
          </Action>
        </>
      }
    >
      <p>
        <SafeText text={templates("test_detail", { to, channel })} />
      </p>
      {problem !== undefined && (
        <div role="alert">
          <Findings problems={problem.errors.map(({ detail }) => detail)} warnings={[]} />
        </div>
      )}
    </Dialog>
  );
}
