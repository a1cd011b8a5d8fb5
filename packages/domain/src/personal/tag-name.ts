import { holdsPersonal } from "./redact-text.ts";

/** How to mend a text that cannot be a tag; undefined for one that can. */
export function mendOfTag(tag: string): string | undefined {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(tag) || !tag.isWellFormed()) return "Use valid text without control characters";
  return holdsPersonal(tag) ? "Leave phone numbers, e-mail addresses and id cards out of tags; keep them in traits" : undefined;
}
