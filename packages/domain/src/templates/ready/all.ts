import { AFTER_PURCHASE } from "./after-purchase.ts";
import { KEEPING } from "./keeping.ts";
import type { ReadyTemplate } from "./ready-template.ts";
import { WELCOME } from "./welcome.ts";

export type { ReadyTemplate };

/** Templates that are ready to be taken, in the order in which a person meets them. */
export const READY_TEMPLATES: readonly ReadyTemplate[] = [...WELCOME, ...AFTER_PURCHASE, ...KEEPING];

/** One of them by its key. */
export function readyTemplate(key: string): ReadyTemplate | undefined {
  return READY_TEMPLATES.find((one) => one.key === key);
}
