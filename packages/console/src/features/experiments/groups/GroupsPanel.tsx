import { breakdownBySchema } from "@terrace/contract/api/insight-breakdown";
import { experimentResults, type ExperimentResults, type ExperimentView } from "@terrace/contract/api/experiments";
import { GROUP_PEOPLE_MIN } from "@terrace/domain/experiments/tell-groups";
import { exposureEvents } from "@terrace/domain/experiments/exposure";
import { GROUPS_MAX, GROUPS_TOLD } from "@terrace/domain/insight/breakdown";
import { Select } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { useCall } from "../../../app/api/use-call.ts";
import { useText } from "../../../app/i18n.ts";
import { useMay, useWorkspaceParams } from "../../../app/workspace/workspace-context.ts";
import { EmptyState } from "../../../ui/EmptyState.tsx";
import { Panel } from "../../../ui/Panel.tsx";
import { QueryView } from "../../../ui/QueryView.tsx";
import { useEventNames } from "../../events/use-event-names.ts";
import { BREAKDOWN_AND_PERSON_FIELDS, BreakdownPicker, type BreakdownBy } from "../../insight/frame/BreakdownPicker.tsx";
import { probabilitySaid } from "../../effects/effect-words.ts";
import { readQuery, writeQuery } from "../../insight/frame/query-text.ts";
import { NumberSetting } from "../../insight/frame/settings.tsx";
import { useGround } from "../../insight/use-ground.ts";
import { valueWords } from "../../insight/value-words.ts";
import { ExposedPeople } from "../ExposedPeople.tsx";
import { groupsLookedAt } from "./groups-looked-at.ts";
import "./groups.css";
import { GroupsTable, type ToldGroup } from "./GroupsTable.tsx";

type Props = { readonly experiment: ExperimentView; readonly nameOf: (metric: number) => string };
type By = ReturnType<typeof breakdownBySchema.parse>;

/** The results once more for each value of a trait, each segment, or each value of a property of the exposure. */
export function GroupsPanel({ experiment, nameOf }: Props) {
  const text = useText();
  const [place, setPlace] = useSearchParams();
  const [by, setBy] = useState<BreakdownBy | undefined>(() => breakdownBySchema.safeParse(readQuery(place.get("by"))).data);
  const [top, setTop] = useState<number>(GROUPS_TOLD);
  const [metric, setMetric] = useState(0);
  const { key, definition } = experiment;
  const asked = breakdownBySchema.safeParse(by).data;
  const source = definition.exposure.kind === "assignment" ? { kind: "assignment" as const, key } : definition.exposure;
  const named = exposureEvents(source).map(({ of }) => of.event);
  // Only what has come has properties to choose from.
  const come = useEventNames().definitions.filter(({ name }) => named.includes(name));
  const choose = (next: BreakdownBy | undefined) => {
    setBy(next);
    const whole = breakdownBySchema.safeParse(next).data;
    const others = new URLSearchParams(place);
    others.delete("by");
    if (whole !== undefined) others.set("by", writeQuery(whole));
    setPlace(others, { replace: true });
  };
  return (
    <Panel
      title={text("experiments.groups")}
      flush
      extra={
        <Select
          aria-label={text("experiments.groups.metric")}
          value={metric}
          onChange={setMetric}
          popupMatchSelectWidth={false}
          options={definition.metrics.map((_, at) => ({ value: at, label: nameOf(at) }))}
        />
      }
    >
      <div className="experiment-groups">
        <BreakdownPicker
          by={by}
          kinds={BREAKDOWN_AND_PERSON_FIELDS}
          events={come.map(({ name }) => name)}
          title={text("experiments.groups.by")}
          onChange={choose}
        >
          {by === undefined || "segment" in by ? null : (
            <NumberSetting
              name={text("insight.groupsTop")}
              value={top}
              min={1}
              max={GROUPS_MAX}
              onChange={(next) => setTop(next ?? GROUPS_TOLD)}
            />
          )}
        </BreakdownPicker>
        {asked === undefined ? (
          <EmptyState text={text("experiments.groups.empty")} />
        ) : (
          <Asked experiment={experiment} breakdown={{ by: asked, top }} metric={metric} />
        )}
      </div>
    </Panel>
  );
}

