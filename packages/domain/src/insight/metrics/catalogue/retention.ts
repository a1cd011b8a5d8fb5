import type { InBothLanguages } from "../../../in-both-languages.ts";
import type { MetricDefinition, NumberOfDefinition, Parameter } from "../metric.ts";
import { ACTIVE, did, numberParameter, param, people, ratio, role, type Defined } from "../parts.ts";

function retained(back: string, first: NumberOfDefinition, last: NumberOfDefinition | null): Defined {
  const cohort = { start: param("registration"), back: param(back), first, last };
  const tell = (of: "started" | "returned"): Defined => ({ atom: { kind: "cohort", cohort, tell: of, matured: true } });
  return ratio(tell("returned"), tell("started"));
}

type DayRetention = {
  readonly id: string;
  readonly day: number;
  readonly name: InBothLanguages;
  /** What one comes back with, and how that is said. */
  readonly back: Parameter;
  readonly doing: InBothLanguages;
};

function dayRetention({ id, day, name, back, doing }: DayRetention): MetricDefinition {
  return {
    id,
    version: 1,
    group: "retention",
    name,
    formula: {
      zh: `本期注册、恰在第 ${day} 天${doing.zh}的人数 ÷ 本期注册人数 × 100%（注册当天为第 0 天；精确第 N 天；只计第 N 天已结束的用户）`,
      en: `People registered in the interval who ${doing.en} on exactly day ${day} ÷ people registered × 100 % (registration is day 0; only those whose day N is over)`,
    },
    unit: "share",
    better: "up",
    parameters: [role("registration"), back, numberParameter("day", { zh: "第几天", en: "day" }, [day, 1, 365])],
    expression: retained(back.name, param("day"), param("day")),
    needs: [],
  };
}

/** Retention on a day by whoever is active then. */
function activeOn(day: number, zh: string): MetricDefinition {
  const doing = { zh: "登录或使用", en: "logged in or used the product" };
  return dayRetention({ id: `day_${day}_retention`, day, name: { zh, en: `Day-${day} retention` }, back: ACTIVE, doing });
}

/** Retention on a day by whoever logs in then; using the product alone does not count. */
function loginOn(day: number, zh: string): MetricDefinition {
  const [name, doing] = [
    { zh, en: `Day-${day} login retention` },
    { zh: "登录", en: "logged in" },
  ];
  return dayRetention({ id: `day_${day}_login_retention`, day, name, back: role("login"), doing });
}

const DAYS = numberParameter("days", { zh: "沉默天数", en: "days of silence" }, [30, 1, 365]);
const AT_START = did("active", { before: param("days") });
const LATELY = did("active", { trailing: param("days") });
const KEPT = people({ all: [AT_START, LATELY] });

export const RETENTION: readonly MetricDefinition[] = [
  activeOn(1, "次日留存率"),
  activeOn(7, "7 日留存率"),
  activeOn(30, "30 日留存率"),
  loginOn(1, "次日登录留存率"),
  loginOn(7, "7 日登录留存率"),
  loginOn(30, "30 日登录留存率"),
  {
    id: "retention_on_or_after",
    version: 1,
    group: "retention",
    name: { zh: "第 N 天及以后留存率", en: "Retention on or after day N" },
    formula: {
      zh: "本期注册、在第 N 天或以后登录或使用过的人数 ÷ 本期注册人数 × 100%（只计第 N 天已结束的用户；以后仍会上升）",
      en: "People registered in the interval who logged in or used the product on day N or later ÷ people registered × 100 % (only those whose day N is over; may still grow)",
    },
    unit: "share",
    better: "up",
    parameters: [role("registration"), ACTIVE, numberParameter("day", { zh: "第几天", en: "day" }, [7, 1, 365])],
    expression: retained("active", param("day"), null),
    needs: [],
  },
  {
    id: "retention_within",
    version: 1,
    group: "retention",
    name: { zh: "区间留存率", en: "Retention within days" },
    formula: {
      zh: "本期注册、在第 a 至第 b 天内登录或使用过的人数 ÷ 本期注册人数 × 100%（只计第 b 天已结束的用户）",
      en: "People registered in the interval who logged in or used the product on any of days a to b ÷ people registered × 100 % (only those whose day b is over)",
    },
    unit: "share",
    better: "up",
    parameters: [
      role("registration"),
      ACTIVE,
      numberParameter("first", { zh: "从第几天", en: "from day" }, [1, 0, 365]),
      numberParameter("last", { zh: "到第几天", en: "to day" }, [7, 0, 365]),
    ],
    expression: retained("active", param("first"), param("last")),
    needs: [],
  },
  {
    id: "churned_people",
    version: 1,
    group: "retention",
    name: { zh: "流失用户数", en: "People lost" },
    formula: {
      zh: "期初用户（期初前 N 天内活跃过）中，到期末已沉默 N 天的人数",
      en: "Of the users at the start (active in the N days before it) those who are silent for N days at the end",
    },
    unit: "people",
    better: "down",
    parameters: [ACTIVE, DAYS],
    expression: people({ all: [AT_START, { not: LATELY }] }),
    needs: [],
  },
  {
    id: "churn_rate",
    version: 1,
    group: "retention",
    name: { zh: "用户流失率", en: "Churn rate" },
    formula: {
      zh: "期内流失用户 ÷ 期初用户 × 100%（期初用户：期初前 N 天内活跃过；流失：到期末已沉默 N 天）",
      en: "People lost in the interval ÷ users at its start × 100 % (users at the start: active in the N days before it; lost: silent for N days at the end)",
    },
    unit: "share",
    better: "down",
    parameters: [ACTIVE, DAYS],
    expression: ratio(people({ all: [AT_START, { not: LATELY }] }), people(AT_START)),
    needs: [],
  },
  {
    id: "kept_people",
    version: 1,
    group: "retention",
    name: { zh: "留存用户数（期初用户）", en: "Users kept" },
    formula: {
      zh: "期初用户（期初前 N 天内活跃过）中，到期末的 N 天内仍活跃的人数",
      en: "Of the users at the start (active in the N days before it) those active in the N days up to the end",
    },
    unit: "people",
    better: "up",
    parameters: [ACTIVE, DAYS],
    expression: KEPT,
    needs: [],
  },
  {
    id: "kept_rate",
    version: 1,
    group: "retention",
    name: { zh: "用户保有率", en: "Share of users kept" },
    formula: { zh: "1 − 用户流失率", en: "1 − churn rate" },
    unit: "share",
    better: "up",
    parameters: [ACTIVE, DAYS],
    expression: ratio(KEPT, people(AT_START)),
    needs: [],
  },
  {
    id: "resurrected_people",
    version: 1,
    group: "retention",
    name: { zh: "回流用户数", en: "People won back" },
    formula: {
      zh: "本期活跃、期初前 N 天内未活跃、更早活跃过的人数",
      en: "People active in the interval who were not active in the N days before it, but had been earlier",
    },
    unit: "people",
    better: "up",
    parameters: [ACTIVE, DAYS],
    expression: people({ all: [did("active", "interval"), did("active", "until_start"), { not: AT_START }] }),
    needs: [],
  },
];
