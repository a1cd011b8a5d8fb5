import { holdsPersonal } from "@terrace/domain/personal/redact-text";
import { faultError } from "../../platform/http/fault-error.ts";

/** Names of programs, codes and labels stand in links and in events, which an erasure does not reach. Throws `request.invalid`. */
export function refusePersonal(field: "name" | "code" | "label", text: string): void {
  if (holdsPersonal(text))
    throw faultError("request.invalid", {
      field,
      mend: "Leave phone numbers, e-mail addresses and id cards out of it: it stands in links and events",
    });
}
