import { contracts, openAccess, type AccessBench, type Client } from "@terrace/testkit/access-bench";
import { ROLE_PERMISSIONS } from "@terrace/domain/access/permissions";
import type { RoleKey } from "@terrace/domain/access/roles";
import { TOTP, URI } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const PASSWORD = "a long enough password";

let bench: AccessBench;
let owner: Client;

beforeAll(async () => {
  bench = await openAccess();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  owner = await bench.owner();
});

const path = (rest: string, workspace: number | string = bench.workspaceId): string => `/api/workspaces/${workspace}${rest}`;

async function makeRole(by: Client, body: object): Promise<RoleKey> {
  return (await by.ok<{ key: RoleKey }>("POST", path("/roles"), body)).key;
}

describe("roles of a workspace", () => {
  test("give what they name, change at once, and hide fields", async () => {
    const key = await makeRole(owner, {
      name: "店长",
      permissions: ["people:read", "audit:read"],
      fields: { classes: { phone: "hidden" } },
    });
    const member = await bench.member(owner, key);
    expect((await member.ok<{ workspaces: object[] }>("GET", "/api/session")).workspaces).toMatchObject([
      { role: key, roleName: "店长", permissions: ["people:read", "audit:read"] },
    ]);
    expect((await member.call("GET", path("/audit"))).statusCode).toBe(200);
    expect(await member.code("GET", path("/keys"))).toBe("role.not_allowed");
    await member.call("GET", path("/people"));
    expect(bench.lastFields()?.ofClass("phone")).toBe("hidden");
    await owner.ok("PUT", path(`/roles/${key}`), { name: "店长", permissions: ["people:read"], fields: {} });
    expect(await member.code("GET", path("/audit"))).toBe("role.not_allowed");
    expect(
      (
        await bench.access.fieldView(bench.workspaceId, {
          kind: "operator",
          operatorId: member.operatorId,
          email: "",
          role: key,
          sessionId: "",
        })
      ).ofClass("phone"),
    ).toBe("masked");
  });

  test("cannot be made, given, changed or reached beyond what one holds oneself", async () => {
    const hr = await makeRole(owner, {
      name: "人事",
      permissions: ["members:manage", "people:read", "events:read"],
      fields: { classes: { phone: "hidden" } },
    });
    const hrMember = await bench.member(owner, hr);
    const analyst = await bench.member(owner, "analyst");
    const ask = (permissions: readonly string[], fields: object = { classes: { phone: "hidden" } }) =>
      hrMember.code("POST", path("/roles"), { name: "x", permissions, fields });
    expect(await ask(["keys:manage"])).toBe("role.beyond_own");
    expect(await ask(["people:read"], {})).toBe("role.beyond_own");
    expect(await ask(["people:read"])).toBe("");
    expect(await ask(["people:read"])).toBe("role.name_taken");
    expect(await hrMember.code("POST", path("/invitations"), { email: "x@example.com", role: "support" })).toBe("role.beyond_own");
    expect(await hrMember.code("PATCH", path(`/members/${hrMember.operatorId}`), { role: "analyst" })).toBe("role.beyond_own");
    // Whoever can make a link for someone can become them.
    expect(await hrMember.code("POST", path(`/members/${analyst.operatorId}/sign-in-link`))).toBe("role.beyond_own");
    expect(await hrMember.code("DELETE", path(`/members/${analyst.operatorId}`))).toBe("role.beyond_own");
    expect(
      await owner.code("POST", path("/roles"), { name: "y", permissions: ["people:read"], fields: { classes: { phone: "clear" } } }),
    ).toBe("request.invalid");
  });

  test("in use go only with a replacement", async () => {
    const key = await makeRole(owner, { name: "临时", permissions: ["people:read"] });
    const member = await bench.member(owner, key);
    await owner.ok("POST", path("/invitations"), { email: "soon@example.com", role: key });
    expect(await owner.code("DELETE", path(`/roles/${key}`))).toBe("role.in_use");
    expect(await owner.code("DELETE", path(`/roles/${key}?replacement=owner`))).toBe("role.not_allowed");
    await owner.ok("DELETE", path(`/roles/${key}?replacement=support`));
    expect((await member.ok<{ workspaces: object[] }>("GET", "/api/session")).workspaces).toMatchObject([{ role: "support" }]);
    expect((await owner.ok<{ items: object[] }>("GET", path("/invitations"))).items).toMatchObject([{ role: "support" }]);
    for (const unknown of ["custom:999", "custom:0", "owner", "x"])
      expect(await owner.code("DELETE", path(`/roles/${unknown}`))).toBe("role.not_found");
    expect(await owner.code("POST", path("/members"), { email: "z@example.com", role: "custom:999" })).toBe("role.not_found");
  });
});

