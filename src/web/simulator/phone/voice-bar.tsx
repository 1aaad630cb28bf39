import { useEffect, useRef, useState } from "preact/hooks";
import { simulator } from "../../i18n/simulator.ts";
import { common } from "../../i18n/common.ts";
import { formatSpan } from "../../shared/format.ts";
import { Action } from "../../shared/ui/action.tsx";
import { Icon } from "../../shared/ui/icon.tsx";
import { keepFile, say, type Seat } from "../state/desk.ts";
import { openRecorder, type Recorder } from "./recorder.ts";

/** Whether this browser can record at all; only in a secure context. */
export const canRecord = (): boolean =>
  typeof MediaRecorder !== "undefined" && navigator.mediaDevices !== undefined;

interface VoiceBarProps {
  readonly seat: Seat;
  readonly onDone: () => void;
}

/** Records what somebody says into the microphone, then sends it. */
export function VoiceBar({ seat, onDone }: VoiceBarProps) {
  const [recorder, setRecorder] = useState<Recorder>();
  const [problem, setProblem] = useState<"speak_refused" | "speak_impossible">();
  const [seconds, setSeconds] = useState(0);
  const open = useRef<Recorder>(undefined);
  useEffect(() => {
    let isGone = false;
    const start = async () => {
      try {
        const opened = await openRecorder();
        if (isGone) opened.cancel();
        open.current = opened;
        setRecorder(opened);
      } catch (thrown) {
        if (!(thrown instanceof DOMException)) throw thrown;
        setProblem(thrown.name === "NotAllowedError" ? "speak_refused" : "speak_impossible");
      }
    };
    void start();
    const timer = setInterval(() => setSeconds((count) => count + 1), 1_000);
    return () => {
      isGone = true;
      clearInterval(timer);
      open.current?.cancel();
    };
  }, []);
  if (problem !== undefined)
    return (
      <p class="banner banner-warning" role="alert">
        <span>{simulator(problem)}</span>
        <button type="button" class="button button-small" onClick={onDone}>
          {common("close")}
        </button>
      </p>
    );
  const send = async () => {
    const recording = await recorder?.stop();
    if (recording === undefined) return;
    const fileId = await keepFile(recording, "voice");
    await say(seat, { content: { type: "media", media: "voice", file_id: fileId } });
    onDone();
  };
  return (
    <div class="composer-bar voice-bar">
      <span class="voice-dot" aria-hidden="true" />
      <span class="voice-time" role="timer">
        {simulator("speaking")} {formatSpan(seconds)}
      </span>
      <button type="button" class="icon-button" aria-label={common("cancel")} onClick={onDone}>
        <Icon name="trash" />
      </button>
      <Action tone="primary" icon="send" disabled={recorder === undefined} run={send}>
        {simulator("send")}
      </Action>
    </div>
  );
}
