import type { Fault } from "@terrace/domain/result";
import { textOr } from "../../../app/i18n.ts";

/** Why a rule cannot be taken: what is wrong, where, and what to do about it. */
export function RuleFault({ fault: { code, field, mend = "", details } }: { readonly fault: Fault }) {
  return (
    <p className="rule-fault" role="alert">
      {textOr(`fault.${code}`, code)}
      {field === undefined ? null : <code className="mono">{field}</code>}
      {mend === "" ? null : <small>{textOr(`conditionMend.${String(details?.["mend"])}`, mend, details)}</small>}
    </p>
  );
}