describe("invitations", () => {
  const invite = (email: string, role: RoleKey = "analyst") =>
    owner.ok<{ invitation: { id: string }; path: string }>("POST", path("/invitations"), { email, role, expiresInDays: 3 });
  const accept = (token: string, body: object = {}, cookie = "") =>
    bench.anyone("POST", "/api/invitations/accept", { token, ...body }, { cookie });

  test("make an account once, with the role they name", async () => {
    const { path: link } = await invite("New@example.com");
    const token = bench.tokenIn(link);
    expect((await bench.anyone("POST", "/api/invitations/look", { token })).json()).toMatchObject({
      workspace: "Shop",
      email: "new@example.com",
      role: "analyst",
      hasAccount: false,
    });
    expect(bench.codeOf(await accept(token))).toBe("request.invalid");
    expect(bench.codeOf(await accept(token, { name: "新人", password: "qwertyuiop12" }))).toBe("password.guessable");
    const joined = await accept(token, { name: "新人", password: PASSWORD });
    expect(joined.json()).toEqual({ workspace: String(bench.workspaceId) });
    expect(joined.headers["set-cookie"]).toContain("terrace_session=");
    expect(bench.codeOf(await accept(token, { password: PASSWORD }))).toBe("invitation.invalid");
    const member = await bench.client({ email: "new@example.com", password: PASSWORD });
    expect(await member.ok("GET", "/api/session")).toMatchObject({ operator: { name: "新人" }, workspaces: [{ role: "analyst" }] });
    expect(await bench.textOf("invitation")).not.toContain(token);
  });

  test("of someone with an account are accepted only while signed in as them", async () => {
    const member = await bench.member(owner, "support", "both@example.com");
    await member.ok("PUT", "/api/session/password", { next: PASSWORD });
    const second = (await owner.ok<{ id: string }>("POST", "/api/workspaces", { name: "Second" })).id;
    const { path: link } = await owner.ok<{ path: string }>("POST", path("/invitations", second), {
      email: "both@example.com",
      role: "admin",
    });
    const token = bench.tokenIn(link);
    expect(bench.codeOf(await accept(token, { password: "another password" }))).toBe("invitation.sign_in_first");
    expect(bench.codeOf(await accept(token, {}, owner.cookie))).toBe("invitation.sign_in_first");
    expect((await accept(token, {}, member.cookie)).json()).toEqual({ workspace: second });
    expect((await member.ok<{ workspaces: object[] }>("GET", "/api/session")).workspaces).toHaveLength(2);
  });

  test("expire, are replaced by a newer one, and can be taken back", async () => {
    const first = await invite("late@example.com");
    const newer = await invite("late@example.com");
    expect(bench.codeOf(await bench.anyone("POST", "/api/invitations/look", { token: bench.tokenIn(first.path) }))).toBe(
      "invitation.invalid",
    );
    bench.pass(3 * DAY_MS + 1);
    expect(bench.codeOf(await accept(bench.tokenIn(newer.path), { password: PASSWORD }))).toBe("invitation.invalid");
    const taken = await invite("gone@example.com");
    await owner.ok("DELETE", path(`/invitations/${taken.invitation.id}`));
    expect(bench.codeOf(await accept(bench.tokenIn(taken.path), { password: PASSWORD }))).toBe("invitation.invalid");
    expect(await owner.ok("GET", path("/invitations"))).toEqual({ items: [] });
    expect(await owner.code("DELETE", path("/invitations/999"))).toBe("invitation.not_found");
  });
});

