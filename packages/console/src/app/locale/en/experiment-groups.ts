/** Results of an experiment by groups of people. */
export const experimentGroups = {
  "experiments.groups": "Results by group",
  "experiments.groups.metric": "Metric by group",
  "experiments.groups.by": "Told apart by",
  "experiments.groups.empty": "Choose a trait, segments or a property of the exposure to see for whom the effect is larger.",
  "experiments.groups.nobody": "Nobody who was exposed has it",
  "experiments.groups.splitOff": "Split is off",
  "experiments.groups.corrected_one":
    "{{groups}} groups make {{count}} comparison; guardrails are told without a correction ({{correction}}).",
  "experiments.groups.corrected_other":
    "{{groups}} groups with all primary and secondary metrics and variants make {{count}} comparisons: the more are looked at, the more often chance alone looks like an effect, so all pay together ({{correction}}) and intervals are wider. Guardrails are told without it.",
  "experiments.groups.believed":
    "What is believed is not corrected: the more groups are looked at, the more likely one looks better by chance alone.",
  "experiments.groups.interaction.differs": "The effect of “{{name}}” differs between groups ({{p}}): look at them one by one.",
  "experiments.groups.interaction.unclear":
    "It cannot be told that the effect of “{{name}}” differs between groups ({{p}}): the effect of all is the best guess for each.",
  "experiments.groups.asOfNow":
    "Traits and segments are as they are now: a variant that changes them moves people between groups, and the groups then differ by who is in them.",
  "experiments.groups.offNotCompared": "The split of a group is off: whether the effect differs between groups cannot be told.",
  "experiments.groups.leftOut_one": "{{count}} group has fewer than {{least}} people in a variant and is not compared.",
  "experiments.groups.leftOut_other": "{{count}} groups have fewer than {{least}} people in a variant and are not compared.",
  "experiments.deviation": "standard deviation {{value}}",
  "experiments.since": "since {{day}}",
  "experiments.ranDays_one": "{{count}} day",
  "experiments.ranDays_other": "{{count}} days",
  "experiments.decidedFor": "“{{name}}” is taken",
  "experiments.group": "Group",
} as const;
