import jsonata from "jsonata";
import { parentPort } from "node:worker_threads";

/** A question to the thread, and its answer: the value as JSON text, or what is wrong with the expression. */
export type Asked = { readonly id: number; readonly expression: string; readonly input: string };
export type Answered = { readonly id: number } & ({ readonly value: string } | { readonly problem: string });

const COMPILED_MAX = 100;
const compiled = new Map<string, jsonata.Expression>();

function compile(expression: string): jsonata.Expression {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  const made = jsonata(expression);
  compiled.set(expression, made);
  return made;
}

async function answer({ id, expression, input }: Asked): Promise<Answered> {
  try {
    const value: unknown = await compile(expression).evaluate(JSON.parse(input));
    return { id, value: JSON.stringify(value ?? null) };
  } catch (error) {
    return { id, problem: problemOf(error) };
  }
}

/** JSONata throws plain objects with a message and a place. */
function problemOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("message" in error)) return String(error);
  const place = "position" in error && typeof error.position === "number" ? ` (at character ${error.position})` : "";
  return `${String(error.message)}${place}`;
}

const port = parentPort;
if (port === null) throw new Error("expressions are evaluated in a thread only");
port.on("message", (asked: Asked) => void answer(asked).then((answered) => port.postMessage(answered)));