describe("sessions and tokens of one's own", () => {
  test("are listed with device and network, and end one by one or all others", async () => {
    const there = await bench.owner({
      "user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36",
      "x-forwarded-for": "203.0.113.7",
    });
    const { items } = await owner.ok<{ items: { id: string; current: boolean }[] }>("GET", "/api/session/sessions");
    expect(items).toMatchObject([{ device: "Chrome · Windows", place: "203.0.*.*", current: false, way: "password" }, { current: true }]);
    expect(JSON.stringify(items)).not.toContain("203.0.113.7");
    const other = await bench.member(owner, "admin");
    expect(await other.code("DELETE", `/api/session/sessions/${items[0]?.id ?? ""}`)).toBe("session.not_found");
    expect(await owner.ok("DELETE", `/api/session/sessions/${items[0]?.id ?? ""}`)).toEqual({ ended: 1 });
    expect(await there.code("GET", "/api/session")).toBe("session.missing");
    await bench.owner();
    await bench.owner();
    expect(await owner.ok("DELETE", "/api/session/sessions/others")).toEqual({ ended: 2 });
    expect((await owner.call("GET", "/api/session")).statusCode).toBe(200);
  });

  test("a token acts as its operator within its scopes, is audited as such, and ends with the right to come in", async () => {
    const operator = await bench.member(owner, "operator");
    const make = (scopes: readonly string[]) => ({ workspace: String(bench.workspaceId), name: "报表", scopes, expiresInDays: 30 });
    expect(await operator.code("POST", "/api/session/tokens", make(["audit:read"]))).toBe("key.scope_not_held");
    const { secret, token } = await operator.ok<{ secret: string; token: { id: string } }>(
      "POST",
      "/api/session/tokens",
      make(["events:read", "events:define"]),
    );
    expect(secret).toMatch(/^tp_[A-Za-z0-9]{32}$/);
    expect(await bench.textOf("personal_token")).not.toContain(secret);
    const use = async (method: string, url: string) => bench.anyone(method, url, undefined, { authorization: `Bearer ${secret}` });
    expect((await use("GET", path("/events", "current"))).statusCode).toBe(200);
    expect(bench.lastActor()).toBe("operator@example.com (报表)");
    expect(bench.codeOf(await use("GET", path("/people")))).toBe("key.scope_missing");
    expect(bench.codeOf(await use("GET", "/api/session/tokens"))).toBe("session.missing");
    expect(bench.codeOf(await use("GET", path("/events", "999")))).toBe("workspace.not_found");
    // Less than the operator may now is what a token may now.
    await owner.ok("PATCH", path(`/members/${operator.operatorId}`), { role: "support" });
    expect((await use("GET", path("/events"))).statusCode).toBe(200);
    expect(bench.codeOf(await use("PATCH", path("/event-definitions/x")))).toBe("role.not_allowed");
    expect(await owner.code("DELETE", `/api/session/tokens/${token.id}`)).toBe("token.not_found");
    await operator.ok("DELETE", `/api/session/tokens/${token.id}`);
    expect(bench.codeOf(await use("GET", path("/events")))).toBe("key.unknown");
    const second = await operator.ok<{ secret: string }>("POST", "/api/session/tokens", make(["events:read"]));
    bench.pass(30 * DAY_MS + 1);
    expect(bench.codeOf(await bench.anyone("GET", path("/events"), undefined, { authorization: `Bearer ${second.secret}` }))).toBe(
      "key.unknown",
    );
  });
});

