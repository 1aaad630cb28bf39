import { createHmac } from "node:crypto";

export const APP_SECRET = "bench-app-secret";
export const ACCOUNTS = [
  "810000000000001",
  "810000000000002",
  "810000000000003",
  "810000000000004",
];

/** The body of one text message, of the size the provider sends. */
function bodyOf(n: number, people: number, run: string): string {
  const from = `5561${String(900_000_000 + (n % people))}`;
  const account = ACCOUNTS[n % ACCOUNTS.length];
  return JSON.stringify({
    object: "whatsapp_business_account",
    entry: [
      {
        id: "700100200300400",
        changes: [
          {
            field: "messages",
            value: {
              messaging_product: "whatsapp",
              metadata: { display_phone_number: "556130001234", phone_number_id: account },
              contacts: [
                { profile: { name: "Joana P." }, wa_id: from, user_id: `BR.555000${from}` },
              ],
              messages: [
                {
                  from,
                  from_user_id: `BR.555000${from}`,
                  id: `wamid.HBgMNTU2MTkxMTEyMjIyFQIAEhg.${run}.${n}`,
                  timestamp: String(Math.floor(Date.now() / 1000)),
                  type: "text",
                  text: { body: `Quero a segunda via da conta, por favor (${n})` },
                },
              ],
            },
          },
        ],
      },
    ],
  });
}

/** A whole signed HTTP request, ready to be written to a socket. */
export function webhookRequest(path: string, n: number, people: number, run: string): Buffer {
  const body = bodyOf(n, people, run);
  const signature = createHmac("sha256", APP_SECRET).update(body).digest("hex");
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
      `x-hub-signature-256: sha256=${signature}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
