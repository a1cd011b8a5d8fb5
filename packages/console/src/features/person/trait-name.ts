import { textOr } from "../../app/i18n.ts";

/** The name of a trait that is usual, in the language of the console; every other is called as it came. */
export function traitName(key: string): string {
  return textOr(`trait.${key}`, key);
}