type AskedProps = {
  readonly experiment: ExperimentView;
  readonly breakdown: { readonly by: By; readonly top: number };
  readonly metric: number;
};

function Asked({ experiment, breakdown, metric }: AskedProps) {
  const text = useText();
  const params = { ...useWorkspaceParams(), experiment: experiment.id };
  const query = useCall(experimentResults, { params, body: { breakdown } }, { keepPrevious: true });
  return (
    <div className="experiment-groups-told">
      <QueryView query={query} skeleton={6}>
        {(results) =>
          results.breakdown === undefined || results.breakdown.length === 0 ? (
            <EmptyState text={text("experiments.groups.nobody")} />
          ) : (
            <Told experiment={experiment} results={results} breakdown={breakdown} metric={metric} />
          )
        }
      </QueryView>
    </div>
  );
}

function Told({ experiment, results, breakdown, metric }: AskedProps & { readonly results: ExperimentResults }) {
  const text = useText();
  const ground = useGround();
  const may = useMay()("people:read");
  const [behind, setBehind] = useState<{ readonly variant: string; readonly group: ToldGroup }>();
  const groups = (results.breakdown ?? []).map((group) => ({ ...group, name: valueWords({ by: breakdown.by, ...group }, ground) }));
  const { correction, method } = experiment.definition;
  const looks = groupsLookedAt(experiment.definition, groups.length);
  return (
    <>
      <GroupsTable
        experiment={experiment}
        results={results}
        groups={groups}
        metric={metric}
        onPeople={may ? (group, variant) => setBehind({ group, variant }) : undefined}
      />
      <Differs experiment={experiment} results={results} metric={metric} />
      {"property" in breakdown.by ? null : <p className="experiment-groups-note small muted">{text("experiments.groups.asOfNow")}</p>}
      <p className="experiment-groups-note small muted">
        {method === "bayesian"
          ? text("experiments.groups.believed")
          : text("experiments.groups.corrected", {
              count: looks,
              groups: groups.length,
              correction: text(`experiments.correction.${correction === "none" ? "holm" : correction}`),
            })}
      </p>
      {behind === undefined ? null : (
        <ExposedPeople
          experiment={experiment}
          query={{ question: results.question, breakdown }}
          cell={{ variant: behind.variant, of: behind.group.other ? { other: true } : { value: behind.group.value } }}
          detail={behind.group.name}
          people={behind.group.variants.find(({ variant }) => variant === behind.variant)?.people}
          onClose={() => setBehind(undefined)}
        />
      )}
    </>
  );
}

/** Whether a variant does another thing to some groups than to others. */
function Differs({ experiment: { definition }, results, metric }: Omit<AskedProps, "breakdown"> & { readonly results: ExperimentResults }) {
  const text = useText();
  const told = results.interaction?.[metric]?.variants ?? [];
  const leftOut = Math.max(0, ...told.map((found) => found?.leftOut ?? 0));
  const isOff = results.breakdown?.some(({ split }) => split.blocks) ?? false;
  const sentences = told.flatMap((found, variant) =>
    found === null
      ? []
      : [
          text(`experiments.groups.interaction.${found.call}`, {
            name: definition.variants[variant]?.name ?? "",
            p: probabilitySaid(found.pAdjusted),
          }),
        ],
  );
  return (
    <ul className="experiment-groups-differ">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
      {leftOut === 0 ? null : <li>{text("experiments.groups.leftOut", { count: leftOut, least: GROUP_PEOPLE_MIN })}</li>}
      {isOff ? <li>{text("experiments.groups.offNotCompared")}</li> : null}
    </ul>
  );
}
