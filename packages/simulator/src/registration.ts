import type { TraitChange } from "@terrace/domain/event/feed-event";
import type { IdentityRef } from "@terrace/domain/identity/identity-kinds";
import { channelBook, count } from "./books.ts";
import { DAY_MS, MINUTE_MS, startOf } from "./calendar.ts";
import { CHANNELS } from "./channels.ts";
import { joinContexts } from "./contexts.ts";
import { KINDS, type Device, type Person } from "./person.ts";
import { mixed, type Random } from "./random.ts";
import { enrol, happen, type World } from "./world.ts";

const set = (key: string, value: string | number | boolean): TraitChange => ({ op: "set", key, value });

/** What a registration tells of a person. */
export function traitsOf(person: Person): readonly TraitChange[] {
  return [
    set("name", person.name),
    set("phone", person.phone),
    ...(person.email === "" ? [] : [set("email", person.email)]),
    set("gender", person.gender === "female" ? "女" : "男"),
    set("birthday", person.birthday),
    set("city", person.city.name),
    set("city_tier", person.city.tier),
    set("acquisition_channel", CHANNELS[person.channel]?.name ?? ""),
    set("marketing_consent", person.consents),
  ];
}

/** Makes someone a member: on a device, or at the counter when they have none. */
export function register(
  world: World,
  person: Person,
  at: { readonly device: Device; readonly random: Random; readonly timeMs: number },
): void {
  const { device, timeMs, random } = at;
  const way = CHANNELS[person.channel] ?? CHANNELS[0];
  enrol(world, person, timeMs);
  const book = channelBook(world.books, person.channel);
  count(book.registered, world.day);
  book.costFen += person.inviter === undefined ? 0 : 1_000;
  device.signedIn = true;
  happen(world, {
    name: "Signed Up",
    timeMs,
    ids: registrationIds(world.plan.seed, person, device),
    properties: {
      method: device.platform === "store" ? "store" : device.platform === "mini_program" ? "wechat" : "phone",
      channel: way.name,
      ...(way.id === "store_code" ? { qr_code: person.store.code, store: person.store.name } : {}),
      ...(person.inviter === undefined ? {} : { referrer_id: person.inviter.userId }),
    },
    traits: traitsOf(person),
    context: joinContexts(device.context, way.context),
  });
  if (person.consents)
    happen(world, {
      name: "Consent Given",
      timeMs: timeMs + 400,
      ids: device.known,
      properties: { purpose: "marketing", channel: random.chance(0.5) ? "sms" : "push", text: "privacy", text_version: 1 },
      context: device.context,
    });
  if (person.inviter !== undefined)
    happen(world, {
      name: "Invite Accepted",
      timeMs: Math.min(timeMs + 2 * MINUTE_MS, lastMomentOf(world)),
      ids: person.inviter.devices[0]?.known.slice(0, 1) ?? [],
      properties: { invitee_id: person.userId, reward: 10 },
    });
}

/** Everything a registration proves to belong together. */
function registrationIds(seed: number, person: Person, device: Device): readonly IdentityRef[] {
  const own: readonly IdentityRef[] = [
    { kind: "member_no", value: person.memberNo },
    { kind: "phone", value: person.phone },
  ];
  if (device.platform === "store") return own;
  return [
    { kind: "user_id", value: person.userId },
    ...own,
    ...(device.platform === "mini_program" ? [{ kind: "unionid", value: unionidOf(seed, person.n) } as const] : []),
    ...device.anonymous,
  ];
}

export function unionidOf(seed: number, n: number): string {
  return `sim-union-${mixed(seed, n, 7).toString(36)}${n.toString(36)}`;
}

/** The members from before the first day arrive as a file would bring them: ids and traits, without a past. */
export function bringOldMember(world: World, person: Person, timeMs: number): void {
  const sinceDays = 30 + (mixed(world.plan.seed, person.n, 3) % 700);
  enrol(world, person, timeMs - sinceDays * DAY_MS);
  for (const device of person.devices) device.signedIn = device.fromDay <= world.day;
  const [device] = person.devices;
  if (device === undefined) return;
  happen(world, {
    name: "$identify",
    timeMs,
    ids: registrationIds(world.plan.seed, person, device).filter(({ kind }) => kind !== "anonymous_id" && kind !== "openid"),
    properties: { import: "老会员", kind: KINDS[person.kind]?.id ?? "" },
    traits: traitsOf(person),
  });
}

function lastMomentOf(world: World): number {
  return startOf(world.day + 1) - 1;
}
