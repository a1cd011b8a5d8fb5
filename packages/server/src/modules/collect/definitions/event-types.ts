import { knownEvent } from "@terrace/domain/event/known-events";
import { typesOfBits } from "@terrace/domain/event-schema/property-types";
import { writeEventTypes } from "@terrace/domain/event-schema/typescript-events";
import type { Db } from "../../../platform/storage/postgres.ts";
import { DEFINITIONS_MAX } from "./definition-cache.ts";
import { loadActiveDefinitions, loadSeenProperties } from "./event-types.views.ts";

/** The types of a workspace's events as a TypeScript file, and how many events it names. */
export async function describeEventTypes(db: Db, workspaceId: number): Promise<{ readonly typescript: string; readonly events: number }> {
  const definitions = await loadActiveDefinitions(db, workspaceId, DEFINITIONS_MAX);
  const seen = Map.groupBy(await loadSeenProperties(db, workspaceId), ({ event }) => event);
  const shapes = definitions.map(({ name, nameZh, nameEn, description, schema }) => {
    const known = knownEvent(name);
    const titles = [nameZh || known?.zh, nameEn || known?.en, description].filter((title) => title !== undefined && title !== "");
    return {
      name,
      title: titles.join(" · "),
      schema,
      seen: (seen.get(name) ?? []).map((property) => ({ name: property.name, types: typesOfBits(property.bits) })),
    };
  });
  return { typescript: writeEventTypes(shapes), events: shapes.filter(({ name }) => !name.startsWith("$")).length };
}
