import type { PersonalClass } from "../event/feed-event.ts";

/** A personal value as someone without the right to see it may see it: enough to recognise, too little to use. */
export function mask(personalClass: PersonalClass, value: string): string {
  switch (personalClass) {
    case "phone":
      return maskPhone(value);
    case "email":
      return maskEmail(value);
    case "id_card":
      return maskMiddle(value, 4, 4);
    case "name":
      return maskName(value);
    case "address":
      return value === "" ? "" : `${addressHead(value)}***`;
    case "ip":
      return value.includes(".") ? value.replace(/\d+$/, "*") : `${value.split(":").slice(0, 3).join(":")}:*`;
    case "marked":
      return "***";
    default:
      return personalClass satisfies never;
  }
}

function maskPhone(value: string): string {
  if (value.length >= 11) return `${value.slice(0, 3)}****${value.slice(-4)}`;
  return value.length >= 5 ? `****${value.slice(-2)}` : "****";
}

function maskEmail(value: string): string {
  const at = value.lastIndexOf("@");
  if (at < 1) return "***";
  // A single character before the at sign would be the whole name.
  return `${at > 1 ? first(value, 1) : ""}***${value.slice(at)}`;
}

function maskName(value: string): string {
  if (value === "") return "";
  return Array.from(value).length === 1 ? "**" : `${first(value, 1)}**`;
}

/** A third of the characters at most, so that hardly more than the province or city stands there, and never a digit: house and room numbers are what identifies. */
function addressHead(value: string): string {
  const head = first(value, Math.floor(Array.from(value).length / 3)).replace(/\p{N}.*$/su, "");
  // Half a name of a district helps nobody.
  return (/^.*[省市区县]/su.exec(head)?.[0] ?? head).trimEnd();
}

function maskMiddle(value: string, head: number, tail: number): string {
  if (value.length <= 2) return "***";
  if (value.length < 2 * (head + tail)) return `${value.slice(0, 1)}${"*".repeat(Math.max(3, value.length - 2))}${value.slice(-1)}`;
  return `${value.slice(0, head)}${"*".repeat(value.length - head - tail)}${value.slice(-tail)}`;
}

/** Whole characters, so that a rare Chinese surname is not cut in half. */
function first(value: string, count: number): string {
  return Array.from(value).slice(0, count).join("");
}
