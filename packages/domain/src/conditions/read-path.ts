import { DEPTH_MAX, KEY_LENGTH_MAX } from "../event/sanitise-properties.ts";
import type { Json } from "../json.ts";
import { pathOf } from "./value-at.ts";
import { mendOf } from "./mends.ts";

export const PATH_MEND = mendOf("path", { max: KEY_LENGTH_MAX });

/** Whether a text can be the path to a property or trait. */
export function isPath(name: Json | undefined): name is string {
  if (typeof name !== "string" || name.length > KEY_LENGTH_MAX || !name.isWellFormed()) return false;
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u001f]/.test(name) && pathOf(name).every((part) => part !== "") && pathOf(name).length <= DEPTH_MAX;
}
