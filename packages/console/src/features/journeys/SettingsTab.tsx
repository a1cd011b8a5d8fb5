import type { JourneyDetail } from "@terrace/contract/api/journeys";
import { Button } from "antd";
import { useState, type ReactNode } from "react";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useMay } from "../../app/workspace/workspace-context.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ConditionText } from "../conditions/ConditionText.tsx";
import { SettingsModal } from "./SettingsModal.tsx";
import { useEntryWords, useSelectorWords } from "./use-entry-words.ts";

/** Who comes in and again, who goes out, what the journey is for, and who is held back; of the newest version. */
export function SettingsTab({ journey }: { readonly journey: JourneyDetail }) {
  const text = useText();
  const entryWords = useEntryWords();
  const selectorWords = useSelectorWords();
  const share = useFormat().measure("share");
  const may = useMay()("touch:write") && journey.state !== "archived";
  const [changing, setChanging] = useState(false);
  const { entry, reentry, exits, goal, holdout, priority, purpose } = journey.definition;
  const again =
    reentry.kind === "afterDays" ? text("journeys.reentry.after", { count: reentry.days }) : text(`journeys.reentry.${reentry.kind}`);
  const goalWords =
    goal === null
      ? text("journeys.noGoal")
      : text(goal.leaves ? "journeys.goalLeaves" : "journeys.goalStays", { event: selectorWords(goal.on), count: goal.withinDays });
  const rows: readonly (readonly [string, ReactNode])[] = [
    [text("journeys.setting.entry"), entryWords(entry)],
    [text("journeys.setting.reentry"), again],
    [
      text("journeys.setting.exits"),
      exits.length === 0
        ? text("journeys.noExits")
        : exits.map((rule) =>
            "on" in rule ? (
              <div key={JSON.stringify(rule)}>{text("journeys.exitOn", { event: selectorWords(rule.on) })}</div>
            ) : (
              <div key={JSON.stringify(rule)}>
                <ConditionText condition={rule.condition} />
              </div>
            ),
          ),
    ],
    [text("journeys.setting.goal"), goalWords],
    [
      text("journeys.setting.holdout"),
      holdout === 0 ? text("journeys.noHoldout") : text("journeys.holdoutOf", { share: share.short(holdout / 10_000) }),
    ],
    [text("journeys.setting.priority"), String(priority)],
    [text("journeys.setting.purpose"), purpose],
  ];
  return (
    <Panel
      title={text("journeys.tab.settings")}
      count={text("journeys.versionOf", { version: journey.version })}
      extra={
        may ? (
          <Button size="small" onClick={() => setChanging(true)}>
            {text("journeys.changeSettings")}
          </Button>
        ) : null
      }
    >
      <table className="plain-table">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row" className="muted fact-name">
                {name}
              </th>
              <td className="wrap-any">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {changing ? <SettingsModal journey={journey} onClose={() => setChanging(false)} /> : null}
    </Panel>
  );
}
