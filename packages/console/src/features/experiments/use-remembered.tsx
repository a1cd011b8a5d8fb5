import { ruleExperimentKeySchema } from "@terrace/contract/api/experiment-keys";
import type { ExperimentView } from "@terrace/contract/api/experiments";
import { getAssignmentConflicts } from "@terrace/contract/api/flag-reports";
import { Button, Popover } from "antd";
import { Link } from "react-router";
import { useCall } from "../../app/api/use-call.ts";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink, useMay, useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { keyFigure, type KeyFigure } from "../insight/frame/FigureStrip.tsx";

/** People who are shown by name. */
const SHOWN = 20;

type Conflict = { readonly person: string; readonly arms: readonly string[]; readonly holds: string };

/** How many people are remembered with several variants of an experiment; nothing where flags remember nobody of it. */
export function useRemembered({ key, definition }: Pick<ExperimentView, "key" | "definition">): readonly KeyFigure[] {
  const text = useText();
  const format = useFormat();
  const enabled = useMay()("people:read") && definition.exposure.kind === "assignment" && ruleExperimentKeySchema.safeParse(key).success;
  const params = { ...useWorkspaceParams(), experiment: key };
  const { data } = useCall(getAssignmentConflicts, { params, query: { limit: SHOWN } }, { enabled });
  if (data === undefined || data.people === 0) return [];
  const said = text("experiments.remembered.of", { people: format.count(data.people) });
  const named = (variant: string): string => definition.variants.find((one) => one.key === variant)?.name ?? variant;
  return [
    {
      ...keyFigure("remembered", text("experiments.remembered"), data.conflicts, format.measure("people")),
      detail:
        data.conflicts === 0 ? (
          said
        ) : (
          <Popover
            trigger="click"
            title={text("experiments.remembered.who")}
            content={<Who items={data.items} all={data.conflicts} named={named} />}
          >
            <Button type="link" size="small" className="experiment-remembered">
              {said}
            </Button>
          </Popover>
        ),
    },
  ];
}

type WhoProps = { readonly items: readonly Conflict[]; readonly all: number; readonly named: (variant: string) => string };

function Who({ items, all, named }: WhoProps) {
  const text = useText();
  const link = useLink();
  const format = useFormat();
  return (
    <ul className="experiment-steps">
      {items.map(({ person, arms, holds }) => (
        <li key={person}>
          <Link to={link(`people/${person}`)}>{person}</Link>{" "}
          {text("experiments.remembered.arms", { arms: arms.map(named).join(" / "), holds: named(holds) })}
        </li>
      ))}
      {all > items.length ? (
        <li className="muted">{text("experiments.remembered.more", { count: format.count(all - items.length) })}</li>
      ) : null}
    </ul>
  );
}
