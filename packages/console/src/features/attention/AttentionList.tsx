import { Tag } from "antd";
import { Link } from "react-router";
import { textOr, useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { useAttention } from "./use-attention.ts";
import "./attention.css";

type Line = {
  readonly key: string;
  readonly level: "warning" | "error";
  readonly title: string;
  readonly detail: string;
  readonly path: string;
  readonly action: string;
};

function useLines(): readonly Line[] {
  const text = useText();
  const format = useFormat();
  const { counts, late, reasons, moreConflicts, alerts } = useAttention();
  const top = reasons.toSorted((a, b) => b.count - a.count)[0];
  const lines: Line[] = [];
  if (counts.late > 0) {
    const worst = late.toSorted((a, b) => b.lagSeconds - a.lagSeconds)[0];
    lines.push({
      key: "late",
      level: "error",
      title: text("attention.late", { duration: format.duration((worst?.lagSeconds ?? 0) * 1000) }),
      detail: text("attention.lateDetail"),
      path: "data/feed",
      action: text("attention.seeFeed"),
    });
  }
  if (counts.alerts > 0)
    lines.push({
      key: "alerts",
      level: "error",
      title: text("attention.alerts", { count: counts.alerts, shown: format.count(counts.alerts) }),
      detail: text("attention.alertsDetail", { name: alerts[0]?.alertName ?? "" }),
      path: "insight/alerts?tab=history",
      action: text("attention.seeAlerts"),
    });
  if (counts.decisions > 0)
    lines.push({
      key: "decisions",
      level: "warning",
      title: text("attention.decisions", { count: counts.decisions, shown: format.count(counts.decisions) }),
      detail: text("attention.decisionsDetail"),
      path: "insight/reports?tab=decisions",
      action: text("attention.seeDecisions"),
    });
  if (counts.quarantine > 0) {
    const detail =
      top === undefined
        ? ""
        : text("attention.quarantineDetail", { reason: textOr(`reason.${top.code}`, top.code), count: format.count(top.count) });
    lines.push({
      key: "quarantine",
      level: "warning",
      title: text("attention.quarantine", { count: counts.quarantine, shown: format.count(counts.quarantine) }),
      detail,
      path: "data/quarantine",
      action: text("attention.seeQuarantine"),
    });
  }
  if (counts.conflicts > 0) {
    const shown = `${format.count(counts.conflicts)}${moreConflicts ? "+" : ""}`;
    lines.push({
      key: "conflicts",
      level: "warning",
      title: text("attention.conflicts", { count: counts.conflicts, shown }),
      detail: text("attention.conflictsDetail"),
      path: "conflicts",
      action: text("attention.seeConflicts"),
    });
  }
  return lines;
}

/** The things that wait, worst first, each with the way to it. */
export function AttentionList() {
  const text = useText();
  const link = useLink();
  const lines = useLines();
  if (lines.length === 0) return <EmptyState text={text("attention.none")} />;
  return (
    <ul className="attention" aria-live="polite">
      {lines.map(({ key, level, title, detail, path, action }) => (
        <li key={key}>
          <Tag color={level} variant="filled">
            {text(`attention.level.${level}`)}
          </Tag>
          <div className="grow">
            <div>{title}</div>
            <div className="muted small">{detail}</div>
          </div>
          <Link to={link(path)}>{action}</Link>
        </li>
      ))}
    </ul>
  );
}
