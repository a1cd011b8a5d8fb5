import type { RouteContext } from "../../platform/http/handler.ts";

/** Who somebody is, whatever token they act under. */
export function whoIs(caller: RouteContext["caller"]): string {
  if (caller.kind === "operator") return `operator:${caller.operatorId}`;
  return caller.kind === "key" ? `key:${caller.keyId}` : "";
}
