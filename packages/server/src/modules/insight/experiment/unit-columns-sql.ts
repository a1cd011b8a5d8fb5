import { columnsOf, type UnitColumn, type UnitValue } from "@terrace/domain/experiments/unit-metric";
import { ch, type ChStatement } from "../../../platform/storage/clickhouse.ts";
import { netSql } from "../metrics/atoms/amount.views.ts";
import { anyOfSql, type AtomGround } from "../metrics/atoms/atom-ground.ts";
import { minorDigits } from "../overview.ts";
import { MILLION, millionthsSql, propertyNumberSql } from "../trends/property-values.ts";
import type { ExperimentPlan } from "./experiment-plan.ts";

/** What a column reads of an event: whether it counts, and with what. */
type EventSide = { readonly counts: ChStatement; readonly amount: ChStatement | undefined; readonly scale: number };
/** A column in one time: what is added up over a person's events. */
export type ReadColumn = {
  readonly name: ChStatement;
  readonly column: UnitColumn;
  /** Up to how long after exposure; null: to the end. `before`: the time before exposure instead. */
  readonly windowMs: number | null | "before";
};

/** The columns that some metrics are reckoned from, each once for each of its times, and what finds them by column and time. */
export function columnsToRead(plan: ExperimentPlan): {
  readonly all: readonly ReadColumn[];
  readonly nameOf: (column: UnitColumn, windowMs: ReadColumn["windowMs"]) => ChStatement;
} {
  const read = new Map<string, ReadColumn>();
  const keyOf = (column: UnitColumn, windowMs: ReadColumn["windowMs"]): string => `${windowMs} ${JSON.stringify(column)}`;
  for (const { values, windowMs } of plan.metrics) {
    for (const column of values.flatMap(columnsOf)) {
      for (const window of plan.beforeMs === null ? [windowMs] : [windowMs, "before" as const]) {
        const key = keyOf(column, window);
        if (!read.has(key)) read.set(key, { name: bare(`c${read.size}`), column, windowMs: window });
      }
    }
  }
  return {
    all: [...read.values()],
    nameOf: (column, windowMs) => {
      const found = read.get(keyOf(column, windowMs));
      if (found === undefined) throw new RangeError("a column that is not read");
      return found.name;
    },
  };
}

/** What events tell of some columns, told apart once whatever the times: expressions over a row of `events`, and the condition that one of them counts. */
export function eventSides(ground: AtomGround, columns: readonly ReadColumn[]): EventSides {
  const sides = new Map<string, { readonly side: EventSide; readonly at: number }>();
  for (const { column } of columns) {
    const key = JSON.stringify(column);
    if (!sides.has(key)) sides.set(key, { side: eventSide(ground, column), at: sides.size });
  }
  const told = [...sides.values()];
  return {
    any: ch`(${ch.join(
      told.map(({ side }) => side.counts),
      " or ",
    )})`,
    select: ch.join(
      told.flatMap(({ side, at }) => [
        ch`${side.counts} as ${bare(`f${at}`)}`,
        ...(side.amount === undefined ? [] : [ch`${side.amount} as ${bare(`a${at}`)}`]),
      ]),
      ", ",
    ),
    added: (column, isWithin) => {
      const found = sides.get(JSON.stringify(column));
      if (found === undefined) throw new RangeError("a column that no event tells of");
      const counts = ch`${bare(`f${found.at}`)} and ${isWithin}`;
      if (found.side.amount === undefined) return ch`toFloat64(countIf(${counts}))`;
      return ch`toFloat64(sumIf(${bare(`a${found.at}`)}, ${counts})) * ${ch.value("Float64", found.side.scale)}`;
    },
  };
}
export type EventSides = {
  readonly any: ChStatement;
  readonly select: ChStatement;
  /** A column of a person: over their rows, each with what `select` says, those within a time. */
  readonly added: (column: UnitColumn, isWithin: ChStatement) => ChStatement;
};

function eventSide(ground: AtomGround, column: UnitColumn): EventSide {
  switch (column.kind) {
    case "events":
      return { counts: anyOfSql(ground, column.of), amount: undefined, scale: 1 };
    case "numbers":
      return {
        counts: ch`(${anyOfSql(ground, column.of)} and isNotNull(${propertyNumberSql(column.property)}))`,
        amount: undefined,
        scale: 1,
      };
    case "sum": {
      const digits = column.inMinor ? minorDigits(ground.asking.currency) : 0;
      return {
        counts: anyOfSql(ground, column.of),
        amount: millionthsSql(propertyNumberSql(column.property)),
        scale: 10 ** digits / MILLION,
      };
    }
    case "amount": {
      const { net, counts } = netSql(ground, column);
      return { counts, amount: net, scale: 1 };
    }
  }
}

/** The value of a person by the names of their columns, Float64. */
export function valueSql(value: UnitValue, nameOf: (column: UnitColumn) => ChStatement): ChStatement {
  const of = (each: UnitValue): ChStatement => valueSql(each, nameOf);
  if ("column" in value) return nameOf(value.column);
  if ("atLeast" in value) return ch`toFloat64(${nameOf(value.of)} >= ${ch.value("Float64", value.atLeast)})`;
  if ("not" in value) return ch`(1 - ${of(value.not)})`;
  if ("all" in value) return value.all.map(of).reduce((all, each) => ch`least(${all}, ${each})`);
  if ("any" in value) return value.any.map(of).reduce((any, each) => ch`greatest(${any}, ${each})`);
  return value.sum
    .map((term) => ch`${ch.value("Float64", term.times)} * ${of(term.value)}`)
    .reduce((sum, each) => ch`(${sum} + ${each})`, ch`toFloat64(0)`);
}

/** A name made here, never by a caller. */
export function bare(name: string): ChStatement {
  return { text: name, params: {} };
}
