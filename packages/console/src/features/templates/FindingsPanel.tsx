import { checkTemplate } from "@terrace/contract/api/templates";
import { Button, Tag } from "antd";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useSettled } from "../../app/shell/use-palette.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { QueryView } from "../../ui/QueryView.tsx";
import { findingWords, languageName, placeWords, type Draft } from "./template-words.ts";

type Props = {
  readonly template: string;
  readonly draft: Draft;
  readonly onLanguage: (language: string) => void;
};
const SETTLE_MS = 500;

/** What the check finds in the draft as it is on screen. */
export function FindingsPanel({ template, draft, onLanguage }: Props) {
  const text = useText();
  const reader = useLanguage();
  const settled = useSettled(draft, SETTLE_MS);
  const check = useCall(checkTemplate, { params: { ...useWorkspaceParams(), template }, body: { draft: settled } }, { keepPrevious: true });
  return (
    <Panel
      title={text("templates.check")}
      label={text("templates.check")}
      {...(check.data === undefined ? {} : { count: check.data.findings.length })}
    >
      <QueryView query={check} skeleton={2}>
        {({ findings }) =>
          findings.length === 0 ? (
            <p className="muted">{text("templates.checkClean")}</p>
          ) : (
            <ul className="template-findings">
              {findings.map((one) => (
                <li key={JSON.stringify(one)}>
                  <Tag color={one.severity === "error" ? "error" : "warning"}>{text(`templates.severity.${one.severity}`)}</Tag>
                  <span className="grow">
                    {findingWords({ ...one, language: nameOf(one.language, reader) }, text)}
                    <small className="muted">
                      {" "}
                      {[
                        nameOf(one.language, reader),
                        placeWords(one.path, text),
                        one.line === null ? "" : text("templates.line", { line: one.line }),
                      ]
                        .filter((part) => part !== "")
                        .join(" · ")}
                    </small>
                  </span>
                  {draft.contents[one.language] === undefined ? null : (
                    <Button size="small" type="link" onClick={() => onLanguage(one.language)}>
                      {text("templates.show")}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Panel>
  );
}

function nameOf(language: string, reader: string): string {
  return language === "" ? "" : languageName(language, reader);
}
