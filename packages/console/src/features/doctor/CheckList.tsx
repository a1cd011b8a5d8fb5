import { CHECKS, type CheckName, type Finding } from "@terrace/contract/api/doctor";
import { Tag } from "antd";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { checkText, findingText } from "./doctor-text.ts";
import "./doctor.css";

const COLOURS = { ok: "success", warn: "warning", bad: "error" } as const;

/** Every check with what must hold, what was found, and what to do; those that are still to come wait. */
export function CheckList({ findings }: { readonly findings: readonly Finding[] }) {
  const byCheck = new Map(findings.map((finding) => [finding.check, finding]));
  return (
    <ul className="doctor-checks">
      {CHECKS.map((check) => (
        <CheckLine key={check} check={check} finding={byCheck.get(check)} />
      ))}
    </ul>
  );
}

function CheckLine({ check, finding }: { readonly check: CheckName; readonly finding: Finding | undefined }) {
  const text = useText();
  const { name, about } = checkText(text, check);
  return (
    <li className="doctor-check">
      <div className="doctor-name">
        <strong>{name}</strong>
        <small className="muted">{about}</small>
      </div>
      <div className="doctor-state">
        {finding === undefined ? (
          <Tag variant="filled">{text("doctor.waiting")}</Tag>
        ) : (
          <Tag variant="filled" color={COLOURS[finding.verdict]}>
            {text(finding.mended ? "doctor.mended" : `doctor.${finding.verdict}`)}
          </Tag>
        )}
      </div>
      {finding === undefined ? null : <Found finding={finding} />}
    </li>
  );
}

function Found({ finding }: { readonly finding: Finding }) {
  const text = useText();
  const format = useFormat();
  const { found, mend } = findingText(text, format.count, finding);
  return (
    <div className="doctor-found">
      <span>{found}</span>
      {finding.verdict === "ok" || mend === "" ? null : (
        <small className="muted">
          {mend}
          {finding.mendable ? ` · ${text("doctor.mendable")}` : ""}
        </small>
      )}
    </div>
  );
}
