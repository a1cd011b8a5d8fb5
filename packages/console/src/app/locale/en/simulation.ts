export const simulation = {
  "simulation.what": "This is simulated data: a made-up tea chain; neither its people nor its orders are real.",
  "simulation.filling": "Making the past {{days}} days of {{people}} people",
  "simulation.progress": "How far it is made",
  "simulation.live": "Its people are acting in real time; new events keep coming in.",
  "simulation.liveFast": "Its people are acting {{speed}} times as fast as real time.",
  "simulation.still": "It stands still; no new events.",
  "simulation.stop": "Stop it",
  "simulation.start": "Let it live",
  "start.other.sample": "{{name}} holds a real sample: orders of a British web shop, 2010 to 2011",
  "start.other.simulated": "{{name}} holds simulated data: half a year of people, events and orders of a made-up tea chain",
  "start.others": "Other workspaces",
} as const;
