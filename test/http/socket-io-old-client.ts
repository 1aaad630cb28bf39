import { z } from "zod";

const handshake = z.object({ sid: z.string(), pingInterval: z.number() });

/** A client of Socket.IO 2 that polls, as old widgets do: protocol 3 by hand. Source: Engine.IO protocol, revision 3. */
export interface OldClient {
  /** The answer to the handshake. */
  readonly opened: Response;
  /** Sends the JSON text of an event as it is. */
  readonly send: (text: string) => Promise<number>;
  /** Sends an event. */
  readonly emit: (event: string, data: unknown) => Promise<number>;
  /** Waits for the next packets, such as `42["bot_uttered",{...}]`. */
  readonly poll: () => Promise<readonly string[]>;
}

/** Opens the session; the server joins the main namespace without being asked. */
export async function openOldClient(
  url: string,
  query = "",
  headers: Record<string, string> = {},
): Promise<OldClient> {
  const base = `${url}/socket.io/?EIO=3&transport=polling${query}`;
  const opened = await fetch(base, { headers });
  if (opened.status !== 200) {
    const refused = () => Promise.reject(new Error(`refused with ${opened.status}`));
    return { opened, send: refused, emit: refused, poll: refused };
  }
  const [first = ""] = packetsIn(await opened.text());
  const { sid } = handshake.parse(JSON.parse(first.slice(1)));
  const send = async (text: string): Promise<number> => {
    const packet = `42${text}`;
    const answer = await fetch(`${base}&sid=${sid}`, {
      method: "POST",
      headers: { "content-type": "text/plain;charset=UTF-8" },
      body: `${packet.length}:${packet}`,
    });
    await answer.text();
    return answer.status;
  };
  return {
    opened,
    poll: async () => packetsIn(await (await fetch(`${base}&sid=${sid}`)).text()),
    send,
    emit: (event, data) => send(JSON.stringify([event, data])),
  };
}

/** Takes a payload apart: each packet stands behind its length in characters. */
function packetsIn(payload: string): readonly string[] {
  const packets: string[] = [];
  let rest = payload;
  while (rest !== "") {
    const [length = ""] = rest.split(":", 1);
    const start = length.length + 1;
    packets.push(rest.slice(start, start + Number(length)));
    rest = rest.slice(start + Number(length));
  }
  return packets;
}
