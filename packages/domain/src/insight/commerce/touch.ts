import type { EventSelector } from "../../conditions/condition.ts";
import type { FieldOfEvent } from "../field-of-event.ts";

/** Most fields that tell a touch. */
export const TOUCH_FIELDS_MAX = 3;

/**
 * A touch: an event that says where somebody came from. Its value is that of the first field, or of several joined by ` / ` (`-` for those missing); an event whose
 * first field is empty is none.
 */
export type Touch = {
  readonly by: readonly FieldOfEvent[];
  /** Only these events; all when there are none named. */
  readonly among: readonly EventSelector[];
};
