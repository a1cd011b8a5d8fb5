import { createTransport } from "nodemailer";
import { OutboundRefused } from "../outbound/outbound-refused.ts";
import type { Outbound } from "../outbound/outbound.ts";

/** How the connection is protected: TLS from the start, STARTTLS (never without), or not at all, for a relay of one's own. */
export const MAIL_SECURITIES = ["tls", "starttls", "none"] as const;
export type MailSecurity = (typeof MAIL_SECURITIES)[number];

/** A mail server and as whom it is used. */
export type MailServer = {
  readonly host: string;
  readonly port: number;
  readonly security: MailSecurity;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** `name@example.com` or `Name <name@example.com>`. */
  readonly from: string;
};

export type Attachment = { readonly name: string; readonly type: string; readonly bytes: Uint8Array };

export type Letter = {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
  /** The same for every attempt, so that a letter sent twice can be told to be one. */
  readonly messageId: string;
};

/** How an attempt ended: taken by the server; not now; or never, because the server refuses it as it is. */
export type MailOutcome =
  | { readonly outcome: "delivered"; readonly refused: readonly string[] }
  | { readonly outcome: "retry" | "refused"; readonly code: string; readonly status?: number };

const CONNECT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 30_000;

export type SendMail = (server: MailServer, letter: Letter) => Promise<MailOutcome>;

/** Sends one letter over a connection of its own, to an address judged by the guard. Trouble is an outcome; nothing is thrown for it. */
export function createMailer({ outbound, trustedRoots }: { readonly outbound: Outbound; readonly trustedRoots?: string }): SendMail {
  return async (server, letter) => {
    try {
      await outbound.requireReleased();
      const [address] = await outbound.addresses({ host: server.host, port: server.port });
      if (address === undefined) throw new OutboundRefused("outbound.unknown_host", server.host);
      const transport = createTransport({
        // The judged address, not the name: it may mean another machine the next time it is looked up.
        host: address.address,
        port: server.port,
        secure: server.security === "tls",
        requireTLS: server.security === "starttls",
        ignoreTLS: server.security === "none",
        tls: { servername: server.host, minVersion: "TLSv1.2", ...(trustedRoots === undefined ? {} : { ca: trustedRoots }) },
        ...(server.user === undefined ? {} : { auth: { user: server.user, pass: server.password ?? "" } }),
        connectionTimeout: CONNECT_WITHIN_MS,
        greetingTimeout: CONNECT_WITHIN_MS,
        socketTimeout: ANSWER_WITHIN_MS,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        const sent = await transport.sendMail(mailOf(server, letter));
        return { outcome: "delivered", refused: sent.rejected.map(String) };
      } finally {
        transport.close();
      }
    } catch (error) {
      return outcomeOf(error);
    }
  };
}

function mailOf({ from }: MailServer, letter: Letter): Parameters<ReturnType<typeof createTransport>["sendMail"]>[0] {
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? "terrace.invalid";
  return {
    from,
    to: [...letter.to],
    subject: letter.subject,
    text: letter.text,
    messageId: `<${letter.messageId}@${domain}>`,
    headers: { "Auto-Submitted": "auto-generated" },
    ...(letter.html === undefined ? {} : { html: letter.html }),
    ...(letter.attachments === undefined
      ? {}
      : {
          attachments: letter.attachments.map(({ name, type, bytes }) => ({
            filename: name,
            contentType: type,
            content: Buffer.from(bytes),
          })),
        }),
  };
}

/** A refusal of the server (5xx) or of the sign-in stands; everything else may pass. Words are left out: they may hold addresses. */
function outcomeOf(error: unknown): MailOutcome {
  if (error instanceof OutboundRefused) return { outcome: "retry", code: error.code };
  const code = field(error, "code");
  const status = field(error, "responseCode");
  const named = typeof code === "string" ? code : error instanceof Error ? error.name : "unknown";
  const stands = (typeof status === "number" && status >= 500) || named === "EAUTH" || named === "ETLS";
  return { outcome: stands ? "refused" : "retry", code: named, ...(typeof status === "number" ? { status } : {}) };
}

function field(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}
