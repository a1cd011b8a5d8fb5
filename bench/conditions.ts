// Conditions on what people did, against the best query written by hand for the same people: node bench/run.mjs conditions --events 2000000,20000000 [--times 5] [--data <folder to keep the events in>] [--only 'five|after']
import { AGAINST_HAND_HEAD, againstHand, newNoted, requireSame, timed } from "./against-hand.ts";
import { readPersonCondition } from "@terrace/domain/conditions/read-condition";
import { ch, type Warehouse } from "@terrace/server/platform/storage/clickhouse";
import { peopleMeetingSql } from "@terrace/server/platform/storage/condition-sql";
import { parseArgs } from "node:util";
import { CONDITION_CASES, type ConditionCase } from "./condition-cases.ts";
import { NOW_MS, WORKSPACE, ZONE } from "./insight-fill.ts";
import { withFilledEngines } from "./filled-engines.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "2000000,20000000" },
    times: { type: "string", default: "5" },
    data: { type: "string" },
    only: { type: "string", default: "" },
  },
});

for (const size of values.events.split(",").map(Number)) await measureSize(size);

async function measureSize(size: number): Promise<void> {
  await withFilledEngines({ size, data: values.data, name: "conditions" }, async ({ warehouse }) => {
    console.log(`\n## ${size} events\n\n| condition | people | ${AGAINST_HAND_HEAD} |\n|---|---|---|---|---|---|---|---|`);
    for (const each of CONDITION_CASES)
      if (values.only.split("|").some((part) => each.name.includes(part))) console.log(await compare(each, warehouse));
  });
}

/** Both in turn, so that a busy machine is busy for both; the best of each counts. Both have to find as many people. */
async function compare({ name, condition, hand }: ConditionCase, warehouse: Warehouse): Promise<string> {
  const read = readPersonCondition(condition, "condition");
  if (!read.ok) throw new Error(`${name}: ${read.fault.field} ${read.fault.mend}`);
  const tools = { workspaceId: WORKSPACE, virtuals: [], tokenise: () => "", nowMs: NOW_MS, zone: ZONE };
  const statement = ch`select count() as people from (${peopleMeetingSql(read.value, tools)})`;
  const [own, byHand] = [newNoted(), newNoted()];
  let people = 0;
  for (let time = 0; time < Number(values.times); time += 1) {
    const mine = await timed(own, () => warehouse.rows<{ people: number }>(WORKSPACE, "bench", statement));
    const theirs = await timed(byHand, async () =>
      (await warehouse.client.query({ query: `select count() as people from (${hand})`, format: "JSONEachRow" })).json<{
        people: number;
      }>(),
    );
    people = mine[0]?.people ?? -1;
    requireSame(name, people, theirs[0]?.people);
  }
  return `| ${name} | ${people} | ${againstHand(own, byHand)} |`;
}
