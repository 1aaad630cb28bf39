import { randomUUID } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { startSms } from "../../standins/sms.ts";
import { ERROR_PAGE, type Line, PERSON } from "./line.ts";

/** Text messages of Azure Communication Services. */
export async function smsLine(): Promise<Line> {
  const sender = "+551140040000";
  const secret = "grid-secret-of-the-tests-0123456789";
  const accessKey = Buffer.from("access-key-of-the-tests").toString("base64");
  const sms = await startSms({ accessKey, senders: [sender] });
  const write = async (text: string, id?: string) => {
    await sms.say({ from: PERSON, to: sender, text, ...(id !== undefined && { id }) });
  };
  return {
    channel: "sms",
    env: {
      SMS_CHANNEL_ID: sender,
      ACS_CONNECTION_STRING: `endpoint=${sms.url}/;accesskey=${accessKey}`,
      EVENT_GRID_VALIDATION_KEY: secret,
    },
    connect: (url) => sms.deliverTo(`${url}/webhooks/acs/webhook?code=${secret}`),
    say: write,
    choose: ({ number }) => write(String(number)),
    script: (trouble) => {
      if (trouble === "busy")
        sms.script([{ kind: "raw", status: 429, body: "{}", headers: { "retry-after": "1" } }]);
      else if (trouble === "html") sms.script([{ kind: "raw", status: 502, body: ERROR_PAGE }]);
      else if (trouble === "lost") sms.script([{ kind: "reset", taken: true }]);
    },
    heard: () => sms.sent.map(({ message }) => message),
    refusals: () => sms.refusals,
    // Nobody knows whether a text message was read.
    end: "delivered",
    close: sms.close,
  };
}

/** A web client in the shape of Rasa's REST channel. */
export function restLine(): Promise<Line> {
  const sender = `web-${randomUUID()}`;
  const target = { url: "" };
  const heard: string[] = [];
  const refusals: unknown[] = [];
  const write = async (message: string) => {
    const answer = await fetch(`${target.url}/webhooks/rest/webhook`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ sender, message }),
    });
    const items: unknown = await answer.json();
    if (Array.isArray(items)) heard.push(...items.map((item) => JSON.stringify(item)));
    else refusals.push(items);
  };
  return Promise.resolve({
    channel: "rest",
    env: {},
    connect: (url) => {
      target.url = url;
    },
    say: write,
    choose: ({ payload }) => write(payload),
    heard: () => heard,
    refusals: () => refusals,
    end: "sent",
    close: () => Promise.resolve(),
  });
}

/** The web widget's connection. */
export function socketLine(): Promise<Line> {
  const session = randomUUID();
  const heard: string[] = [];
  const refusals: unknown[] = [];
  const sockets: Socket[] = [];
  const write = (message: string): Promise<void> => {
    sockets.at(-1)?.emit("user_uttered", { message, session_id: session });
    return Promise.resolve();
  };
  return Promise.resolve({
    channel: "socketio",
    env: { SOCKETIO_ENABLED: "true" },
    connect: async (url) => {
      const socket = io(url, { transports: ["websocket"], forceNew: true });
      sockets.push(socket);
      socket.on("bot_uttered", (message: unknown) => heard.push(JSON.stringify(message)));
      socket.on("connect_error", (error) => refusals.push(error.message));
      const confirmed = new Promise((resolve) => {
        socket.once("session_confirm", resolve);
      });
      socket.once("connect", () => socket.emit("session_request", { session_id: session }));
      await confirmed;
    },
    say: write,
    choose: ({ payload }) => write(payload),
    heard: () => heard,
    refusals: () => refusals,
    end: "sent",
    close: async () => {
      for (const socket of sockets) socket.disconnect();
      await Promise.resolve();
    },
  });
}
