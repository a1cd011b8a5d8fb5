import type { ExperimentResults, ExperimentView } from "@terrace/contract/api/experiments";
import { listExperimentPeople } from "@terrace/contract/api/insight-experiment";
import { Drawer } from "antd";
import { useText } from "../../app/i18n.ts";
import { usePhone } from "../../app/theme/use-screen.ts";
import { PeoplePane } from "../insight/frame/PeoplePane.tsx";

type Props = {
  readonly experiment: ExperimentView;
  /** The question of the results, and what they were broken down by where they were. */
  readonly query: { readonly question: ExperimentResults["question"]; readonly breakdown?: object };
  readonly cell: { readonly variant: string; readonly of?: object };
  /** Which of the exposed; all of the experiment without it. */
  readonly detail?: string;
  readonly people: number | undefined;
  readonly onClose: () => void;
};

/** The people of a variant. */
export function ExposedPeople({ experiment, query: { question, breakdown }, cell, detail, people, onClose }: Props) {
  const text = useText();
  const phone = usePhone();
  const name = experiment.definition.variants.find(({ key }) => key === cell.variant)?.name ?? cell.variant;
  return (
    <Drawer open closable={false} size={phone ? "100%" : 266} styles={{ body: { padding: 0 } }} onClose={onClose}>
      <PeoplePane
        kind="experiment"
        people={listExperimentPeople}
        query={breakdown === undefined ? question : { ...Object(question), breakdown }}
        cell={cell}
        words={{ title: name, detail: detail ?? text("experiments.peopleOf", { name: experiment.name }), people }}
        onClose={onClose}
      />
    </Drawer>
  );
}
