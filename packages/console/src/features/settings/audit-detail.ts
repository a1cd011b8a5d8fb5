import { plainText } from "../../ui/format/plain-text.ts";

type Detail = Readonly<Record<string, unknown>>;
/** Finds the words of a key put together at run time, or gives the fallback. */
type Find = (key: string, fallback: string) => string;

type KeyOf = (value: string) => string;
const roleKey: KeyOf = (value) => `role.${value}`;
const choiceKey: KeyOf = (value) => `auditValue.${value}`;

/** Under which keys the words of a value are found, by the name it stands under; what has none is shown as it was recorded. */
const VALUE_KEYS: Readonly<Record<string, readonly KeyOf[]>> = {
  role: [roleKey],
  from: [roleKey],
  to: [roleKey],
  scopes: [(value) => `permission.${value}`],
  kind: [(value) => `keys.kind.${value}`, (value) => `imports.kind.${value}`],
  code: [(value) => `reason.${value}`],
  enforcement: [(value) => `events.enforcement.${value}`],
  status: [choiceKey],
  by: [choiceKey],
  decision: [choiceKey],
  values: [choiceKey],
  outcome: [choiceKey],
  what: [(value) => `exports.what.${value}`],
  changed: [(value) => `auditWord.${value}`],
};

function valueText(name: string, value: unknown, find: Find): string {
  if (typeof value === "boolean") return find(value ? "common.yes" : "common.no", String(value));
  if (Array.isArray(value)) return value.map((item) => valueText(name, item, find)).join(", ");
  if (typeof value === "object" && value !== null) return factLine(auditFacts(value as Detail, find));
  const shown = plainText(value);
  return (VALUE_KEYS[name] ?? []).reduce((text, keyOf) => (text === shown ? find(keyOf(shown), shown) : text), shown);
}

function factLine(facts: readonly (readonly [string, string])[]): string {
  return facts.map(([name, value]) => `${name} ${value}`).join(" · ");
}

/** What an audit entry says besides its action: names and values in the language of the console. */
export function auditFacts(detail: Detail, find: Find): readonly (readonly [string, string])[] {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== "" && value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => [find(`auditWord.${name}`, name), valueText(name, value, find)] as const);
}

/** The same in one line: `角色 运营 · 理由 核对手机号`. */
export function auditDetail(detail: Detail, find: Find): string {
  return factLine(auditFacts(detail, find));
}