describe("the address list", () => {
  const policy = (ipRanges: readonly string[], rest: object = {}) => ({ ipRanges, secondFactorRequired: false, ...rest });
  const from = (ip: string) => ({ "x-forwarded-for": ip });

  test("admits sessions, secret keys and tokens from its networks only, and nobody locks themselves out unawares", async () => {
    const { secret } = await owner.ok<{ secret: string }>("POST", path("/keys"), { kind: "secret", name: "k", scopes: ["events:read"] });
    const token = await owner.ok<{ secret: string }>("POST", "/api/session/tokens", {
      workspace: String(bench.workspaceId),
      name: "t",
      scopes: ["events:read"],
    });
    for (const bad of ["10.0.0.0/33", "10", "example.com", "::/129", "1.2.3.4/-1", ""])
      expect(await owner.code("PUT", path("/security"), policy([bad]), from("10.1.2.3")), bad).toBe("ip.range_invalid");
    expect(await owner.code("PUT", path("/security"), policy(["203.0.113.0/24"]), from("10.1.2.3"))).toBe("ip.locks_you_out");
    expect(
      await owner.ok("PUT", path("/security"), policy([" 10.1.2.9/16 ", "2001:DB8:0::/32", "::ffff:192.0.2.1"]), from("10.1.2.3")),
    ).toEqual({
      ipRanges: ["10.1.0.0/16", "2001:db8::/32", "192.0.2.1"],
      secondFactorRequired: false,
      yourAddress: "10.1.2.3",
    });
    const callers: readonly Record<string, string>[] = [
      { cookie: owner.cookie },
      { authorization: `Bearer ${secret}` },
      { authorization: `Bearer ${token.secret}` },
    ];
    for (const caller of callers) {
      for (const [ip, code] of [
        ["10.1.255.1", ""],
        ["::ffff:10.1.0.1", ""],
        ["2001:db8:ffff::1", ""],
        ["192.0.2.1", ""],
        ["10.2.0.1", "ip.not_allowed"],
        ["2001:db9::1", "ip.not_allowed"],
      ] as const)
        expect(bench.codeOf(await bench.anyone("GET", path("/events"), undefined, { ...caller, ...from(ip) })), ip).toBe(code);
    }
    // The account itself, and sending events, stay in reach.
    expect(bench.codeOf(await bench.anyone("GET", "/api/session", undefined, { cookie: owner.cookie, ...from("10.2.0.1") }))).toBe("");
    await owner.ok("PUT", path("/security"), policy(["203.0.113.0/24"], { confirmLockout: true }), from("10.1.2.3"));
    expect(await owner.code("GET", path("/security"), undefined, from("10.1.2.3"))).toBe("ip.not_allowed");
  });

  test("does not hold for a break-glass link made on the server, for an hour", async () => {
    await owner.ok("PUT", path("/security"), policy(["203.0.113.0/24"], { confirmLockout: true }));
    const link = await bench.access.renewSignIn({ breakGlass: true });
    if (!link.ok) throw new Error(link.fault.code);
    const way = await bench.client({ token: bench.tokenIn(link.value.path) });
    await way.ok("PUT", path("/security"), policy([]));
    bench.pass(30 * MINUTE_MS);
    expect((await way.call("GET", "/api/session")).statusCode).toBe(200);
    bench.pass(31 * MINUTE_MS);
    expect(await way.code("GET", "/api/session")).toBe("session.missing");
    const ordinary = await bench.access.renewSignIn();
    expect(ordinary.ok).toBe(true);
  });
});

