/** What went wrong with flags and experiments, by the code the server answers with. */
export const experimentFaults = {
  "fault.experiment.not_found": "There is no such experiment",
  "fault.experiment.key_taken": "Another experiment has this key",
  "fault.experiment.state_changed": "The state of the experiment does not allow this; reload the page",
  "fault.experiment.locked": "This cannot be changed once the experiment was started",
  "fault.experiment.metrics_invalid": "The metrics are not as an experiment needs them",
  "fault.experiment.plan_missing": "An experiment that is read once needs planned days",
  "fault.experiment.allocation_unfit": "Shares cannot follow the figures of such an experiment",
  "fault.experiment.metric_unfit": "This metric cannot be told of each person of an experiment",
  "fault.experiment.metric_unfit.constant":
    "This metric cannot be told of each person of an experiment: it is a number and nothing that people do; choose another metric",
  "fault.experiment.metric_unfit.no_quantile":
    "This metric cannot be told of each person of an experiment: only a sum or a number of events has quantiles; leave the quantile out",
  "fault.experiment.metric_unfit.previous":
    "This metric cannot be told of each person of an experiment: it asks for the interval before, and an experiment has none; choose another metric",
  "fault.experiment.metric_unfit.not_linear":
    "This metric cannot be told of each person of an experiment: its formula is more than sums of what people do and one quotient of such sums; choose another metric",
  "fault.experiment.metric_unfit.calendar":
    "This metric cannot be told of each person of an experiment: it counts days of the calendar, not what a person does after being exposed; choose another metric",
  "fault.experiment.metric_unfit.cohort":
    "This metric cannot be told of each person of an experiment: it is told of people by the day on which they began, not by their exposure; choose another metric",
  "fault.experiment.metric_unfit.sessions":
    "This metric cannot be told of each person of an experiment: time in sessions cannot be told of the time after an exposure; choose another metric",
  "fault.experiment.metric_unfit.nobody":
    "This metric cannot be told of each person of an experiment: its figures belong to no person; choose another metric",
  "fault.experiment.metric_unfit.event_quantile":
    "This metric cannot be told of each person of an experiment: it is a quantile of events, and events of one person are not independent; choose a sum, and the median or a quantile of it",
  "fault.experiment.metric_unfit.extreme":
    "This metric cannot be told of each person of an experiment: a smallest or largest value has no effect that could be told with an interval; choose another metric",
  "fault.experiment.metric_unfit.other_time":
    "This metric cannot be told of each person of an experiment: it asks what people did in another time than the interval; choose a metric of the interval alone",
  "fault.experiment.metric_unfit.by_day":
    "This metric cannot be told of each person of an experiment: a quantile has no effect by day; add a guardrail that is a mean or a share",
  "fault.experiment.metric_unfit.periods":
    "This metric cannot be told of each person of an experiment: quantiles cannot be added up over periods; choose means or shares",
  "fault.experiment.period_invalid": "The experiment would end before it begins",
  "fault.experiment.variants_invalid": "The variants are not as an experiment needs them",
  "fault.experiment.arms_differ":
    "Flag {{flag}} gives other arms in {{environment}} ({{given}}) than the experiment has variants ({{wanted}}); make them the same",
  "fault.experiment.weights_differ":
    "Flag {{flag}} gives the variants by other weights in {{environment}} ({{given}}) than the experiment says ({{wanted}}); make them the same",
  "fault.experiment.versions_differ":
    "Rules of the experiment have different versions: {{version}} in flag {{flag}}, {{otherVersion}} in flag {{other}}; give them one",
  "fault.experiment.rules_differ":
    "Flags {{flag}} ({{environment}}) and {{other}} ({{otherEnvironment}}) split people differently: give their rules the same order of arms, unit, version and lowest version",
  "fault.experiment.forgets":
    "The shares of a bandit change: flag {{flag}} ({{environment}}) has to remember what it gave. Give its rule the unit person, and switch on that people keep their variant",
  "fault.experiment.in_flags":
    "Rules of {{flags}} name the experiment, and would give its variants at once without it. Switch these rules off first",
  "fault.experiment.change_open": "A change of this experiment waits for approval",
  "fault.experiment.take_hides":
    "In flag {{flag}} ({{environment}}) the rule of experiment {{other}} stands behind this one: nobody would reach it any more. Stop without taking a variant, move the rule to the end, and take the variant then",
  "fault.flag.not_found": "There is no such flag",
  "fault.flag.key_taken": "Another flag has this key",
  "fault.flag.too_many": "There are too many flags",
  "fault.flag.version_changed": "The flag was changed meanwhile",
  "fault.flag.change_open": "Another change of this flag waits for approval",
  "fault.flag.condition_invalid": "A condition is not one that clients can judge",
  "fault.flag.names_people":
    "Whoever has a write key can read rules: name nobody in them by e-mail, phone, id card and the like; ask about a segment instead",
  "fault.flag.no_such_version": "The flag has no such version",
  "fault.flag.no_such_environment": "A flag names an environment that is not there",
  "fault.flag.no_such_prerequisite": "A flag presupposes one that is not there",
  "fault.flag.cycle": "Flags would presuppose each other in a circle",
  "fault.flag.needed": "Another flag presupposes this one",
  "fault.flag.review_needed": "The flag is on where changes are reviewed; have it switched off there first",
  "fault.flag.experiment_running":
    "Experiment {{experiment}} is under way: arms and their order, weights, unit and versions of its rules stay as they are, and its coverage does not shrink where arms are not remembered. Stop it, or make another experiment",
  "fault.flag.coverage_uneven":
    "At a coverage of {{coverage}} % arm {{arm}} would be {{real}} % of those who take part instead of {{said}} %, since arms are whole parts of 10,000 people. From {{enough}} % on it is right",
  "fault.flag.namespace_taken":
    "Flag {{flag}} holds {{from}}–{{to}} of namespace {{namespace}} for experiment {{experiment}}. Free: {{free}}",
  "fault.flag_change.not_found": "There is no such change",
  "fault.flag_change.decided": "The change is decided already",
  "fault.flag_change.own": "Nobody approves their own change",
  "fault.flag_change.not_own": "Somebody else asked for this change",
  "fault.flag_change.person_needed": "What is reviewed is asked for and approved by people, not by keys",
  "fault.flag_environment.not_found": "There is no such environment",
  "fault.flag_environment.in_use": "The environment is in use",
  "fault.flag_environment.too_many": "There are too many environments",
} as const;
