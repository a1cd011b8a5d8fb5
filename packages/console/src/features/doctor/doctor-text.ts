import { ORPHANS, type CheckName, type Finding } from "@terrace/contract/api/doctor";
import type { Text, TextKey } from "../../app/i18n.ts";
import { en } from "../../app/locale/en.ts";

type Count = (value: number) => string;

/** What a check is called, and what must hold. */
export function checkText(text: Text, check: CheckName): { readonly name: string; readonly about: string } {
  // Every check has both words; a test goes through the list.
  const key = check.replaceAll(" ", "_");
  return { name: text(`doctor.check.${key}` as TextKey), about: text(`doctor.about.${key}` as TextKey) };
}

/** What was found and what to do about it, in the language of the console. */
export function findingText(text: Text, count: Count, { outcome, figures }: Finding): { readonly found: string; readonly mend: string } {
  const values = Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, typeof value === "number" ? count(value) : value]),
  );
  const parts = ORPHANS.flatMap((kind) => (kind in values ? text(`doctor.part.${kind}`, { count: values[kind] ?? "" }) : []));
  const mend = `doctor.mend.${outcome}`;
  return {
    found: text(`doctor.found.${outcome}`, { ...values, parts: parts.join(text("doctor.partsJoin")) }),
    mend: mend in en ? text(mend as TextKey) : "",
  };
}
