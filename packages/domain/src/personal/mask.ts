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
      return value === "" ? "" : `${first(value, 1)}**`;
    case "address":
      return value === "" ? "" : `${Array.from(value).length > 6 ? first(value, 6) : first(value, 1)}***`;
    case "ip":
      return value.includes(".") ? value.replace(/\d+$/, "*") : `${value.split(":").slice(0, 3).join(":")}:*`;
    case "marked":
      return "***";
    default:
      return personalClass satisfies never;
  }
}

function maskPhone(value: string): string {
  return value.length >= 9 ? `${value.slice(0, 3)}****${value.slice(-4)}` : `****${value.slice(-2)}`;
}

function maskEmail(value: string): string {
  const at = value.lastIndexOf("@");
  return at < 1 ? "***" : `${first(value, 1)}***${value.slice(at)}`;
}

function maskMiddle(value: string, head: number, tail: number): string {
  if (value.length < head + tail + 4)
    return `${value.slice(0, 1)}${"*".repeat(Math.max(3, value.length - 2))}${value.length > 2 ? value.slice(-1) : ""}`;
  return `${value.slice(0, head)}${"*".repeat(value.length - head - tail)}${value.slice(-tail)}`;
}

/** Whole characters, so that a rare Chinese surname is not cut in half. */
function first(value: string, count: number): string {
  return Array.from(value).slice(0, count).join("");
}
