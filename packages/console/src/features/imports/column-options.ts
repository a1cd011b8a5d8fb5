import { CHANNELS } from "@terrace/domain/consent/purposes";
import { FIGURE_FIELDS, ITEM_FIELDS, ORDER_FIELDS, parseUse, VALUE_TYPES } from "@terrace/domain/imports/column-use";
import type { ValueType } from "@terrace/domain/imports/column-use";
import type { PlanKind } from "@terrace/domain/imports/import-plan";
import { IDENTITY_KINDS } from "@terrace/domain/identity/identity-kinds";
import type { Text } from "../../app/i18n.ts";

export type UseOption = { readonly value: string; readonly label: string };
export type UseGroup = { readonly label: string; readonly options: readonly UseOption[] };

/** What the columns of a file of a kind may stand for, in groups. A value that is kept under a name stands in them without it. */
export function choiceGroups(kind: PlanKind, text: Text, purposes: readonly NamedPurpose[]): readonly UseGroup[] {
  const general = ["skip", "time", ...(kind === "orders" ? ["else_time"] : []), ...(kind === "events" ? ["event"] : [])];
  const groups: readonly UseGroup[] = [
    { label: text("imports.group.general"), options: general.map((value) => ({ value, label: text(`imports.use.${value as "skip"}`) })) },
    ...(kind === "channels"
      ? []
      : [
          {
            label: text("imports.group.id"),
            options: IDENTITY_KINDS.map((one) => ({ value: `id:${one}`, label: text(`identity.${one}`) })),
          },
        ]),
    ...fieldGroups(kind, text),
    ...(kind === "channels" ? [] : [consentGroup(text, purposes)]),
  ];
  return groups;
}

/** A purpose with its name in the language of the console. */
export type NamedPurpose = { readonly key: string; readonly name: string };

/** What people may have agreed to: each purpose by any channel, and by one. */
function consentGroup(text: Text, purposes: readonly NamedPurpose[]): UseGroup {
  const options = purposes.flatMap(({ key, name }) => [
    { value: `consent:${key}`, label: text("imports.use.consent", { purpose: name }) },
    ...CHANNELS.map((channel) => ({
      value: `consent:${key}:${channel}`,
      label: text("imports.use.consentBy", { purpose: name, channel: text(`consent.channel.${channel}`) }),
    })),
  ]);
  const about = ["consent_time", "consent_version"] as const;
  return {
    label: text("imports.group.consent"),
    options: [...options, ...about.map((value) => ({ value, label: text(`imports.use.${value}`) }))],
  };
}

function fieldGroups(kind: PlanKind, text: Text): readonly UseGroup[] {
  const kept = (as: "trait" | "property"): UseOption => ({ value: as, label: text(`imports.use.${as}`) });
  switch (kind) {
    case "people":
      return [{ label: text("imports.group.kept"), options: [kept("trait")] }];
    case "events":
      return [{ label: text("imports.group.kept"), options: [kept("property"), kept("trait")] }];
    case "channels":
      return [
        {
          label: text("imports.group.figure"),
          options: FIGURE_FIELDS.map((one) => ({ value: `figure:${one}`, label: text(`imports.figure.${one}`) })),
        },
      ];
    case "orders":
      return [
        {
          label: text("imports.group.order"),
          options: ORDER_FIELDS.map((one) => ({ value: `order:${one}`, label: text(`imports.order.${one}`) })),
        },
        {
          label: text("imports.group.item"),
          options: ITEM_FIELDS.map((one) => ({ value: `item:${one}`, label: text(`imports.item.${one}`) })),
        },
        { label: text("imports.group.kept"), options: [kept("property"), kept("trait")] },
      ];
  }
}

/** The entry of the choices that a use in short form stands under. */
export function choiceOf(use: string): string {
  const parsed = parseUse(use);
  return parsed?.as === "trait" || parsed?.as === "property" ? parsed.as : use;
}

/** The use that choosing an entry comes to; what is kept under a name gets that of the column until another is typed. */
export function chosenUse(choice: string, column: string, type: string): string {
  if (choice !== "trait" && choice !== "property") return choice;
  return `${choice}:${valueType(type)}:${column.slice(0, 100)}`;
}

/** The same use with another name or type. */
export function renamed(use: string, change: { readonly name?: string; readonly type?: ValueType }): string {
  const parsed = parseUse(use);
  if (parsed?.as !== "trait" && parsed?.as !== "property") return use;
  return `${parsed.as}:${change.type ?? parsed.type}:${change.name ?? parsed.name}`;
}

/** The type of a value by what was seen in its cells. */
export function valueType(type: string): ValueType {
  return VALUE_TYPES.find((one) => one === type) ?? "string";
}