describe("the second factor", () => {
  const codeAt = (uri: string, steps = 0): string => {
    const totp = URI.parse(uri);
    if (!(totp instanceof TOTP)) throw new Error("not a TOTP");
    return totp.generate({ timestamp: bench.nowMs() + steps * 30_000 });
  };
  const enrol = async (client: Client, password = bench.ownerCredentials.password) => {
    const { uri } = await client.ok<{ uri: string }>("POST", "/api/session/second-factor", { password });
    const { recoveryCodes } = await client.ok<{ recoveryCodes: string[] }>("PUT", "/api/session/second-factor", { code: codeAt(uri) });
    return { uri, recoveryCodes };
  };

  test("is asked for after the password, takes each code once, and recovery codes once", async () => {
    const other = await bench.owner();
    expect(await owner.code("POST", "/api/session/second-factor", {})).toBe("password.wrong");
    expect(await owner.code("PUT", "/api/session/second-factor", { code: "123456" })).toBe("second_factor.not_started");
    const { uri, recoveryCodes } = await enrol(owner);
    expect(uri).toMatch(/^otpauth:\/\/totp\/Terrace:owner%40example.com\?.*secret=[A-Z2-7]{32}/);
    expect(await other.code("GET", "/api/session")).toBe("session.missing");
    expect(await owner.ok("GET", "/api/session/second-factor")).toMatchObject({ on: true, recoveryCodesLeft: 10 });
    const stored = `${await bench.textOf("second_factor")} ${await bench.textOf("recovery_code")}`;
    for (const secret of [...recoveryCodes, String(/secret=([A-Z2-7]+)/.exec(uri)?.[1])]) expect(stored).not.toContain(secret);

    const half = await bench.halfSignIn(bench.ownerCredentials);
    expect(bench.codeOf(await bench.anyone("GET", "/api/session", undefined, { cookie: half }))).toBe("second_factor.due");
    expect(bench.codeOf(await bench.anyone("GET", path("/people"), undefined, { cookie: half }))).toBe("second_factor.due");
    const give = (code: string, cookie = half) => bench.anyone("POST", "/api/sign-in/second-factor", { code }, { cookie });
    // The code the factor was switched on with was used already.
    expect(bench.codeOf(await give(codeAt(uri)))).toBe("second_factor.wrong");
    const [one, two] = await Promise.all([give(codeAt(uri, 1)), give(codeAt(uri, 1))]);
    expect([one.statusCode, two.statusCode].toSorted()).not.toEqual([200, 200]);
    const whole = String([one, two].find(({ statusCode }) => statusCode === 200)?.headers["set-cookie"]).split(";", 1)[0] ?? "";
    expect((await bench.anyone("GET", "/api/session", undefined, { cookie: whole })).statusCode).toBe(200);
    expect(bench.codeOf(await bench.anyone("GET", "/api/session", undefined, { cookie: half }))).toBe("session.missing");

    const again = await bench.halfSignIn(bench.ownerCredentials);
    const recovery = (recoveryCodes[0] ?? "").toLowerCase().replaceAll("-", " ");
    expect((await give(recovery, again)).statusCode).toBe(200);
    expect(bench.codeOf(await give(recovery, await bench.halfSignIn(bench.ownerCredentials)))).toBe("second_factor.wrong");
  });

  test("locks after ten wrong codes, also over several sign-ins", async () => {
    const { uri } = await enrol(owner);
    const codes: string[] = [];
    for (let round = 0; round < 11; round += 1) {
      const half = await bench.halfSignIn(bench.ownerCredentials, `10.7.0.${round}`);
      const answer = await bench.anyone(
        "POST",
        "/api/sign-in/second-factor",
        { code: "000000" },
        { cookie: half, "x-forwarded-for": `10.8.0.${round}` },
      );
      codes.push(bench.codeOf(answer));
    }
    expect(codes).toEqual([...Array.from({ length: 10 }, () => "second_factor.wrong"), "second_factor.locked"]);
    bench.pass(16 * MINUTE_MS);
    const half = await bench.halfSignIn(bench.ownerCredentials);
    expect((await bench.anyone("POST", "/api/sign-in/second-factor", { code: codeAt(uri) }, { cookie: half })).statusCode).toBe(200);
  });

  test("can be required by a workspace, reset by an owner and by the command line", async () => {
    expect(await owner.code("PUT", path("/security"), { ipRanges: [], secondFactorRequired: true })).toBe("second_factor.required");
    await enrol(owner);
    const member = await bench.member(owner, "admin");
    await owner.ok("PUT", path("/security"), { ipRanges: [], secondFactorRequired: true });
    expect(await member.code("GET", path("/people"))).toBe("second_factor.required");
    // The session itself opens and says what is missing, so that the console can lead there.
    const missing = async () =>
      (await member.ok<{ workspaces: { secondFactorMissing: boolean }[] }>("GET", "/api/session")).workspaces.map(
        (one) => one.secondFactorMissing,
      );
    expect(await missing()).toEqual([true]);
    await enrol(member, "");
    expect(await missing()).toEqual([false]);
    expect((await member.call("GET", path("/people"))).statusCode).toBe(200);
    const third = await bench.member(owner, "admin", "third@example.com");
    await enrol(third, "");
    expect(await third.code("DELETE", path(`/members/${member.operatorId}/second-factor`))).toBe("role.not_allowed");
    await owner.ok("DELETE", path(`/members/${member.operatorId}/second-factor`));
    expect(await member.code("GET", "/api/session")).toBe("session.missing");
    const audit = await owner.ok<{ items: object[] }>("GET", path("/audit?action=member.second_factor_reset"));
    expect(audit.items).toMatchObject([{ target: `operator:${member.operatorId}` }]);
    const link = await bench.access.renewSignIn({ resetSecondFactor: true });
    if (!link.ok) throw new Error(link.fault.code);
    const back = await bench.client({ token: bench.tokenIn(link.value.path) });
    expect(await back.ok("GET", "/api/session/second-factor")).toMatchObject({ on: false });
  });
});

