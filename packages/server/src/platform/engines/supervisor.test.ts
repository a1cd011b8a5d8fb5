import { expect, test } from "vitest";
import { superviseEngine, type EngineChild, type EngineExit, type Supervisor } from "./supervisor.ts";

type FakeEngine = Readonly<{ child: EngineChild; die: (exit: EngineExit) => void }>;

function createFakeEngine(pid: number): FakeEngine {
  let die: (exit: EngineExit) => void = () => undefined;
  const exited = new Promise<EngineExit>((resolve) => {
    die = resolve;
  });
  return { child: { pid, exited, stop: async () => die({ code: 0, signal: null }) }, die };
}

/** Supervises engines that a test ends at will; `failures` says which starts (counted from 0) fail. */
async function supervise(
  failures: readonly number[] = [],
): Promise<Readonly<{ supervisor: Supervisor; engines: FakeEngine[]; log: string[]; starts: () => number }>> {
  const engines: FakeEngine[] = [];
  const log: string[] = [];
  const add = (_fields: object, message: string): void => void log.push(message);
  let starts = 0;
  const supervisor = await superviseEngine({
    name: "fake",
    log: { info: add, warn: add, error: add },
    backoffMs: { first: 1, max: 4 },
    start: async () => {
      starts += 1;
      if (failures.includes(starts - 1)) throw new Error("no room");
      const engine = createFakeEngine(starts);
      engines.push(engine);
      return engine.child;
    },
  });
  return { supervisor, engines, log, starts: () => starts };
}

test("an engine that dies is started again and counted", async () => {
  const { supervisor, engines, log } = await supervise();
  expect(supervisor.status()).toMatchObject({ state: "ready", pid: 1, restarts: 0 });
  engines[0]?.die({ code: null, signal: "SIGKILL" });
  await expect.poll(() => supervisor.status()).toMatchObject({ state: "ready", pid: 2, restarts: 1, lastProblem: "ended with SIGKILL" });
  expect(log).toEqual(["engine is down", "engine restarted"]);
  await supervisor.stop();
});

test("a start that fails is tried again until it succeeds", async () => {
  const { supervisor, engines } = await supervise([1, 2, 3]);
  engines[0]?.die({ code: 1, signal: null });
  await expect
    .poll(() => supervisor.status())
    .toMatchObject({ state: "ready", pid: 5, restarts: 4, lastProblem: "did not start: no room" });
  await supervisor.stop();
});

test("the first start's failure is the caller's", async () => {
  await expect(supervise([0])).rejects.toThrow("no room");
});

test("whoever waits is let go when the engine is back", async () => {
  const { supervisor, engines } = await supervise([1]);
  engines[0]?.die({ code: 1, signal: null });
  await expect.poll(() => supervisor.status().state).not.toBe("starting");
  await supervisor.whenReady();
  expect(supervisor.status().state).toBe("ready");
  await supervisor.stop();
});

test("a stopped engine stays stopped, and its waiters are told", async () => {
  const { supervisor, engines, starts } = await supervise();
  await supervisor.stop();
  expect(supervisor.status()).toMatchObject({ state: "stopped" });
  await expect(supervisor.whenReady()).rejects.toThrow("fake is stopped");
  engines[0]?.die({ code: 0, signal: null });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(starts()).toBe(1);
});
