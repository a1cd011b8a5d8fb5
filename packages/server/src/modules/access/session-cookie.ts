import { SESSION_IDLE_MS } from "@terrace/domain/access/sign-in-policy";

const NAME = "terrace_session";
/** Over https the browser itself then sees to it that no other host, path or plain connection can set the cookie. */
const SECURE_NAME = `__Host-${NAME}`;
const TOKEN = /^[\w-]{43}$/;

/** The session token in a Cookie header, when it looks like one; over https under the guarded name only. */
export function readSessionCookie(cookieHeader: string | undefined, secure: boolean): string | undefined {
  for (const pair of cookieHeader?.split(";") ?? []) {
    const at = pair.indexOf("=");
    const value = pair.slice(at + 1).trim();
    if (pair.slice(0, at).trim() === nameOf(secure) && TOKEN.test(value)) return value;
  }
  return undefined;
}

/** The Set-Cookie header that keeps a session: out of reach of scripts, not sent from other sites' forms, over https only where the console is. */
export function keepSessionCookie(token: string, secure: boolean): string {
  return `${nameOf(secure)}=${token}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${SESSION_IDLE_MS / 1000}${secure ? "; Secure" : ""}`;
}

/** The Set-Cookie header that ends it. */
export function dropSessionCookie(secure: boolean): string {
  return `${nameOf(secure)}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${secure ? "; Secure" : ""}`;
}

function nameOf(secure: boolean): string {
  return secure ? SECURE_NAME : NAME;
}
