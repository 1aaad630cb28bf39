import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { listen, stopListening } from "./listen.ts";

/** The application that Event Grid is. Source: Event Grid documentation, secure webhook delivery. */
const EVENT_GRID_APP = "4962773b-9cdb-44cf-a8bf-237846a00ab7";

/** A stand-in for the part of Entra that publishes keys and gives tokens. */
export interface Entra {
  readonly url: string;
  /** Times the keys were asked for. */
  readonly asked: () => number;
  /** What the keys are answered with from now on: a status, or "keys". */
  readonly answer: (how: "keys" | "hang" | number) => void;
  /** Starts to sign with a new key, and publishes it where `isPublished`. */
  readonly rotate: (isPublished?: boolean) => Promise<void>;
  /** Gives a token of either version; claims and header may be changed. */
  readonly token: (options: TokenOptions) => Promise<string>;
  readonly close: () => Promise<void>;
}

export interface TokenOptions {
  readonly tenant: string;
  readonly audience: string;
  readonly version?: 1 | 2;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Seconds from now until its end. */
  readonly endsIn?: number;
}

const ALGORITHM = "RS256";

async function createKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return { kid, privateKey, jwk: { ...jwk, kid, use: "sig", alg: ALGORITHM } };
}

/** Starts the stand-in on a free port of the loopback interface. */
export async function startEntra(): Promise<Entra> {
  const first = await createKey("key-1");
  const state: {
    key: Awaited<ReturnType<typeof createKey>>;
    published: (typeof first.jwk)[];
    asked: number;
    how: "keys" | "hang" | number;
  } = { key: first, published: [first.jwk], asked: 0, how: "keys" };
  const server = createServer((request, response) => {
    if (!/^\/[0-9a-f-]{36}\/discovery\/v2\.0\/keys$/.test(request.url ?? "")) {
      response.writeHead(404).end();
      return;
    }
    state.asked += 1;
    if (state.how === "hang") return;
    const status = typeof state.how === "number" ? state.how : 200;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 200 ? JSON.stringify({ keys: state.published }) : "");
  });
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    asked: () => state.asked,
    answer: (how) => {
      state.how = how;
    },
    rotate: async (isPublished = true) => {
      state.key = await createKey(`key-${String(Math.random()).slice(2)}`);
      if (isPublished) state.published = [...state.published, state.key.jwk];
    },
    token: ({ tenant, audience, version = 2, claims = {}, endsIn = 3600 }) => {
      const issuer = version === 1 ? `https://sts.windows.net/${tenant}/` : `${url}/${tenant}/v2.0`;
      const caller = version === 1 ? { appid: EVENT_GRID_APP } : { azp: EVENT_GRID_APP };
      const now = Math.floor(Date.now() / 1000);
      const payload = { iss: issuer, aud: audience, iat: now, nbf: now, tid: tenant, ...caller };
      return new SignJWT({ ...payload, exp: now + endsIn, ...claims })
        .setProtectedHeader({ alg: ALGORITHM, kid: state.key.kid, typ: "JWT" })
        .sign(state.key.privateKey);
    },
    close: async () => {
      await stopListening(server);
    },
  };
}
