import { listReports, type ReportView } from "@terrace/contract/api/reports";
import { Select } from "antd";
import { useSearchParams } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { periodText } from "./report-words.ts";

/** Chooses another report of the same kind whose figures stand beside this one's. */
export function CompareReport({ report, other }: { readonly report: ReportView; readonly other: string }) {
  const text = useText();
  const language = useLanguage();
  const [, setSearch] = useSearchParams();
  const reports = useCall(listReports, { params: useWorkspaceParams(), query: { kind: report.kind, limit: 100 } });
  const others = (reports.data?.items ?? []).filter(({ id, state }) => id !== report.id && state === "done");
  if (others.length === 0) return null;
  return (
    <label className="decision-line">
      <span className="muted">{text("reports.compareWith")}</span>
      <Select
        style={{ minWidth: 240 }}
        aria-label={text("reports.other")}
        allowClear
        placeholder={text("reports.other")}
        {...(other === "" ? {} : { value: other })}
        options={others.map((one) => ({
          value: one.id,
          label:
            one.edition > 1
              ? `${periodText(one, language)} · ${text("reports.edition", { edition: one.edition })}`
              : periodText(one, language),
        }))}
        onChange={(next: string | undefined) => setSearch(next === undefined ? {} : { with: next }, { replace: true })}
      />
    </label>
  );
}
