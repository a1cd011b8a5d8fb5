import { BANDIT_EXPLORATION, BANDIT_HOURS, BANDIT_PEOPLE } from "@terrace/domain/experiments/bandit";
import { z } from "zod";

/** How people are shared out among the variants. */
export const allocationSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("fixed") }).describe("As the flag's rule says, all the time"),
    z
      .strictObject({
        kind: z.literal("bandit"),
        exploration: z
          .number()
          .min(BANDIT_EXPLORATION.min)
          .max(BANDIT_EXPLORATION.max)
          .default(BANDIT_EXPLORATION.usual)
          .describe("The share of people who are given all variants evenly, whatever is known"),
        everyHours: z
          .number()
          .int()
          .min(BANDIT_HOURS.min)
          .max(BANDIT_HOURS.max)
          .default(BANDIT_HOURS.usual)
          .describe("After how many hours shares are reckoned anew"),
        unitsMin: z
          .number()
          .int()
          .min(BANDIT_PEOPLE.min)
          .max(BANDIT_PEOPLE.max)
          .default(BANDIT_PEOPLE.usual)
          .describe("People who count that every variant has before any is preferred"),
      })
      .describe("More people to the variant that is likely to be best, by the one primary metric: a share or a mean. Read sequentially"),
  ])
  .default({ kind: "fixed" });
