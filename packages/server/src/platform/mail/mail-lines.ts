import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { OutboundRefused } from "../outbound/outbound-refused.ts";
import type { Outbound } from "../outbound/outbound.ts";
import type { MailServer } from "./mailer.ts";

/** A mail server to which lines are kept open; another `key` gets lines of its own. */
export type LinedServer = Omit<MailServer, "from"> & { readonly key: string; readonly linesMax: number };
export type LinedLetter = { readonly from: string; readonly to: string; readonly bytes: string };

/** How an attempt ended: the server took the letter, the server said something else, or the line was lost before or after the letter was on it. */
export type LineEnd =
  | { readonly end: "taken" }
  | {
      readonly end: "answered";
      readonly to: "sign_in" | "envelope" | "letter";
      readonly status: number;
      readonly enhanced: string | undefined;
      /** Its words say that there is no such mailbox. */
      readonly namesMailbox: boolean;
    }
  | { readonly end: "lost"; readonly begun: boolean; readonly code: string };
export type MailLines = {
  readonly send: (server: LinedServer, letter: LinedLetter, signal: AbortSignal) => Promise<LineEnd>;
  /** Closes every line; letters on them end as lost. */
  readonly close: () => void;
};

type Line = { readonly connection: SMTPConnection; letters: number; closed: boolean; idle?: NodeJS.Timeout };
type Pool = { readonly free: Line[]; readonly all: Set<Line>; readonly waiting: (() => void)[]; opening: number };

const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 60_000;
const LETTERS_PER_LINE = 500;
const IDLE_MS = 15_000;

/**
 * Lines to mail servers that carry one letter after the other. A letter is put on a line once: what is lost after it began is told as such and never sent
 * again from here. Trouble is an outcome; nothing is thrown for it.
 */
export function createMailLines(deps: { readonly outbound: Outbound; readonly trustedRoots?: string }): MailLines {
  const pools = new Map<string, Pool>();
  const send = async (server: LinedServer, letter: LinedLetter, signal: AbortSignal): Promise<LineEnd> => {
    const pool = poolOf(pools, server.key);
    if (!(await placeIn(pool, server.linesMax, signal))) return { end: "lost", begun: false, code: "stopped" };
    try {
      await deps.outbound.requireReleased();
      for (;;) {
        if (signal.aborted) return { end: "lost", begun: false, code: "stopped" };
        const line = pool.free.pop() ?? (await open(deps, pool, server));
        clearTimeout(line.idle);
        const isUsed = line.letters > 0;
        const end = await carry(line, letter, signal);
        keepOrClose(pool, line, end);
        // A line that the server closed while it was idle: nothing of the letter was on it.
        if (!(isUsed && end.end === "lost" && !end.begun && !signal.aborted)) return end;
      }
    } catch (error) {
      return failedToOpen(error);
    } finally {
      pool.opening -= 1;
      pool.waiting.shift()?.();
    }
  };
  return {
    send,
    close: () => {
      for (const { all } of pools.values()) for (const line of all) closeLine(line);
      pools.clear();
    },
  };
}

function poolOf(pools: Map<string, Pool>, key: string): Pool {
  const found = pools.get(key) ?? { free: [], all: new Set(), waiting: [], opening: 0 };
  pools.set(key, found);
  return found;
}

/** Waits until fewer letters than lines are under way; false when the signal came first. */
async function placeIn(pool: Pool, linesMax: number, signal: AbortSignal): Promise<boolean> {
  while (pool.opening >= linesMax) {
    if (signal.aborted) return false;
    await new Promise<void>((resolve) => {
      const stop = (): void => {
        pool.waiting.splice(pool.waiting.indexOf(go), 1);
        resolve();
      };
      const go = (): void => {
        signal.removeEventListener("abort", stop);
        resolve();
      };
      signal.addEventListener("abort", stop, { once: true });
      pool.waiting.push(go);
    });
  }
  pool.opening += 1;
  return true;
}

