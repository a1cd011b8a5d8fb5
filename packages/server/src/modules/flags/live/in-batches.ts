/** Answers many questions by few: those that come while one batch is asked wait for the next, which takes all of them. */
export function inBatches<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<readonly Answer[]>,
  countMax: number,
): (question: Question) => Promise<Answer> {
  type Waiting = { readonly question: Question; readonly resolve: (answer: Answer) => void; readonly reject: (error: unknown) => void };
  let waiting: Waiting[] = [];
  let asking = false;
  const run = async (): Promise<void> => {
    asking = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, countMax);
      waiting = waiting.slice(countMax);
      try {
        const answers = await ask(batch.map(({ question }) => question));
        for (const [place, { resolve, reject }] of batch.entries()) {
          const answer = answers[place];
          if (answer === undefined) reject(new Error("a question of a batch was not answered"));
          else resolve(answer);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    asking = false;
  };
  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      // After all that came with the same turn of the event loop.
      if (!asking && waiting.length === 1) setImmediate(() => void run());
    });
}
