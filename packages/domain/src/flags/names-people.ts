import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { createDetector, type PersonalScope } from "../personal/detect.ts";
import { holdsPersonal } from "../personal/redact-text.ts";
import { isOperators } from "./attribute-condition.ts";
import type { FlagDefinition, FlagRule } from "./flag.ts";

/** Where a definition says who somebody is. */
export type NamedPeople = { readonly path: string; readonly what: "attribute" | "value" };

const DETECTOR = createDetector({ isMarked: () => false, traits: false }, () => "~");
/** In a context a plain name is that of whoever it is about, as in traits. */
const OWN = createDetector({ isMarked: () => false, traits: true }, () => "~");
/** They ask whether something is there and of which type, and tell nothing of it. */
const TELL_NOTHING: readonly string[] = ["$exists", "$type", "$size"];

/**
 * The first place of a definition that compares what is personal by its name (e-mail, phone, id card, name, address, IP, openid, unionid) with a value, or that holds a value that
 * looks so: definitions go to whoever holds a write key, and to operators who may see no personal values. Undefined when nobody is named.
 */
export function namedPeople({ environments }: FlagDefinition): NamedPeople | undefined {
  for (const [environment, { rules }] of Object.entries(environments))
    for (const [place, rule] of rules.entries()) {
      const found = namedInRule(rule);
      if (found !== undefined) return { ...found, path: `environments.${environment}.rules[${place}].${found.path}` };
    }
  return undefined;
}

/**
 * A rule as clients may read it: none where its condition names people, and without testers whose ids say who they are. Saving refuses both; what was saved before
 * that stays as it is, and is not handed out.
 */
export function handedOut<R extends FlagRule>(rule: R): readonly R[] {
  if (namedInCondition(rule.condition, "condition", "none") !== undefined) return [];
  if (rule.kind !== "experiment") return [rule];
  return [{ ...rule, named: rule.named.map((arm) => ({ ...arm, ids: arm.ids.filter((id) => !holdsPersonal(id)) })) }];
}

function namedInRule(rule: FlagRule): NamedPeople | undefined {
  const found = namedInCondition(rule.condition, "condition", "none");
  if (found !== undefined || rule.kind !== "experiment") return found;
  const at = rule.named.findIndex(({ ids }) => ids.some((id) => holdsPersonal(id)));
  return at < 0 ? undefined : { path: `named[${at}].ids`, what: "value" };
}

function namedInCondition(condition: JsonObject, path: string, above: PersonalScope): NamedPeople | undefined {
  for (const [key, asked] of Object.entries(condition)) {
    const here = `${path}.${key}`;
    if (!key.startsWith("$") && DETECTOR.key(key) !== key) return { path, what: "value" };
    const found = key.startsWith("$") ? namedInParts(asked, here, above) : namedInAsked(asked, here, { key, scope: scopeOf(key, above) });
    if (found !== undefined) return found;
  }
  return undefined;
}

function namedInParts(asked: Json, path: string, above: PersonalScope): NamedPeople | undefined {
  const parts: readonly Json[] = Array.isArray(asked) ? asked : [asked];
  for (const [at, part] of parts.entries()) {
    const found = isJsonObject(part) ? namedInCondition(part, Array.isArray(asked) ? `${path}[${at}]` : path, above) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Ids that a platform gave of a person: not read out of a name, but theirs all the same. */
const PLATFORM_IDS: readonly string[] = ["openid", "unionid"];

function isPlatformId(path: string): boolean {
  const last = path.split(".").at(-1) ?? "";
  return PLATFORM_IDS.includes(last.replaceAll(/[_-]/g, "").toLowerCase());
}

type Attribute = { readonly key: string; readonly scope: PersonalScope };

function namedInAsked(asked: Json, path: string, attribute: Attribute): NamedPeople | undefined {
  if (Array.isArray(asked)) return firstOf(asked, (part: Json) => namedInAsked(part, path, attribute));
  if (!isJsonObject(asked))
    return namedByValue(asked, attribute)
      ? { path, what: attribute.scope === "none" && !isPlatformId(attribute.key) ? "value" : "attribute" }
      : undefined;
  if (!isOperators(asked)) return namedInCondition(asked, path, attribute.scope);
  return firstOf(Object.entries(asked), ([operator, operand]) => {
    if (TELL_NOTHING.includes(operator)) return undefined;
    const here = `${path}.${operator}`;
    return operator === "$elemMatch" && isJsonObject(operand) && !isOperators(operand)
      ? namedInCondition(operand, here, attribute.scope)
      : namedInAsked(operand, here, attribute);
  });
}

function namedByValue(value: Json, { key, scope }: Attribute): boolean {
  if (typeof value !== "string" && typeof value !== "number") return false;
  if (scope !== "none" || isPlatformId(key)) return true;
  if (typeof value === "number") return DETECTOR.number(value, scope, key) !== value;
  // A pattern writes an address with its signs escaped.
  return holdsPersonal(value) || holdsPersonal(value.replaceAll(/[\\^$[\]()]/g, ""));
}

/** By each part of a path with dots: the city of an address is nobody's. */
function scopeOf(path: string, above: PersonalScope): PersonalScope {
  const [only, ...more] = path.split(".");
  if (only !== undefined && more.length === 0 && above === "none") return OWN.scopeOf(only, above, true);
  return path.split(".").reduce<PersonalScope>((scope, part) => DETECTOR.scopeOf(part, scope, false), above);
}

function firstOf<T>(items: readonly T[], found: (item: T) => NamedPeople | undefined): NamedPeople | undefined {
  for (const item of items) {
    const one = found(item);
    if (one !== undefined) return one;
  }
  return undefined;
}
