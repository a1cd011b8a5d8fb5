import { plainText } from "../../ui/format/plain-text.ts";

/** What changed, in one line: `role operator → admin`, `reason 核对手机号`. */
export function auditDetail(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "" && value !== undefined)
    .map(([name, value]) => `${name} ${plainText(value)}`)
    .join(" · ");
}
