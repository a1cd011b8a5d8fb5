import type { RouteContract } from "@terrace/contract/route";
import { GROUPS_MAX, GROUPS_TOLD } from "@terrace/domain/insight/breakdown";
import type { AskedPeriod } from "@terrace/domain/insight/time/period";

import { useText } from "../../app/i18n.ts";
import { BREAKDOWN_AND_PERSON_FIELDS, BreakdownPicker, PERSON_BREAKDOWN_FIELDS, type BreakdownBy } from "./frame/BreakdownPicker.tsx";
import { CompareSection, type CompareWith } from "./frame/CompareSection.tsx";
import type { Analysis } from "./frame/use-analysis.ts";
import { NumberSetting } from "./frame/settings.tsx";

type WithGroups = {
  readonly breakdown?: { readonly by: BreakdownBy; readonly top?: number } | undefined;
  readonly compareWith?: CompareWith | undefined;
  readonly period?: AskedPeriod;
};
type Props<C extends RouteContract> = {
  readonly analysis: Analysis<C>;
  readonly events: readonly (string | null)[];
  /** Several events make up a figure: groups are of people, and no field of one of the events tells them apart. */
  readonly ofPeople?: boolean;
  /** The period values are suggested from, where the question has none of its own. */
  readonly period?: AskedPeriod;
  /** Whether it can be held against the period before. */
  readonly previous?: boolean;
  /** How many groups can be told one by one. */
  readonly most?: number;
};

/** For whom else an analysis is answered: each value of a field, each segment, and what it is held against. For routes that take `breakdown` and `compareWith`. */
export function Groups<C extends RouteContract>({
  analysis,
  events,
  ofPeople = false,
  period,
  previous = true,
  most = GROUPS_MAX,
}: Props<C>) {
  const text = useText();
  // Which parts a route takes is known when it is asked for, not here.
  const draft = analysis.draft as WithGroups;
  const edit = analysis.edit as (change: WithGroups) => void;
  return (
    <>
      <BreakdownPicker
        kinds={ofPeople ? PERSON_BREAKDOWN_FIELDS : BREAKDOWN_AND_PERSON_FIELDS}
        ofPeople={ofPeople}
        by={draft.breakdown?.by}
        events={events}
        onChange={(by) => edit({ breakdown: by === undefined ? undefined : { ...draft.breakdown, by } })}
      >
        {draft.breakdown === undefined ? null : (
          <>
            <NumberSetting
              name={text("insight.groupsTop")}
              value={draft.breakdown.top ?? GROUPS_TOLD}
              min={1}
              max={most}
              onChange={(top) => edit({ breakdown: draft.breakdown && { ...draft.breakdown, top: top ?? GROUPS_TOLD } })}
            />
            <p className="small muted">{text("insight.groupsTopHint", { most })}</p>
          </>
        )}
      </BreakdownPicker>
      <CompareSection
        value={draft.compareWith}
        period={period ?? draft.period ?? { last: 30, unit: "day" }}
        previous={previous}
        events={events}
        onChange={(compareWith) => edit({ compareWith })}
      />
    </>
  );
}
