import { makeEngineTemplate } from "@terrace/testkit/engine-template";

/** Prepares the engines' data that every test file of a run starts from. */
export async function setup(): Promise<() => Promise<void>> {
  return makeEngineTemplate();
}
