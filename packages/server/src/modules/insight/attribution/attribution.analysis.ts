import { listAttributionPeople, queryAttribution, type attributionQuerySchema } from "@terrace/contract/api/insight-attribution";
import type { EventSelector } from "@terrace/domain/conditions/condition";
import { CONVERSION_PARTS, planAttribution, type AttributionPlan } from "@terrace/domain/insight/attribution/attribution-plan";
import { queryFault } from "@terrace/domain/insight/query-fault";
import type { Period } from "@terrace/domain/insight/time/calendar";
import { isoInstant } from "@terrace/domain/time/zoned-time";
import type { z } from "zod";
import { valueOrThrow } from "../../../platform/http/fault-error.ts";
import { analysis } from "../analysis.ts";
import { currencyOf, tradeOf } from "../commerce/ground.ts";
import type { Asking } from "../time/asking.ts";
import {
  attributedPeople,
  readConversionTotals,
  readCredits,
  VALUES_MAX,
  type ConversionTotals,
  type CreditedValue,
} from "./attribution.views.ts";

type Found = { readonly total: ConversionTotals; readonly values: readonly CreditedValue[] };

/** Credits of touches for conversions, and the people behind them. */
export const attribution = analysis({
  kind: "attribution",
  route: queryAttribution,
  groups: { events: conversionsOf, narrows: "all" },
  answer: async (asking, body) => {
    const plan = await read(asking, body, body.compare);
    const now = await find(asking, plan, plan.period);
    const before = plan.previous === undefined ? undefined : await find(asking, plan, plan.previous);
    const rows = now.values.slice(0, body.top);
    const others = now.values.slice(body.top);
    return {
      from: isoInstant(plan.period.fromMs),
      to: isoInstant(plan.period.toMs),
      currency: asking.currency,
      basis: { conversions: [...plan.conversions] },
      models: [...plan.models],
      total: totalOf(now),
      ...(before === undefined ? {} : { previousTotal: totalOf(before) }),
      rows: rows.map((row) => ({
        value: row.value === "" ? null : row.value,
        ...figuresOf(row),
        ...(before === undefined ? {} : { previous: previousOf(before, row) }),
      })),
      other: { values: others.length, credits: plan.models.map((_, model) => creditOf(others, model)) },
    };
  },
  people: {
    route: listAttributionPeople,
    behind: async (asking, body) => {
      const plan = await read(asking, body, false);
      const { value, part } = body.cell;
      return attributedPeople(asking, plan, { money: currencyOf(asking), period: plan.period, value: value ?? "", part });
    },
  },
});

type Body = z.output<typeof attributionQuerySchema>;

async function read(asking: Asking, body: Body, compare: boolean): Promise<AttributionPlan> {
  const conversions = await conversionsOf(body, asking);
  return valueOrThrow(planAttribution({ ...body, conversions, compare }, asking.calendar, asking.nowMs));
}

async function conversionsOf({ conversions }: Body, asking: Asking): Promise<readonly EventSelector[]> {
  return conversions ?? (await tradeOf(asking, {})).orders;
}

async function find(asking: Asking, plan: AttributionPlan, period: Period): Promise<Found> {
  const money = currencyOf(asking);
  const values = await readCredits(asking, plan, money, period);
  if (values.length >= VALUES_MAX) return valueOrThrow(queryFault("by", `Choose fields with fewer than ${VALUES_MAX} values`));
  return { values, total: await readConversionTotals(asking, plan, money, period) };
}

function totalOf({ total, values }: Found) {
  const untouched = values.find(({ value }) => value === "")?.conversions ?? 0;
  return { conversions: total.conversions, people: total.people, valueMinor: total.worthMinor, untouched };
}

function figuresOf(row: CreditedValue) {
  const isTouch = row.value !== "";
  return {
    conversions: row.conversions,
    direct: row.direct,
    assisted: isTouch ? row.conversions - row.direct : 0,
    people: row.people,
    credits: row.worthMinor.map((_, model) => creditOf([row], model)),
  };
}

function previousOf({ values }: Found, { value }: CreditedValue) {
  const found = values.find((each) => each.value === value);
  return found === undefined ? null : figuresOf(found);
}

function creditOf(rows: readonly CreditedValue[], model: number): { readonly conversions: number; readonly valueMinor: number } {
  const sum = (of: "parts" | "worthMinor"): number => rows.reduce((all, row) => all + (row[of][model] ?? 0), 0);
  return { conversions: sum("parts") / CONVERSION_PARTS, valueMinor: sum("worthMinor") };
}
