import { inside } from "../../i18n/simulator-inside.ts";
import { type Script, SCRIPT_LIMITS } from "../../../simulator/script.ts";
import { formatDateTime } from "../../shared/format.ts";
import { Icon } from "../../shared/ui/icon.tsx";
import { say } from "../../shared/ui/toast.tsx";
import { playing, playScript, stopPlaying } from "../script/player.ts";
import { recording, startRecording, stopRecording } from "../script/recording.ts";
import { shareFragment } from "../script/share.ts";
import { scriptText } from "../script/text.ts";
import type { Seat } from "../state/desk.ts";
import type { Line } from "../state/wire.ts";

interface ScriptToolsProps {
  readonly line: Line;
  readonly seat: Seat;
  /** Undefined where the text is none. */
  readonly script: Script | undefined;
}

/** What can be done with a script. */
export function ScriptTools({ line, seat, script }: ScriptToolsProps) {
  const now = recording.value;
  const isPlaying = playing.value?.isOver === false;
  const stop = () => {
    const left = recording.peek()?.left ?? 0;
    const title = inside("script_title", { when: formatDateTime(new Date().toISOString()) });
    const recorded = stopRecording(title);
    if (recorded === undefined) say(inside("record_empty"));
    else scriptText.value = recorded;
    if (left > 0) say(inside.count("record_left", left));
  };
  return (
    <>
      <div class="row">
        {now === undefined ? (
          <button
            type="button"
            class="button"
            disabled={isPlaying}
            onClick={() => startRecording(line)}
          >
            <span class="record-dot" aria-hidden="true" /> {inside("record")}
          </button>
        ) : (
          <button type="button" class="button button-danger" onClick={stop}>
            <Icon name="stop" size={16} /> {inside.count("record_stop", now.steps.length)}
          </button>
        )}
        {isPlaying ? (
          <button type="button" class="button button-danger" onClick={stopPlaying}>
            <Icon name="stop" size={16} /> {inside("play_stop")}
          </button>
        ) : (
          <button
            type="button"
            class="button button-primary"
            disabled={script === undefined || now !== undefined}
            onClick={() => {
              if (script !== undefined) void playScript(script, line, seat);
            }}
          >
            <Icon name="play" size={16} /> {inside("play")}
          </button>
        )}
        <OpenFile />
        <Download />
        <Share />
      </div>
      {script !== undefined && script.channel !== line.channel && (
        <p class="hint">{inside("other_line", { channel: script.channel, line: line.title })}</p>
      )}
    </>
  );
}

function OpenFile() {
  return (
    <label class="button file-button">
      <Icon name="upload" size={16} /> {inside("open_file")}
      <input
        type="file"
        class="visually-hidden"
        accept=".json,.yml,.yaml,application/json"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          currentTarget.value = "";
          if (file === undefined) return;
          if (file.size > SCRIPT_LIMITS.bytes) say(inside("script_large"));
          else void file.text().then((text) => (scriptText.value = text));
        }}
      />
    </label>
  );
}

function Download() {
  const save = () => {
    const source = URL.createObjectURL(new Blob([scriptText.peek()], { type: "text/plain" }));
    const link = Object.assign(document.createElement("a"), {
      href: source,
      download: "conversation.yml",
    });
    link.click();
    URL.revokeObjectURL(source);
  };
  return (
    <button type="button" class="button" disabled={scriptText.value === ""} onClick={save}>
      <Icon name="download" size={16} /> {inside("download")}
    </button>
  );
}

function Share() {
  const fragment = scriptText.value === "" ? undefined : shareFragment(scriptText.value);
  const link = `${location.origin}/simulator${fragment ?? ""}`;
  return (
    <button
      type="button"
      class="button"
      disabled={fragment === undefined || navigator.clipboard === undefined}
      onClick={() => {
        void navigator.clipboard.writeText(link).then(() => say(inside("link_copied")));
      }}
    >
      <Icon name="link" size={16} /> {inside("share")}
    </button>
  );
}
