import { useEffect, useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import { formatBytes } from "../../shared/format.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Field } from "../../shared/ui/field.tsx";
import { SafeText } from "../../shared/ui/safe-text.tsx";
import { keepFile, MOST_BYTES, say, type Seat } from "../state/desk.ts";
import { hasCaption, mediaKindOf } from "./media-kind.ts";

interface FormProps {
  readonly seat: Seat;
  readonly onDone: () => void;
}

/** Sends a file of this computer as whatever it is. */
export function FileForm({ seat, onDone }: FormProps) {
  const [file, setFile] = useState<File>();
  const [caption, setCaption] = useState("");
  const kind = file === undefined ? undefined : mediaKindOf(file.type);
  const isLarge = file !== undefined && file.size > MOST_BYTES;
  const problem = isLarge ? simulator("file_large", { size: formatBytes(MOST_BYTES) }) : undefined;
  const send = async () => {
    if (file === undefined || kind === undefined) return;
    const fileId = await keepFile(file, file.name);
    const words = hasCaption(kind) && caption !== "" ? { caption } : {};
    const name = kind === "document" ? { file_name: file.name } : {};
    await say(seat, {
      content: { type: "media", media: kind, file_id: fileId, ...words, ...name },
    });
    onDone();
  };
  return (
    <>
      <Field label={simulator("file")} hint={simulator("file_hint")} problem={problem}>
        {(control) => (
          <input
            {...control}
            type="file"
            onChange={({ currentTarget }) => setFile(currentTarget.files?.[0])}
          />
        )}
      </Field>
      {file !== undefined && kind !== undefined && (
        <div class="file-chosen">
          {kind === "image" && <Preview file={file} />}
          <p>
            <strong>{simulator(`kind_${kind}`)}</strong> · <SafeText text={file.name} max={80} /> ·{" "}
            {formatBytes(file.size)}
          </p>
        </div>
      )}
      {kind !== undefined && hasCaption(kind) && (
        <Field label={simulator("caption")}>
          {(control) => (
            <input
              {...control}
              maxLength={1024}
              value={caption}
              onInput={({ currentTarget }) => setCaption(currentTarget.value)}
            />
          )}
        </Field>
      )}
      <Action
        tone="primary"
        icon="send"
        disabled={file === undefined || isLarge || file.size === 0}
        run={send}
      >
        {simulator("send")}
      </Action>
    </>
  );
}

/** The picture, from the memory of this page. */
function Preview({ file }: { readonly file: File }) {
  const [source, setSource] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(file);
    setSource(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return source === undefined ? null : <img src={source} alt="" />;
}
