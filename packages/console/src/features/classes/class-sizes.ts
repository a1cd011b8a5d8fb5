import type { Text } from "../../app/i18n.ts";
import type { Format } from "../../app/workspace/use-format.ts";
import type { TimeSpec } from "../../ui/chart/chart-spec.ts";
import type { Sizes } from "../segments/answers.ts";
import { sizeAxis, sizesKnown } from "../segments/page/size-spec.ts";
import type { ClassView } from "./answers.ts";

type Ground = { readonly text: Text; readonly format: Format };

/** How many had each value at the end of each interval, upon each other; undefined until all are known for the same intervals. */
export function classSizesSpec(
  { name, values, createdAt }: Pick<ClassView, "name" | "values" | "createdAt">,
  sizes: readonly (Sizes | undefined)[],
  ground: Ground,
): TimeSpec | undefined {
  const [first] = sizes;
  if (first === undefined || sizes.length !== values.length) return undefined;
  const known = sizes.filter(
    (each) => each !== undefined && each.interval === first.interval && each.intervals.length === first.intervals.length,
  );
  if (known.length !== values.length) return undefined;
  const madeAtMs = Date.parse(createdAt);
  const { text, format } = ground;
  return {
    kind: "time",
    shape: "stacked",
    ...sizeAxis(first, ground),
    series: values.flatMap(({ value, name: called }, at) => {
      const own = sizes[at];
      return own === undefined ? [] : [{ key: value, name: called, values: sizesKnown(own, madeAtMs), style: "solid" as const }];
    }),
    summary: text("classes.summary", {
      name,
      people: format.count(values.reduce((sum, { people }) => sum + people, 0)),
      values: values.length,
    }),
  };
}
