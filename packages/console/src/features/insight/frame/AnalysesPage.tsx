import { RightOutlined } from "@ant-design/icons";
import { Link } from "react-router";
import { useText } from "../../../app/i18n.ts";
import { useLink } from "../../../app/workspace/workspace-context.ts";
import { PageHeader } from "../../../ui/PageHeader.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { GROUPS, KINDS, kindPath } from "./kinds.ts";
import { SavedList } from "./SavedList.tsx";
import "./analyses-page.css";

/** Every kind of analysis with what it is for. */
export function AnalysesPage() {
  const text = useText();
  const link = useLink();
  return (
    <>
      <PageHeader title={text("insight.analyses")} />
      <div className="stack">
        {GROUPS.map((group) => {
          const kinds = KINDS.filter((one) => one.group === group);
          return kinds.length === 0 ? null : (
            <Panel key={group} title={text(`insight.group.${group}`)} flush>
              <ul className="kind-list">
                {kinds.map(({ kind, label, use }) => (
                  <li key={kind}>
                    <Link to={link(kindPath(kind))}>
                      <b>{text(label)}</b>
                      <span>{text(use)}</span>
                      <RightOutlined aria-hidden="true" />
                    </Link>
                  </li>
                ))}
              </ul>
            </Panel>
          );
        })}
        <SavedList />
      </div>
    </>
  );
}
