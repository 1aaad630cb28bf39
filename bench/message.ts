import { ADMIN_KEY } from "./admin-key.ts";

/** A whole request for one message, ready to be written to a socket. */
export function messageRequest(path: string, n: number, people: number, run: string): Buffer {
  const body = JSON.stringify({
    channel: "whatsapp",
    to: `+556199${String(n % people).padStart(7, "0")}`,
    template: { name: "bench_notice", language: "pt_BR", params: [`R$ ${n},00`] },
    correlation_id: `${run} ${n}`,
  });
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
      `authorization: Bearer ${ADMIN_KEY}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
