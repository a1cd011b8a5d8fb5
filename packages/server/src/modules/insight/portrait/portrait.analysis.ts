import { listPortraitPeople, queryPortrait, type portraitQuerySchema } from "@terrace/contract/api/insight-portrait";
import { comparePortrait, topDifferences } from "@terrace/domain/insight/portrait/portrait-answer";
import { hideTokens } from "@terrace/domain/personal/hide-tokens";
import type { z } from "zod";
import { analysis, type AnyAnalysis } from "../analysis.ts";
import { periodOf, type Asking } from "../time/asking.ts";
import { behindFigure } from "./behind-figure.ts";
import { readDimensions } from "./portrait-dimensions.ts";
import { peopleWith } from "./portrait-people.ts";
import type { Group, PortraitSides } from "./portrait-sides.views.ts";

type Body = z.output<typeof portraitQuerySchema>;
type AskedGroup = Body["group"];

const TOP_DIFFERENCES = 10;

/** Portraits of groups: whom an analysis answers may be one, so it knows the other analyses. */
export function portraitOf(analyses: Readonly<Record<string, AnyAnalysis>>) {
  const groupOf = async (asking: Asking, group: AskedGroup, field: string): Promise<Group> =>
    "people" in group ? group : { behind: await behindFigure(asking, analyses, { ...group.figure, field }) };
  const sidesOf = async (asking: Asking, { group, against, period }: Body): Promise<PortraitSides> => ({
    group: await groupOf(asking, group, "group.figure"),
    against: typeof against === "string" ? against : await groupOf(asking, against, "against.figure"),
    period: period === undefined ? undefined : periodOf(asking, period),
  });
  return analysis({
    kind: "portrait",
    route: queryPortrait,
    answer: async (asking, body) => {
      const sides = await sidesOf(asking, body);
      const { people: found, dimensions, hidden, ...cut } = await readDimensions(asking, sides, body);
      const { outside, ...people } = found;
      const compared = comparePortrait(people, dimensions);
      return {
        ...people,
        // Who meets a condition is looked for among the people of the period alone.
        outside: "people" in sides.group ? null : outside,
        dimensions: compared.map(({ rows, ...dimension }) => ({
          ...dimension,
          rows: rows.map((row) => ("value" in row && row.value !== null ? { ...row, value: hideTokens(row.value) } : row)),
        })),
        top: topDifferences(compared, TOP_DIFFERENCES),
        hidden: [...hidden],
        ...cut,
      };
    },
    people: {
      route: listPortraitPeople,
      behind: async (asking, body) => peopleWith(asking, await sidesOf(asking, body), body.cell),
    },
  });
}
