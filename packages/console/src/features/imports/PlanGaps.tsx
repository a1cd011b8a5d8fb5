import { planGaps } from "@terrace/domain/imports/plan-gaps";
import type { ImportPlan } from "@terrace/domain/imports/import-plan";
import { Alert } from "antd";
import { useText } from "../../app/i18n.ts";
import type { Preview } from "./answers.ts";

/** What is missing before the file can be imported; nothing when nothing is. */
export function PlanGaps({ plan, preview }: { readonly plan: ImportPlan; readonly preview: Preview }) {
  const text = useText();
  const gaps = planGaps(plan).map((gap) => text(`imports.gap.${gap}`));
  const missing = preview.rows.length === 0 ? [text("imports.gap.rows"), ...gaps] : gaps;
  if (missing.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={
        missing.length === 1 ? (
          missing[0]
        ) : (
          <ul className="import-undo">
            {missing.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        )
      }
    />
  );
}
