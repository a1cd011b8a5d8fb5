/** Path of the address at which a provider posts its receipts; the token in it is a secret. */
export function receiptPath(token: string): string {
  return `/receipts/${token}`;
}
