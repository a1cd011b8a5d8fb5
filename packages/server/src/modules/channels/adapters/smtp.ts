import { createPrivateKey } from "node:crypto";
import type { SettingsOf } from "@terrace/contract/api/channel-settings";
import type { SendOutcome } from "@terrace/domain/messages/delivery";
import { createGenerationCache } from "../../../platform/generation-cache.ts";
import { composeLetter, plainAddress, type DkimSigner } from "../../../platform/mail/compose-letter.ts";
import type { LineEnd, MailLines } from "../../../platform/mail/mail-lines.ts";
import type { OpenedProvider } from "../opened-provider.ts";
import { accepted, badAddress, refused, retry, unknown, WAIT_MS, type Adapter } from "./adapter.ts";

type Smtp = OpenedProvider<SettingsOf<"smtp">>;
const SIGNERS_MAX = 100;
/** Enhanced codes (RFC 3463) by which a server says that there is no such mailbox, or that it takes no mail. */
const NO_MAILBOX = /^5\.(?:1\.(?:1|2|3|6|10)|2\.1)$/;
/** Those that leave open what is wrong. */
const SAYS_NOTHING = /^5\.[01]\.0$/;
/** The same without one. Servers answer so as well to a sender whom they block: only their words tell. */
const NO_MAILBOX_STATUS = new Set([550, 551, 553]);

/** E-mail over kept lines to the provider's server. Servers do not compare Message-IDs: the same letter twice is two letters. */
export function createSmtpAdapter(deps: { readonly mailLines: MailLines; readonly nowMs: () => number }): Adapter<"smtp", "email"> {
  const signerOf = createSigners();
  return {
    send: async (provider, { reference, to, message }, signal) => {
      const { host, port, security, user, from, replyTo, connections } = provider.settings;
      const [sender, address] = [plainAddress(from), plainAddress(to)];
      if (address === undefined) return badAddress("smtp_address");
      if (sender === undefined) return refused("smtp_sender");
      const bytes = composeLetter(
        {
          from,
          to: address,
          replyTo: message.replyTo ?? replyTo,
          subject: message.subject,
          text: message.text,
          html: message.html,
          id: reference,
          unsubscribeUrl: message.unsubscribeUrl,
          sentAtMs: deps.nowMs(),
        },
        signerOf(provider),
      );
      const key = `${provider.workspaceId}:${provider.id}:${provider.version}`;
      const server = { key, host, port, security, user, password: provider.secrets["password"], linesMax: connections };
      return outcomeOf(await deps.mailLines.send(server, { from: sender, to: address, bytes }, signal));
    },
  };
}

/** Keys are opened once: that takes as long as signing with them. */
function createSigners(): (provider: Smtp) => DkimSigner | undefined {
  const opened = createGenerationCache<{ readonly version: number; readonly signer: DkimSigner }>(SIGNERS_MAX);
  return ({ id, workspaceId, version, settings: { dkim }, secrets }) => {
    const pem = secrets["dkimKey"];
    if (dkim === undefined || pem === undefined) return undefined;
    const known = opened.get(workspaceId, id);
    if (known?.version === version) return known.signer;
    const signer = { ...dkim, key: createPrivateKey(pem) };
    opened.set(workspaceId, id, { version, signer });
    return signer;
  };
}

function outcomeOf(end: LineEnd): SendOutcome {
  switch (end.end) {
    case "taken":
      return accepted();
    case "lost":
      return end.begun ? unknown(`smtp_${end.code}`) : retry(`smtp_${end.code}`);
    case "answered":
      return answered(end);
    default:
      return end satisfies never;
  }
}

function answered({ to, status, enhanced, namesMailbox }: Extract<LineEnd, { readonly end: "answered" }>): SendOutcome {
  const code = `smtp_${enhanced ?? status}`;
  if (to === "sign_in") return retry(code, WAIT_MS);
  if (status < 500) return retry(code);
  const byWords = to === "envelope" && NO_MAILBOX_STATUS.has(status) && namesMailbox;
  const noMailbox = enhanced === undefined || SAYS_NOTHING.test(enhanced) ? byWords : NO_MAILBOX.test(enhanced);
  return noMailbox ? badAddress(code) : refused(code);
}
