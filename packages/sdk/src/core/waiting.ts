/** Texts in the order they came, within limits; what is held is being sent and is not dropped. */
export type Waiting = {
  /** Adds one and drops the oldest that no longer fit; answers how many. */
  readonly add: (text: string) => number;
  /** The oldest that fit, at least one. */
  readonly peek: (countMax: number, lengthMax: number) => readonly string[];
  readonly hold: (count: number) => void;
  /** Ends a hold; `remove` = what was held leaves. */
  readonly release: (remove: boolean) => void;
  readonly all: () => readonly string[];
  readonly clear: () => void;
};

export type WaitingLimits = { readonly countMax: number; readonly lengthMax: number };

/** An empty list. */
export function createWaiting(limits: WaitingLimits): Waiting {
  let texts: string[] = [];
  let length = 0;
  let held = 0;
  const remove = (from: number, count: number): void => {
    for (const text of texts.splice(from, count)) length -= text.length;
  };
  return {
    add: (text) => {
      texts.push(text);
      length += text.length;
      let dropped = 0;
      for (; (texts.length > limits.countMax || length > limits.lengthMax) && texts.length > held + 1; dropped += 1) remove(held, 1);
      return dropped;
    },
    peek: (countMax, lengthMax) => {
      let room = lengthMax;
      const end = texts.findIndex((text, index) => {
        room -= text.length;
        return index > 0 && (index >= countMax || room < 0);
      });
      return texts.slice(0, end < 0 ? texts.length : end);
    },
    hold: (count) => {
      held = count;
    },
    release: (leave) => {
      if (leave) remove(0, held);
      held = 0;
    },
    all: () => texts,
    clear: () => {
      texts = [];
      length = held = 0;
    },
  };
}
