/** More readings of experiments: novelty, and what experiments do to each other. */
export const experimentReadings = {
  "experiments.novelty": "Effect by day since exposure",
  "experiments.novelty.metric": "Metric by day",
  "experiments.novelty.day": "Day {{number}}",
  "experiments.novelty.summary_one": "The effect on {{name}} on the first day since exposure",
  "experiments.novelty.summary_other": "The effect on {{name}} on each of {{count}} days since exposure",
  "experiments.novelty.none": "Nobody has had a whole day since their exposure, or too few people have",
  "experiments.novelty.untold": "This metric cannot be told day by day",
  "experiments.novelty.noTrend":
    "Too few people have had all of the days, or the metric is a quotient: it cannot be told whether the effect fades.",
  "experiments.novelty.trend.fades":
    "The effect of “{{name}}” fades: {{slope}} a day ({{p}}, {{people}} people). Part of the whole effect is that it is new; in the long run it is smaller.",
  "experiments.novelty.trend.grows": "The effect of “{{name}}” grows: {{slope}} a day ({{p}}, {{people}} people).",
  "experiments.novelty.trend.reverses":
    "The effect of “{{name}}” reverses: {{slope}} a day ({{p}}, {{people}} people). What it did on the first day it no longer does on the last.",
  "experiments.novelty.trend.unclear":
    "It cannot be told that the effect of “{{name}}” fades, grows or reverses ({{p}}, {{people}} people).",
  "experiments.novelty.note":
    "Days are 24 hours from each person's own exposure; the intervals of all days hold together, whether effects fade is corrected over all metrics and variants, and what people did before is not taken off.",
  "experiments.download": "Download CSV",
  "experiments.interaction": "With another experiment",
  "experiments.interaction.with": "Other experiment",
  "experiments.interaction.metric": "Metric within the other",
  "experiments.interaction.empty": "Choose an experiment that ran at the same time to see whether its variants change the effect here.",
  "experiments.interaction.alone": "No other experiment ran at the same time",
  "experiments.interaction.dependent":
    "People in both do not have the variants of both as their weights say ({{p}}): this experiment and “{{name}}” change who gets into the other, and whether effects differ cannot be told.",
  "experiments.interaction.call.differs":
    "“{{other}}” changes the effect of “{{name}}” ({{p}}): look at the variants of both together before both are taken.",
  "experiments.interaction.call.unclear": "It cannot be told that “{{other}}” changes the effect of “{{name}}” ({{p}}).",
  "experiments.interaction.note":
    "People who were exposed in both: each row is the effect among those in one variant of the other one; the correction pays for all together.",
} as const;
