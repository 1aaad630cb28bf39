import { createHmac, randomUUID } from "node:crypto";
import { SignJWT } from "jose/jwt/sign";
import { jwtVerify } from "jose/jwt/verify";

/** How long a session lasts, seconds: a working day. */
export const SESSION_SECONDS = 43_200;

const ALGORITHM = "HS256";
const ISSUER = "ponte";

/** Who a session is of: the admin key, a key by its id, or whoever opened the phone simulator where that needs no key. */
export type SessionSubject = "admin" | "simulator" | `key:${string}`;

/** A session as its token says it. */
export interface TokenSession {
  readonly id: string;
  readonly subject: SessionSubject;
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
}

/** Makes and reads the tokens that sessions are carried in. */
export interface SessionTokens {
  readonly issue: (subject: SessionSubject) => Promise<TokenSession & { readonly token: string }>;
  /** Undefined for a token that is not ours, was changed, or is over. */
  readonly read: (token: string) => Promise<TokenSession | undefined>;
}

function isSubject(text: string | undefined): text is SessionSubject {
  return text === "admin" || text === "simulator" || /^key:[\w-]{8}$/.test(text ?? "");
}

const isoOf = (seconds: number) => new Date(seconds * 1_000).toISOString();

/** Signs with a secret made from the admin key: every process with the same key agrees, and a new key ends all sessions. */
export function createSessionTokens(adminKey: string, now: () => number): SessionTokens {
  const secret = createHmac("sha256", adminKey).update("ponte sessions").digest();
  return {
    issue: async (subject) => {
      const seconds = Math.floor(now() / 1_000);
      const end = seconds + SESSION_SECONDS;
      const id = randomUUID();
      const token = await new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM })
        .setIssuer(ISSUER)
        .setSubject(subject)
        .setJti(id)
        .setIssuedAt(seconds)
        .setExpirationTime(end)
        .sign(secret);
      return { token, id, subject, expiresAt: isoOf(end) };
    },
    read: async (token) => {
      const options = {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        requiredClaims: ["sub", "exp", "jti"],
        currentDate: new Date(now()),
      };
      const found = await jwtVerify(token, secret, options).catch(() => undefined);
      const { sub, exp, jti } = found?.payload ?? {};
      if (!isSubject(sub) || exp === undefined || jti === undefined) return undefined;
      return { id: jti, subject: sub, expiresAt: isoOf(exp) };
    },
  };
}
