/** Members, roles, sign-in and what guards it. */
export const access = {
  "signIn.code": "两步验证码",
  "signIn.codeTitle": "再验证一步",
  "signIn.codeHint": "打开身份验证器，输入 6 位验证码；手机不在身边时用恢复码。",
  "signIn.codeSubmit": "验证",
  "signIn.otherAccount": "换一个账号",
} as const;
