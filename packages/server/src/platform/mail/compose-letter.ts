import { createHash, sign, type KeyObject } from "node:crypto";
import { domainToASCII } from "node:url";

/** A letter to one person. `id` is the same for every attempt. */
export type ComposedLetter = {
  readonly from: string;
  readonly to: string;
  readonly replyTo?: string | undefined;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly id: string;
  /** Ends such letters with one click (RFC 8058). */
  readonly unsubscribeUrl?: string | undefined;
  readonly sentAtMs: number;
};
/** Who vouches for letters of a domain (RFC 6376), with the key opened once for all of them. */
export type DkimSigner = { readonly domain: string; readonly selector: string; readonly key: KeyObject };

type Header = readonly [name: string, value: string];

const LINE_MAX = 76;
/** Bytes of UTF-8 that fit into an encoded word of 75 characters. */
const WORD_BYTES_MAX = 45;

/** The address between the angle brackets, or the whole text; its domain as name servers know it. Undefined when it is none that every server takes. */
export function plainAddress(text: string): string | undefined {
  const inside = /<([^<>]*)>\s*$/.exec(text)?.[1] ?? text.trim();
  const [, local, domain] = /^([\w.!#$%&'*+/=?^`{|}~-]{1,64})@([^\s@<>()[\]\\,;:"]{1,253})$/.exec(inside) ?? [];
  const ascii = domain === undefined ? "" : domainToASCII(domain);
  return local === undefined || ascii === "" ? undefined : `${local}@${ascii}`;
}

/** The bytes of a letter as they go over the line: text and HTML as alternatives, signed when there is somebody to sign. */
export function composeLetter(letter: ComposedLetter, signer?: DkimSigner): string {
  const boundary = `=_${createHash("sha256").update(letter.id).digest("hex").slice(0, 32)}`;
  const body = [part(boundary, "text/plain", letter.text), part(boundary, "text/html", letter.html), `--${boundary}--\r\n`].join("");
  const headers = headersOf(letter, boundary);
  const signature = signer === undefined ? "" : signatureHeader(headers, body, signer);
  return `${signature}${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

function headersOf(letter: ComposedLetter, boundary: string): readonly Header[] {
  const { from, to, replyTo, subject, id, unsubscribeUrl, sentAtMs } = letter;
  const domain = plainAddress(from)?.split("@")[1] ?? "terrace.invalid";
  return [
    ["From", mailbox(from)],
    ["To", mailbox(to)],
    ...(replyTo === undefined ? [] : [["Reply-To", mailbox(replyTo)] as const]),
    ["Subject", inWords(subject)],
    ["Date", new Date(sentAtMs).toUTCString().replace("GMT", "+0000")],
    ["Message-ID", `<${id}@${domain}>`],
    ...(unsubscribeUrl === undefined
      ? []
      : [["List-Unsubscribe", `<${unsubscribeUrl}>`] as const, ["List-Unsubscribe-Post", "List-Unsubscribe=One-Click"] as const]),
    ["MIME-Version", "1.0"],
    ["Content-Type", `multipart/alternative; boundary="${boundary}"`],
  ].map(([name = "", value = ""]): Header => [name, foldedOnly(value)]);
}

/** No line ends but those of a folded header, whatever came in: another would begin a header of its own. */
function foldedOnly(value: string): string {
  const pieces = value.split("\r\n ").map((piece) => piece.replaceAll(/[\r\n]+/g, " "));
  return pieces.join("\r\n ");
}

/** `Name <address>` with the name in words that every server can carry. */
function mailbox(text: string): string {
  const address = plainAddress(text) ?? "";
  const name =
    /^(.*)<[^<>]*>\s*$/s
      .exec(text)?.[1]
      ?.trim()
      .replace(/^"(.*)"$/s, "$1") ?? "";
  if (name === "") return `<${address}>`;
  return `${/^[\w .-]+$/.test(name) ? name : encodedWords(name)} <${address}>`;
}

function inWords(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, " ");
  // What looks like an encoded word must not be read as one.
  return /^[\x20-\x7e]*$/.test(line) && line.length < LINE_MAX && !line.includes("=?") && line.trim() === line ? line : encodedWords(line);
}

/** Encoded words (RFC 2047), cut between characters. */
function encodedWords(text: string): string {
  const words: string[] = [];
  let word = "";
  for (const character of text.replaceAll(/[\r\n]+/g, " ")) {
    if (Buffer.byteLength(word + character) > WORD_BYTES_MAX) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  return [...words, word].map((one) => `=?UTF-8?B?${Buffer.from(one).toString("base64")}?=`).join("\r\n ");
}

function part(boundary: string, type: string, text: string): string {
  const lines = Buffer.from(text).toString("base64").replaceAll(/.{76}/g, "$&\r\n");
  return `--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines.replace(/\r\n$/, "")}\r\n`;
}

/**
 * A DKIM-Signature over all headers and the body. Both are in their relaxed form: headers are brought into it; the body has no blank at the end of a line,
 * no two in a row and no empty line at its end, so it is in it already.
 */
function signatureHeader(headers: readonly Header[], body: string, { domain, selector, key }: DkimSigner): string {
  const bodyHash = createHash("sha256").update(body).digest("base64");
  const names = headers.map(([name]) => name.toLowerCase()).join(":");
  const unsigned = `v=1; a=rsa-sha256; c=relaxed/relaxed; d=${domain}; s=${selector}; h=${names}; bh=${bodyHash}; b=`;
  const signed = `${headers.map(([name, value]) => `${name.toLowerCase()}:${relaxed(value)}\r\n`).join("")}dkim-signature:${unsigned}`;
  return `DKIM-Signature: ${unsigned}${sign("sha256", Buffer.from(signed), key).toString("base64")}\r\n`;
}

function relaxed(value: string): string {
  return value
    .replaceAll("\r\n", "")
    .replaceAll(/[ \t]+/g, " ")
    .trim();
}
