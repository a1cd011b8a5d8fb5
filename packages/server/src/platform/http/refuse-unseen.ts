import type { FieldView } from "@terrace/domain/access/field-view";
import { faultError } from "./fault-error.ts";

/**
 * Figures of a property or trait that the caller does not see in clear would tell its values, however it is asked for: measured, broken down by, held
 * constant, or in a condition. Bodies name them as `property` and `trait` and nothing else so. Throws `field.hidden`.
 */
export function refuseUnseenIn(body: unknown, fields: FieldView, path = ""): void {
  if (typeof body !== "object" || body === null) return;
  for (const [key, value] of Object.entries(body)) {
    const place = path === "" ? key : `${path}.${key}`;
    if (typeof value !== "string") refuseUnseenIn(value, fields, place);
    else if ((key === "property" || key === "trait") && !isSeen(value, fields[key]))
      throw faultError("field.hidden", { field: place, mend: `Choose another ${key}; your role does not see this one` });
  }
}

/** Whether a field is seen in clear; a rule for it holds for everything inside it. */
export function isSeen(name: string, visibility: FieldView["property"]): boolean {
  return [name, name.split(".")[0] ?? ""].every((each) => visibility(each, "") === "clear");
}
