/** How often it is asked what a program brought. */
export const LIVE_MS = 5_000;

/** Where referral programs are in the console. */
export function programPath(id: string): string {
  return `referrals/${id}`;
}