async function open(
  { outbound, trustedRoots }: { readonly outbound: Outbound; readonly trustedRoots?: string },
  pool: Pool,
  server: LinedServer,
): Promise<Line> {
  const [address] = await outbound.addresses({ host: server.host, port: server.port });
  if (address === undefined) throw new OutboundRefused("outbound.unknown_host", server.host);
  const connection = new SMTPConnection({
    // The judged address, not the name: it may mean another machine the next time it is looked up.
    host: address.address,
    port: server.port,
    secure: server.security === "tls",
    requireTLS: server.security === "starttls",
    ignoreTLS: server.security === "none",
    tls: { servername: server.host, minVersion: "TLSv1.2", ...(trustedRoots === undefined ? {} : { ca: trustedRoots }) },
    connectionTimeout: CONNECT_WITHIN_MS,
    greetingTimeout: CONNECT_WITHIN_MS,
    socketTimeout: ANSWER_WITHIN_MS,
  });
  const line: Line = { connection, letters: 0, closed: false };
  const gone = (): void => {
    line.closed = true;
    pool.all.delete(line);
    const at = pool.free.indexOf(line);
    if (at >= 0) pool.free.splice(at, 1);
  };
  connection.once("end", gone);
  pool.all.add(line);
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once("error", reject);
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    if (server.user !== undefined && server.user !== "") await signIn(connection, server.user, server.password ?? "");
  } catch (error) {
    closeLine(line);
    gone();
    throw error;
  }
  // What goes wrong from here on is told to the letter on the line; an idle line just closes.
  connection.on("error", () => closeLine(line));
  return line;
}

function signIn(connection: SMTPConnection, user: string, pass: string): Promise<void> {
  return new Promise((resolve, reject) =>
    connection.login({ user, credentials: { user, pass } }, (error) => (error ? reject(error) : resolve())),
  );
}

/** One letter on a line. Its bytes are read only when the server said that it takes them. */
function carry(line: Line, { from, to, bytes }: LinedLetter, signal: AbortSignal): Promise<LineEnd> {
  let begun = false;
  const stream = new Readable({
    read() {
      begun = true;
      this.push(bytes);
      this.push(null);
    },
  });
  return new Promise((resolve) => {
    const stop = (): void => {
      closeLine(line);
      resolve({ end: "lost", begun, code: "stopped" });
    };
    const done = (end: LineEnd): void => {
      signal.removeEventListener("abort", stop);
      resolve(end);
    };
    if (signal.aborted) return resolve({ end: "lost", begun: false, code: "stopped" });
    signal.addEventListener("abort", stop, { once: true });
    line.connection.send({ from, to: [to] }, stream, (error) => done(error ? endOf(error, begun) : { end: "taken" }));
  });
}

function keepOrClose(pool: Pool, line: Line, end: LineEnd): void {
  line.letters += 1;
  const isOver = line.closed || end.end === "lost" || line.letters >= LETTERS_PER_LINE;
  if (isOver || (end.end === "answered" && end.status === 421)) return closeLine(line);
  const rest = (): void => {
    line.idle = setTimeout(() => closeLine(line), IDLE_MS).unref();
    pool.free.push(line);
  };
  if (end.end === "taken") return rest();
  // A refused letter leaves the server in the middle of a transaction.
  line.connection.reset((error) => (error ? closeLine(line) : rest()));
}

function closeLine(line: Line): void {
  clearTimeout(line.idle);
  line.closed = true;
  line.connection.close();
}

/** What a server's answer or a lost line means. Words are left out: they may hold addresses. */
function endOf(error: unknown, begun: boolean): LineEnd {
  const status = field(error, "responseCode");
  const command = field(error, "command");
  const response = field(error, "response");
  const answersLetter = command === "DATA" && begun;
  // An answer to something else than the letter, such as a line that is closed, leaves open whether the letter arrived.
  if (typeof status === "number" && (answersLetter || !begun)) {
    const words = typeof response === "string" ? response : "";
    const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(words)?.[1];
    const to = answersLetter ? "letter" : isSignIn(command) ? "sign_in" : "envelope";
    return { end: "answered", to, status, enhanced, namesMailbox: namesMailbox(words) };
  }
  return { end: "lost", begun, code: nameOf(error) };
}

const NO_MAILBOX =
  /\b(?:no such|unknown|invalid|bad) (?:user|mailbox|mail box|recipient|account|address)\b|\b(?:user|mailbox|mail box|recipient|account|address)\b[^.;]{0,40}\b(?:not found|unknown|not exist|does ?n[o']?t exist|is disabled|unavailable)/i;
/** Words of those who refuse the sender, not the mailbox. */
const POLICY = /block|spam|polic|blacklist|\brbl\b|\blist|\bip\b|denied|reputation|relay|sender|suspicious|verif/i;

/** Judges the words alone: an address within them could say anything. */
function namesMailbox(response: string): boolean {
  const words = response.replaceAll(/\S*@\S*|https?:\S*/g, " ");
  return NO_MAILBOX.test(words) && !POLICY.test(words);
}

function isSignIn(command: unknown): boolean {
  return typeof command === "string" && /^(?:AUTH|CONN|EHLO|HELO|STARTTLS)/.test(command);
}

function failedToOpen(error: unknown): LineEnd {
  if (error instanceof OutboundRefused) return { end: "lost", begun: false, code: error.code };
  return endOf(error, false);
}

function nameOf(error: unknown): string {
  const code = field(error, "code");
  return typeof code === "string" ? code : "lost";
}

function field(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}
