// Building a segment against the query written by hand, live segments under load, and what one person is in: node bench/run.mjs segments [--events 2000000,6000000,20000000] [--times 5] [--people 2000,20000,200000] [--segments 100] [--before 0] [--rates 500,1000,2000,5000] [--seconds 20] [--memberships 5,50,500] [--asked 100,300,1000] [--only build|live|person] [--data <folder>]
import { parseArgs } from "node:util";
import { measureBuild } from "./segments-build.ts";
import { measureLive } from "./segments-live.ts";
import { measurePerson } from "./segments-person.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "2000000,6000000,20000000" },
    times: { type: "string", default: "5" },
    people: { type: "string", default: "2000,20000,200000" },
    segments: { type: "string", default: "100" },
    before: { type: "string", default: "0" },
    rates: { type: "string", default: "500,1000,2000,5000" },
    seconds: { type: "string", default: "20" },
    memberships: { type: "string", default: "5,50,500" },
    asked: { type: "string", default: "100,300,1000" },
    only: { type: "string", default: "" },
    data: { type: "string" },
  },
});

const numbers = (text: string): readonly number[] => text.split(",").map(Number);
const runs = (part: string): boolean => ["", part].includes(values.only);

if (runs("build")) for (const size of numbers(values.events)) await measureBuild({ size, times: Number(values.times), data: values.data });
if (runs("live"))
  for (const people of numbers(values.people))
    await measureLive({
      people,
      segments: Number(values.segments),
      before: Number(values.before),
      rates: numbers(values.rates),
      seconds: Number(values.seconds),
    });
if (runs("person"))
  await measurePerson({ memberships: numbers(values.memberships), rates: numbers(values.asked), seconds: Number(values.seconds) });
