import type { Use } from "@terrace/contract/api/segments";
import { Link } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { flagPath } from "../flags/flag-parts.ts";
import "./segments.css";

/** The ways to each. */
const PATHS: Readonly<Record<Use["kind"], (id: string) => string>> = {
  segment: (id) => `segments/${id}`,
  analysis: (id) => `insight/saved/${id}`,
  dashboard: (id) => `insight/dashboards/${id}`,
  metric: (id) => `insight/metrics/${id}`,
  goal: () => "insight/goals",
  alert: () => "insight/alerts",
  report: () => "insight/reports",
  referral_program: (id) => `referrals/${id}`,
  verification: (key) => `verification/kinds/${key}`,
  class: (id) => `lifecycle/${id}`,
  flag: flagPath,
  journey: (id) => `touch/journeys/${id}`,
  broadcast: (id) => `touch/broadcasts/${id}`,
  experiment: (id) => `experiments/${id}`,
  tag_rule: (id) => `tag-rules/${id}`,
  business_events: () => "insight/metrics/business-events",
};

/** What uses a segment or a metric, with the way to it. */
export function UsedBy({ uses }: { readonly uses: readonly Use[] }) {
  const text = useText();
  const link = useLink();
  const nameOf = ({ kind, id, name }: Use): string => {
    if (kind === "report") return text(`reports.kind.${id as "daily"}`);
    return kind === "business_events" ? text(`metrics.role.${id as "use"}`) : name;
  };
  return (
    <ul className="segment-uses">
      {uses.map((use) => {
        return (
          <li key={`${use.kind} ${use.id}`}>
            <span className="muted small">{text(`uses.${use.kind}`)}</span> <Link to={link(PATHS[use.kind](use.id))}>{nameOf(use)}</Link>
          </li>
        );
      })}
    </ul>
  );
}
