/** Members, roles, sign-in and what guards it. */
export const access = {
  "signIn.code": "Verification code",
  "signIn.codeTitle": "One more step",
  "signIn.codeHint": "Give the 6 digits your authenticator app shows, or a recovery code.",
  "signIn.codeSubmit": "Verify",
  "signIn.otherAccount": "Use another account",
} as const;
