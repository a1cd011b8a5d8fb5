import { getEventDefinition } from "@terrace/contract/api/events";
import { listClassification } from "@terrace/contract/api/privacy";
import type { TraitType } from "@terrace/domain/computed/definition";
import { EMPTY_CONTEXT, type EventContext } from "@terrace/domain/event/feed-event";
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import type { CallAnswer } from "../../app/api/client.ts";
import { callRoute } from "../../app/api/client.ts";
import { useCall } from "../../app/api/use-call.ts";
import { useLanguage, useText } from "../../app/i18n.ts";
import { useWorkspaceParams } from "../../app/workspace/workspace-context.ts";
import { useClassTraits, type ClassTrait } from "../classes/use-class-traits.ts";
import { useEventNames } from "../events/use-event-names.ts";
import { useComputedTraits } from "../computed/use-trait-names.ts";
import { traitName } from "../person/trait-name.ts";

export type FieldKind = "property" | "column" | "trait";
export type FieldOption = {
  readonly kind: FieldKind;
  readonly name: string;
  readonly label: string;
  /** What its values are as far as is known. */
  readonly type: "number" | "text" | "boolean" | "unknown";
  readonly personal: boolean;
  /** The values there can be, where they are known: its schema names them, or its class. */
  readonly values: readonly string[];
  /** What people call values that have names. */
  readonly valueNames?: ReadonlyMap<string, string>;
};

/** The context columns that can be asked about. */
// The keys of a value of a closed type are the keys of the type.
export const COLUMNS = Object.keys(EMPTY_CONTEXT) as readonly (keyof EventContext)[];
/** Definitions asked for the properties of several events at once. */
const EVENTS_MAX = 6;
const STALE_MS = 300_000;

/** What a condition or a breakdown can look at: properties of the events in question (of all where they are any), columns, traits. */
export function useFieldOptions(events: readonly (string | null)[], kinds: readonly FieldKind[]): readonly FieldOption[] {
  const text = useText();
  const params = useWorkspaceParams();
  const language = useLanguage();
  const computed = useComputedTraits();
  const classes = useClassTraits();
  const all = useCall(listClassification, { params }, { staleMs: STALE_MS }).data;
  const named = [...new Set(events.filter((name) => name !== null))].slice(0, EVENTS_MAX);
  const whole = named.length === 0 || named.length < new Set(events).size;
  const known = useEventNames();
  // An event that never came has no definition, which can be said where all of them are known.
  const asked = whole || !known.ready ? [] : named.filter((name) => !known.isWhole || known.definitions.some((one) => one.name === name));
  const definitions = useQueries({
    queries: asked.map((name) => ({
      queryKey: [getEventDefinition.id, params, name],
      queryFn: () => callRoute(getEventDefinition, { params: { ...params, name } }),
      staleTime: STALE_MS,
      // A name that is in no definition has no properties to offer.
      retry: false,
    })),
    combine: (results) => results.map(({ data }) => data),
  });
  return useMemo(() => {
    const seen = all?.items ?? [];
    const properties = new Map(
      (whole ? seen : []).filter(({ scope }) => scope === "property").map((each) => [each.name, seenOption(each)]),
    );
    for (const option of definitions.flatMap(definedOptions)) properties.set(option.name, option);
    const byKind: Readonly<Record<FieldKind, readonly FieldOption[]>> = {
      property: [...properties.values()],
      column: COLUMNS.map((name) => ({ ...UNKNOWN, kind: "column", name, label: text(`condition.column.${name}`), type: "text" })),
      trait: [
        ...computed.map(({ trait, name, type }) => computedOption(trait, language === "en" ? name.en : name.zh, type)),
        ...classes.map(classOption),
        ...seen.filter(({ scope, name }) => scope === "trait" && !classes.some(({ trait }) => trait === name)).map(seenOption),
      ],
    };
    return kinds.flatMap((kind) => byKind[kind]);
  }, [definitions, all, whole, kinds, text, language, computed, classes]);
}

const UNKNOWN = { type: "unknown", personal: false, values: [] } as const;

/** A trait that Terrace reckons: its name and type are known. */
function computedOption(trait: string, label: string, type: TraitType): FieldOption {
  return { ...UNKNOWN, kind: "trait", name: trait, label, type: type === "number" || type === "text" ? type : "unknown" };
}

/** The trait of a class, which holds one of its values. */
function classOption({ trait, values }: ClassTrait): FieldOption {
  return { ...UNKNOWN, kind: "trait", name: trait, label: traitName(trait), type: "text", values: [...values.keys()], valueNames: values };
}

/** A property or trait of which only the name is known. */
function seenOption({
  scope,
  name,
  hidden,
}: {
  readonly scope: "property" | "trait";
  readonly name: string;
  readonly hidden: boolean;
}): FieldOption {
  return { ...UNKNOWN, kind: scope, name, label: scope === "trait" ? traitName(name) : name, personal: hidden };
}

/** The properties of an event as its definition has them. */
function definedOptions(definition: CallAnswer<typeof getEventDefinition> | undefined): readonly FieldOption[] {
  return (definition?.properties ?? []).map(({ name, types, personal }) => ({
    kind: "property",
    name,
    label: name,
    type: typeOf(types),
    personal,
    values: definition?.schema?.properties[name]?.oneOf ?? [],
  }));
}

function typeOf(types: readonly string[]): FieldOption["type"] {
  const [only, ...others] = types.filter((type) => type !== "null");
  if (only === undefined || others.length > 0) return "unknown";
  if (only === "number" || only === "boolean") return only;
  return only === "string" ? "text" : "unknown";
}
