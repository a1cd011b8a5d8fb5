// Building a segment against the query written by hand, and live segments under load: node bench/run.mjs segments [--events 2000000,6000000,20000000] [--times 5] [--people 2000,20000,200000] [--segments 100] [--rates 500,1000,2000,5000] [--seconds 20] [--only build|live] [--data <folder>]
import { parseArgs } from "node:util";
import { measureBuild } from "./segments-build.ts";
import { measureLive } from "./segments-live.ts";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "2000000,6000000,20000000" },
    times: { type: "string", default: "5" },
    people: { type: "string", default: "2000,20000,200000" },
    segments: { type: "string", default: "100" },
    rates: { type: "string", default: "500,1000,2000,5000" },
    seconds: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    data: { type: "string" },
  },
});

if (values.only !== "live")
  for (const size of values.events.split(",").map(Number)) await measureBuild({ size, times: Number(values.times), data: values.data });
if (values.only !== "build")
  for (const people of values.people.split(",").map(Number))
    await measureLive({
      people,
      segments: Number(values.segments),
      rates: values.rates.split(",").map(Number),
      seconds: Number(values.seconds),
    });
