import { isRfmKey } from "@terrace/domain/insight/rfm/rfm-classes";
import { Link, useNavigate } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import type { DataColumn } from "../../ui/DataTable.tsx";
import { DataTable } from "../../ui/DataTable.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { ConditionText } from "../conditions/ConditionText.tsx";
import type { ClassView } from "./answers.ts";
import { peopleOfValuePath } from "./class-paths.ts";
import { ValueBars } from "./ValueBars.tsx";

type Value = ClassView["values"][number];
const rowKey = ({ value }: Value) => value;

/** How many people have each value and by what rule; the first that fits counts. */
export function ValuesTab({ whole }: { readonly whole: ClassView }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const peopleOf = ({ value }: Value) => link(peopleOfValuePath(whole.trait, value));
  const isRfm = isRfmKey(whole.key);
  const ruleColumn: DataColumn<Value> = { key: "rule", title: text("classes.ruleInOrder"), render: (one) => <RuleWords value={one} /> };
  const columns: readonly DataColumn<Value>[] = [
    {
      key: "name",
      title: text("classes.value"),
      width: 180,
      render: (one) => (
        <>
          <Link to={peopleOf(one)}>{one.name}</Link> <code className="mono small muted">{one.value}</code>
        </>
      ),
    },
    { key: "people", title: text("segments.size"), width: 110, figure: true, render: ({ people }) => format.count(people) },
    ...(isRfm ? [] : [ruleColumn]),
    {
      key: "stage",
      title: text("segments.upkeep"),
      width: 110,
      render: ({ live }) =>
        text(live.stage === "live" && live.scheduled !== null ? "segments.scheduled" : `segments.stageName.${live.stage}`),
    },
  ];
  return (
    <div className="stack">
      <Panel title={text("classes.peopleByValue")}>
        <ValueBars of={whole} />
        <p className="small muted class-note">
          {text(isRfm ? "classes.rfm.note" : whole.live ? "classes.liveNote" : "classes.sortingNote")}
        </p>
      </Panel>
      <Panel flush title={text(isRfm ? "classes.value" : "classes.definition")}>
        <DataTable<Value>
          label={text("classes.definition")}
          rows={whole.values}
          rowKey={rowKey}
          columns={columns}
          minWidth={760}
          empty={null}
          onOpen={(one) => void navigate(peopleOf(one))}
          phoneRow={(one) => ({
            title: one.name,
            detail: isRfm ? one.value : <RuleWords value={one} />,
            figures: format.count(one.people),
          })}
        />
      </Panel>
    </div>
  );
}

function RuleWords({ value: { rule } }: { readonly value: Value }) {
  const text = useText();
  return rule === null ? text("classes.rest") : <ConditionText condition={rule} />;
}
