import { HOUR_MS, MINUTE_MS, weekdayOf, dayOf } from "./calendar.ts";
import type { Person } from "./person.ts";
import type { Random } from "./random.ts";
import { happen, leave, later, memberIds, type World } from "./world.ts";

/** The planted gap in service: at weekends hardly anybody answers. */
const FAST_MINUTES = 18;
const SLOW_MINUTES = 1_500;
/** A first answer later than this is slow: half of those who waited leave, against one in twenty of the others. */
export const SLOW_FROM_MINUTES = 720;
const LEAVE_SLOW = 0.55;
const LEAVE_FAST = 0.05;

export type TicketInput = { readonly atMs: number; readonly random: Random; readonly subject: "order" | "refund" | "payment" | "product" };

/** A question to service with its answer, its solution and its rating; a late answer drives people away. */
export function openTicket(world: World, person: Person, { atMs, random, subject }: TicketInput): void {
  world.tickets += 1;
  const ticketId = `TK${String(100_000 + world.tickets)}`;
  const weekend = weekdayOf(dayOf(atMs)) >= 5;
  const minutes = Math.max(1, Math.round(random.exponential(weekend && random.chance(0.7) ? SLOW_MINUTES : FAST_MINUTES)));
  const slow = minutes > SLOW_FROM_MINUTES;
  const isSolved = random.chance(slow ? 0.6 : 0.93);
  const ids = memberIds(person);
  later(world, atMs, (openedMs) => {
    happen(world, {
      name: "Ticket Created",
      timeMs: openedMs,
      ids,
      properties: { ticket_id: ticketId, subject, channel: person.devices[0]?.platform ?? "store" },
    });
    const arm = slow ? world.books.tickets.slow : world.books.tickets.fast;
    later(world, openedMs + minutes * MINUTE_MS, (repliedMs) => {
      happen(world, {
        name: "Ticket Replied",
        timeMs: repliedMs,
        ids,
        properties: { ticket_id: ticketId, first_response_minutes: Math.round((repliedMs - openedMs) / MINUTE_MS) },
      });
      arm.people += 1;
      if (random.chance(slow ? LEAVE_SLOW : LEAVE_FAST)) {
        leave(world, person, "slow_service");
        arm.left += 1;
      }
      const solvedMs = repliedMs + random.between(5, slow ? 2_000 : 240) * MINUTE_MS;
      later(world, solvedMs, (closedMs) => closeTicket(world, { ids, ticketId, isSolved, slow, random, openedMs, closedMs }));
    });
  });
}

type Closing = {
  readonly ids: ReturnType<typeof memberIds>;
  readonly ticketId: string;
  readonly isSolved: boolean;
  readonly slow: boolean;
  readonly random: Random;
  readonly openedMs: number;
  readonly closedMs: number;
};

function closeTicket(world: World, { ids, ticketId, isSolved, slow, random, openedMs, closedMs }: Closing): void {
  happen(world, {
    name: "Ticket Resolved",
    timeMs: closedMs,
    ids,
    properties: { ticket_id: ticketId, solved: isSolved, hours: Math.round(((closedMs - openedMs) / HOUR_MS) * 10) / 10 },
  });
  if (!random.chance(0.4)) return;
  later(world, closedMs + random.between(1, 20) * HOUR_MS, (ratedMs) => {
    const score = slow || !isSolved ? random.between(1, 3) : random.between(4, 5);
    happen(world, { name: "Ticket Rated", timeMs: ratedMs, ids, properties: { ticket_id: ticketId, score } });
  });
}
