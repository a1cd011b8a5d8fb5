/** What can be wrong with a drawn journey, and how to put it right; `{{name}}` stands for one of the fault's values. The console holds the same keys in both languages. */
export const JOURNEY_MENDS = {
  noNodes: "Draw at least one node",
  startUnknown: "Let the entry lead to a node that is there",
  nodeTwice: "Give each node an id of its own: {{node}} is there twice",
  outMissing: "Let the way out {{out}} lead to a node",
  outExtra: "There is no way out {{out}} here: take it away",
  outUnknown: "The way out {{out}} leads to {{to}}, which is not there",
  unreachable: "No way leads here: connect the node or take it away",
  noWayOut: "From here no way leads to an exit: add one",
  loopWithoutWait: "People would go round without end: put a wait into the loop {{nodes}}",
  armsFew: "Give at least {{min}} arms",
  armTwice: "Give each arm a key of its own: {{arm}} is there twice",
  armReserved: "{{arm}} is the name of a way out that is always there: choose another key",
  sharesNotWhole: "The shares make {{sum}} %: let them make 100 %",
  armAsksNothing: "Give the arm a condition: it would take everybody",
  winnerWithoutGoal: "Give the journey a goal: the winner is who reaches it more often",
  waitTooShort: "Wait at least {{min}} minute",
  waitTooLong: "Wait at most {{max}} days",
  nothingSet: "Say what is to be set",
  tagBoth: "{{tag}} is both given and taken: choose one",
  templateMissing: "Choose a template",
  templateUnknown: "Nothing can be sent of the template {{template}}: publish it, or choose another one",
  templateChannel: "The template is for {{channel}}: choose one for the node's channel",
  purposeUnknown: "There is no purpose {{purpose}}: choose one that is there",
  segmentUnknown: "There is no segment {{segment}}: choose one that is there",
  segmentNotLive: "Choose a segment by rule: nobody enters or leaves the others by themselves",
  keyWithoutEvery: "A key asks for every event: with once, people come in once whatever the key",
  reentryOnce: "Who comes in once never comes in again: let re-entry be never, or the entry be every time",
  timeInvalid: "Give a local date and time such as 2026-07-01T09:00",
  cronInvalid: "Give five fields of cron, e.g. 0 9 * * 1 for Mondays at nine",
  zoneUnknown: "Give a time zone such as Asia/Shanghai",
  exitTellsNothing: "Give the exit rule an event or a condition",
  eventReserved: "Names that begin with $ are Terrace's own: choose another name",
  columnNotKept: "Ask for a property: of what brought somebody in nothing else is kept",
  emitsEntry: "{{event}} brings people in again at once, without end: put a wait before the exit, or choose another event",
  notYet: "Terrace cannot carry this out yet: take it away",
  anyEvent: "Name the event: any event would bring everybody in at once",
} as const;
export type JourneyMend = keyof typeof JOURNEY_MENDS;

/** One fault of a definition. `node` is null where it is about the journey itself; `field` is the path in it, or in the node. */
export type JourneyFault = {
  readonly mend: JourneyMend;
  readonly node: string | null;
  readonly field: string;
  readonly values: Readonly<Record<string, string | number>>;
};

/** The mend in English, with its values put in. */
export function mendText({ mend, values }: Pick<JourneyFault, "mend" | "values">): string {
  return JOURNEY_MENDS[mend].replaceAll(/\{\{(\w+)\}\}/g, (all, name: string) => String(values[name] ?? all));
}
