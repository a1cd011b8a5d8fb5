import { ChangeText } from "../../../ui/ChangeText.tsx";
import { changeOf } from "../../../ui/format/numbers.ts";
import type { KeyFigure } from "../frame/FigureStrip.tsx";
import type { TrendsAnswer, TrendsGround } from "./trends-shown.ts";
import { lineName, measureOfLine } from "./trends-shown.ts";

const FIGURES_MAX = 5;

/** The whole period of the first lines, with the change against the period before. Whether more is better is not known of any event. */
export function trendsFigures(answer: TrendsAnswer, ground: TrendsGround): readonly KeyFigure[] {
  return answer.body.lines
    .filter(({ other }) => !other)
    .slice(0, FIGURES_MAX)
    .map((line, at) => {
      const change = line.previous === undefined ? undefined : changeOf(line.total ?? Number.NaN, line.previous.total ?? Number.NaN);
      return {
        key: String(at),
        name: lineName(line, answer, ground),
        value: measureOfLine(line, answer, ground.format).short(line.total),
        ...(change === undefined ? {} : { detail: <ChangeText change={change} better="neither" /> }),
      };
    });
}
