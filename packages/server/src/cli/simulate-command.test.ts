import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { runSimulateCommand } from "./simulate-command.ts";

async function run(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  let out = "";
  let err = "";
  const code = await runSimulateCommand(argv, {
    env,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}

describe("terrace simulate", () => {
  test("prints what is planted, the same for the same numbers", async () => {
    const call = ["--manifest", "--people", "120", "--days", "20", "--seed", "5", "--end", "2026-11-22T12:00:00+08:00"];
    const first = await run(call);
    expect(first.code).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({
      simulated: true,
      people: 120,
      from: "2026-11-03",
      to: "2026-11-22",
      truths: { outage: {} },
    });
    expect((await run(call)).out).toBe(first.out);
  });

  test.each([
    [["--people", "many"], "--people"],
    [["--people", "3"], "--people"],
    [["--days", "2"], "--days"],
    [["--speed", "0"], "--speed"],
    [["--manifest", "--end", "yesterday"], "--end"],
    [["--colour"], "--colour"],
  ])("refuses %j and names what is wrong", async (argv, named) => {
    const { code, err } = await run(argv);
    expect(code).toBe(2);
    expect(err).toContain(named);
  });

  test("says where nobody answers", async () => {
    const { code, err } = await run(["--key", "ts_x", "--url", "http://127.0.0.1:9"]);
    expect(code).toBe(1);
    expect(err).toContain("http://127.0.0.1:9");
  });

  test("passes on why Terrace refused", async () => {
    const server = createServer((_request, answer) => {
      answer.writeHead(409, { "content-type": "application/json" });
      answer.end(JSON.stringify({ error: { code: "simulation.exists", message: "taken", mend: "choose another name" } }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, err } = await run(["--key", "ts_x", "--url", `http://127.0.0.1:${port}`]);
    server.close();
    expect(code).toBe(1);
    expect(err).toContain("simulation.exists");
    expect(err).toContain("choose another name");
  });
});
