import { expect, test } from "vitest";
import { ConfigError, readStartConfig } from "./config.ts";

test("flags win over the environment, the environment over defaults", () => {
  expect(readStartConfig(["--port", "0", "--empty"], { TERRACE_PORT: "8080", TERRACE_DATA: "/srv/t", TERRACE_HOST: "" })).toMatchObject({
    port: 0,
    empty: true,
    data: "/srv/t",
    host: "127.0.0.1",
  });
});

test.each([
  [["--port", "abc"], {}, '--port takes a whole number from 0 to 65535; 0 takes any free port; "abc" is not that'],
  [["--port", ""], {}, '--port takes a whole number from 0 to 65535; 0 takes any free port; "" is not that'],
  [["--port", "65536"], { TERRACE_PORT: "1" }, "--port takes"],
  [[], { TERRACE_PORT: "1e3" }, 'TERRACE_PORT takes a whole number from 0 to 65535; 0 takes any free port; "1e3" is not that'],
  [["--role", "boss"], {}, '--role takes all, api or worker; "boss" is not that'],
  [["--data", ""], {}, "--data takes the name of a folder"],
  [[], { TERRACE_EMPTY: "maybe" }, 'TERRACE_EMPTY takes true or false; "maybe" is not that'],
  [["--colour", "red"], {}, "--colour"],
])("%j with %j is refused by the name that was used", (argv, environment, message) => {
  expect(() => readStartConfig(argv, environment)).toThrow(ConfigError);
  expect(() => readStartConfig(argv, environment)).toThrow(message);
});

test("a secret that makes no sense is not printed", () => {
  const owner = "ann@example.test:short";
  expect(() => readStartConfig([], { TERRACE_INIT_OWNER: owner })).toThrow(/^TERRACE_INIT_OWNER: must be email:password/);
  expect(() => readStartConfig([], { TERRACE_INIT_OWNER: owner })).not.toThrow(owner);
});
