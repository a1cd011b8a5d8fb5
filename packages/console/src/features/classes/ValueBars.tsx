import { useNavigate } from "react-router";
import { useText } from "../../app/i18n.ts";
import { useFormat } from "../../app/workspace/use-format.ts";
import { useLink } from "../../app/workspace/workspace-context.ts";
import { BarList } from "../../ui/chart/BarList.tsx";
import { formatShare } from "../../ui/format/numbers.ts";
import type { ClassView } from "./answers.ts";
import { peopleOfValuePath } from "./class-paths.ts";

/** How many people have each value, in the order of the class; each figure leads to its people. */
export function ValueBars({ of: { name, trait, values } }: { readonly of: Pick<ClassView, "name" | "trait" | "values"> }) {
  const text = useText();
  const format = useFormat();
  const link = useLink();
  const navigate = useNavigate();
  const total = values.reduce((sum, { people }) => sum + people, 0);
  return (
    <BarList
      spec={{
        kind: "bars",
        head: text("classes.value"),
        columns: [text("segments.size"), text("classes.share")],
        rows: values.map((each) => ({
          key: each.value,
          label: each.name,
          value: each.people,
          cells: [formatShare(total === 0 ? undefined : each.people / total)],
        })),
        measure: format.measure("people"),
        pickable: true,
        summary: text("classes.summary", { name, people: format.count(total), values: values.length }),
      }}
      onPick={(pick) => {
        if (pick.kind === "bar") void navigate(link(peopleOfValuePath(trait, pick.key)));
      }}
    />
  );
}
