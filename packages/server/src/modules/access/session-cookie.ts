import { SESSION_IDLE_MS } from "@terrace/domain/access/sign-in-policy";

const NAME = "terrace_session";
const TOKEN = /^[\w-]{43}$/;

/** The session token in a Cookie header, when it looks like one. */
export function readSessionCookie(cookieHeader: string | undefined): string | undefined {
  for (const pair of cookieHeader?.split(";") ?? []) {
    const at = pair.indexOf("=");
    const value = pair.slice(at + 1).trim();
    if (pair.slice(0, at).trim() === NAME && TOKEN.test(value)) return value;
  }
  return undefined;
}

/** The Set-Cookie header that keeps a session: out of reach of scripts, not sent from other sites' forms, over https only where the console is. */
export function keepSessionCookie(token: string, secure: boolean): string {
  return `${NAME}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_IDLE_MS / 1000}${secure ? "; Secure" : ""}`;
}

/** The Set-Cookie header that ends it. */
export function dropSessionCookie(secure: boolean): string {
  return `${NAME}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${secure ? "; Secure" : ""}`;
}
