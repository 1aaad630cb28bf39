/** A recording under way. */
export interface Recorder {
  /** Ends it and gives the sound. */
  readonly stop: () => Promise<Blob>;
  /** Ends it and forgets the sound. */
  readonly cancel: () => void;
}

/** Kinds of sound that phones send, the best first; browsers know some of them. */
const TYPES = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"] as const;

/** Begins to record. Throws a `DOMException`: "NotAllowedError" where somebody or something forbids it. */
export async function openRecorder(): Promise<Recorder> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const recorder = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType });
  const parts: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  recorder.start();
  const release = () => {
    for (const track of stream.getTracks()) track.stop();
  };
  const end = async (): Promise<Blob> => {
    const ended = new Promise((resolve) => recorder.addEventListener("stop", resolve));
    if (recorder.state !== "inactive") {
      recorder.stop();
      await ended;
    }
    release();
    return new Blob(parts, { type: recorder.mimeType });
  };
  return {
    stop: end,
    cancel: () => {
      if (recorder.state !== "inactive") recorder.stop();
      release();
    },
  };
}
