import { useMemo, useState } from "preact/hooks";
import { common } from "../../i18n/common.ts";
import { draft as words } from "../../i18n/template-draft.ts";
import { templates } from "../../i18n/templates.ts";
import { ApiProblem, post } from "../../shared/api.ts";
import { BubbleView } from "../../shared/bubble/bubble-view.tsx";
import { navigate } from "../../shared/router.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Dialog } from "../../shared/ui/dialog.tsx";
import { Empty, Loaded } from "../../shared/ui/states.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { useChannels } from "../campaigns/channels.ts";
import { draftBubble } from "./draft-bubble.ts";
import { DraftFields } from "./draft-fields.tsx";
import { type DraftForm, draftOf, EMPTY_DRAFT } from "./draft.ts";
import { faultsOf } from "./faults.ts";
import { PhoneFrame } from "./phone-frame.tsx";
import { MAKES_TEMPLATES } from "./remove-template.tsx";
import { Findings } from "./template-bubble.tsx";
import type { Template } from "./types.ts";

interface CreateTemplateProps {
  readonly onClose: () => void;
  readonly onMade: () => void;
}

/** Makes a template at a provider that allows it. What is wrong is said at its field, and nothing typed is lost. */
export function CreateTemplate({ onClose, onMade }: CreateTemplateProps) {
  const channels = useChannels();
  const able = (channels.data ?? []).filter(
    ({ type, has_templates: has }) => has && type === MAKES_TEMPLATES,
  );
  const [typed, setForm] = useState<DraftForm>(EMPTY_DRAFT);
  const [problem, setProblem] = useState<ApiProblem>();
  const form = { ...typed, channel: typed.channel === "" ? (able[0]?.name ?? "") : typed.channel };
  const draft = draftOf(form);
  const body = JSON.stringify(draft);
  // A repetition of the same draft is the same request; a corrected one is another.
  const key = useMemo(() => crypto.randomUUID(), [body]);
  const run = async () => {
    try {
      const made = await post<Template>("/templates", draft, { idempotencyKey: key });
      say(words("created"));
      onMade();
      navigate(`/admin/templates/${made.id}`);
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem) || thrown.status === 401) throw thrown;
      setProblem(thrown);
    }
  };
  const faults = problem === undefined ? [] : faultsOf(problem, draft);
  return (
    <Dialog
      shape="side"
      title={words("create_title")}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button" onClick={onClose}>
            {common("cancel")}
          </button>
          <Action tone="primary" icon="send" disabled={able.length === 0} run={run}>
            {words("create_send")}
          </Action>
        </>
      }
    >
      <p class="hint">{words("create_intro")}</p>
      <Loaded from={channels}>
        {() =>
          able.length === 0 ? (
            <Empty icon="templates" title={words("no_channel")} />
          ) : (
            <DraftFields
              form={form}
              channels={able.map(({ name }) => name)}
              onChange={setForm}
              problemAt={(field) => faults.find((fault) => fault.field === field)?.detail}
            />
          )
        }
      </Loaded>
      {faults.length > 0 && (
        <div role="alert" class="stack-lines">
          <strong>{words("problems")}</strong>
          <Findings problems={faults.map(({ detail }) => detail)} warnings={[]} />
        </div>
      )}
      <PhoneFrame label={templates("preview")}>
        <BubbleView bubble={draftBubble(form)} direction="out" />
      </PhoneFrame>
    </Dialog>
  );
}
