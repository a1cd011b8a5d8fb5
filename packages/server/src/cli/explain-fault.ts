import type { StartFault } from "../platform/engines/start-fault.ts";

/** A fault of starting as the terminal shows it: what is wrong and what to do, in both languages, with the code to search for. */
export function explainFault(fault: StartFault): string {
  return `${fault.text.en} ${fault.mend.en}\n${fault.text.zh}${fault.mend.zh}\n(${fault.code})`;
}
