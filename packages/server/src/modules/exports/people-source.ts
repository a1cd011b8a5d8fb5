import { listPeople } from "@terrace/contract/api/people";
import { parseInput } from "../../platform/http/input-fault.ts";
import type { ExportSource } from "./export-source.ts";
import { peopleFile, type PeopleFileDeps } from "./people-file.ts";
import { PEOPLE_COLUMNS, peopleColumn } from "./people-table.ts";

const filterSchema = listPeople.query.omit({ limit: true, cursor: true, sort: true, direction: true });

/** People with their ids, traits and tags; the filters are those of the list. */
export function peopleSource(deps: PeopleFileDeps): ExportSource {
  return {
    what: "people",
    permission: "people:read",
    canBeClear: true,
    columns: PEOPLE_COLUMNS,
    filters: Object.keys(filterSchema.shape),
    checkFilters: (filters) => void parseInput(filterSchema, filters, "query"),
    hasColumn: (name) => peopleColumn(name) !== undefined,
    file: (asked, progress) => peopleFile(deps, parseInput(filterSchema, asked.filters, "query"), asked, progress),
  };
}
