import type { InBothLanguages, Words } from "../../in-both-languages.ts";
import type { BusinessEvent } from "./business-events.ts";
import type {
  DefinedAtom,
  EventsOfDefinition,
  Expression,
  MeasureOf,
  NumberOfDefinition,
  Parameter,
  PeopleTest,
  PropertyOfDefinition,
  Window,
} from "./metric.ts";

/** Words by which the metrics of the catalogue are written down. */
export type Defined = Expression<DefinedAtom>;
type Test = PeopleTest<EventsOfDefinition, NumberOfDefinition>;

const ROLE_LABELS: Words<BusinessEvent> = {
  user: { zh: "成为用户的事件", en: "events that make someone a user" },
  registration: { zh: "注册事件", en: "registration events" },
  activation: { zh: "首次使用事件", en: "first-use events" },
  login: { zh: "登录事件", en: "login events" },
  use: { zh: "使用事件", en: "use events" },
  order: { zh: "下单事件", en: "order events" },
  refund: { zh: "退款事件", en: "refund events" },
  comment: { zh: "评论事件", en: "comment events" },
};

/** A parameter of the same name as a role, filled by the workspace's settings. */
export function role(name: BusinessEvent): Parameter {
  return { name, label: ROLE_LABELS[name], kind: "events", default: { business: [name] } };
}

/** Events that count as active: logging in or using the product. */
export const ACTIVE: Parameter = {
  name: "active",
  label: { zh: "登录或使用事件", en: "login or use events" },
  kind: "events",
  default: { business: ["login", "use"] },
};
/** The same, buying among them: whoever buys at a counter is active too. */
export const ACTIVE_OR_BUYING: Parameter = {
  name: "active",
  label: { zh: "登录、使用或下单事件", en: "login, use or order events" },
  kind: "events",
  default: { business: ["login", "use", "order"] },
};

/** A parameter of events that have their own names. */
export function eventsParameter(name: string, label: InBothLanguages, names: readonly string[]): Parameter {
  return { name, label, kind: "events", default: { events: names.map((event) => ({ event })) } };
}

export function numberParameter(
  name: string,
  label: InBothLanguages,
  limits: readonly [value: number, min: number, max: number],
): Parameter {
  const [value, min, max] = limits;
  return { name, label, kind: "number", default: value, min, max };
}

export function propertyParameter(name: string, label: InBothLanguages, value: string): Parameter {
  return { name, label, kind: "property", default: value };
}

export const param = (name: string): { readonly param: string } => ({ param: name });
export const ratio = (of: Defined, per: Defined): Defined => ({ ratio: { of, per } });

export function events(of: string): Defined {
  return measured(of, { kind: "events" });
}

export function doers(of: string): Defined {
  return measured(of, { kind: "people" });
}

export function measured(of: string, measure: MeasureOf<PropertyOfDefinition>): Defined {
  return { atom: { kind: "events", of: param(of), measure } };
}

export function amount(orders: string | null, refunds: string | null): Defined {
  const of = (name: string | null) => (name === null ? null : param(name));
  return { atom: { kind: "amount", orders: of(orders), refunds: of(refunds) } };
}

export function people(where: Test): Defined {
  return { atom: { kind: "people", where } };
}

/** So many events of a parameter in a window, at least one where nothing is said. */
export function did(of: string, window: Window<NumberOfDefinition>, atLeast: NumberOfDefinition = 1): Test {
  return { of: param(of), window, atLeast };
}

/** Everyone who became a user by the end, or by the start of the interval. */
export const USERS_AT_END: Defined = people(did("user", "until_end"));
export const USERS_AT_START: Defined = people(did("user", "until_start"));
/** People whose first such event ever lies in the interval. */
export function firstTime(of: string): Defined {
  return people({ all: [did(of, "interval"), { not: did(of, "until_start") }] });
}