describe("provisioning", () => {
  test("says the same thing twice with one effect, adopts, updates, and shuts out at once", async () => {
    // It hands out no more than it holds: these two roles, and not that of an admin.
    const scopes = [...new Set(["members:manage", ...ROLE_PERMISSIONS.analyst, ...ROLE_PERMISSIONS.support])];
    const { secret } = await owner.ok<{ secret: string }>("POST", path("/keys"), { kind: "secret", name: "directory", scopes });
    const say = (method: string, id: string, body?: object) =>
      bench.anyone(method, path(`/provisioning/members/${id}`, "current"), body, { authorization: `Bearer ${secret}` });
    const first = await say("PUT", "emp-1", { email: "Li@example.com", name: "李雷", role: "analyst" });
    expect(first.json()).toMatchObject({ externalId: "emp-1", email: "li@example.com", role: "analyst", active: true });
    expect((await say("PUT", "emp-1", { email: "li@example.com", name: "李雷", role: "analyst" })).json()).toEqual(first.json());
    expect((await owner.ok<{ items: object[] }>("GET", path("/audit?action=member.provision"))).items).toHaveLength(1);
    expect(bench.codeOf(await say("PUT", "emp-2", { email: "li@example.com", role: "analyst" }))).toBe("member.exists");
    expect(bench.codeOf(await say("PUT", "emp-2", { email: "x@example.com", role: "admin" }))).toBe("role.beyond_own");
    const ownerEmail = bench.ownerCredentials.email;
    expect(bench.codeOf(await say("PUT", "emp-3", { email: ownerEmail, role: "analyst", active: false }))).toBe("role.not_allowed");

    const member = await bench.member(owner, "support", "han@example.com");
    const token = await member.ok<{ secret: string }>("POST", "/api/session/tokens", {
      workspace: String(bench.workspaceId),
      name: "t",
      scopes: ["people:read"],
    });
    expect((await say("PUT", "emp-9", { email: "han@example.com", name: "韩梅梅", role: "support" })).json()).toMatchObject({
      operatorId: member.operatorId,
      name: "韩梅梅",
    });
    expect((await say("DELETE", "emp-9")).json()).toMatchObject({ active: false });
    expect(await member.code("GET", "/api/session")).toBe("session.missing");
    expect(bench.codeOf(await bench.anyone("GET", path("/people"), undefined, { authorization: `Bearer ${token.secret}` }))).toBe(
      "key.unknown",
    );
    expect((await say("PUT", "emp-9", { email: "han@example.com", name: "韩梅梅", role: "analyst" })).json()).toMatchObject({
      active: true,
      role: "analyst",
    });
    expect(bench.codeOf(await say("DELETE", "emp-404"))).toBe("member.not_found");
    const listed = await bench.anyone("GET", path("/provisioning/members", "current"), undefined, { authorization: `Bearer ${secret}` });
    expect(listed.json<{ items: { externalId: string }[] }>().items.map(({ externalId }) => externalId)).toEqual(["emp-1", "emp-9"]);
  });
});

test("every route of access is implemented", () => {
  const implemented = new Set(bench.access.routes.map(({ contract }) => contract.id));
  const own = contracts.filter(({ tag }) => ["Session", "Members", "Roles", "Provisioning"].includes(tag));
  expect(own.filter(({ id }) => !implemented.has(id)).map(({ id }) => id)).toEqual([]);
});
