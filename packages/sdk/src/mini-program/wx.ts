/** What the client asks of WeChat (https://developers.weixin.qq.com/miniprogram/dev/api/). */
export type Wx = {
  readonly request: (options: {
    readonly url: string;
    readonly method: "POST";
    readonly data: string;
    readonly header: Readonly<Record<string, string>>;
    readonly success: (answer: { readonly statusCode: number; readonly header?: Readonly<Record<string, unknown>> }) => void;
    readonly fail: () => void;
  }) => unknown;
  readonly getStorageSync: (key: string) => unknown;
  readonly setStorageSync: (key: string, value: unknown) => void;
  readonly removeStorageSync: (key: string) => void;
  readonly getStorageInfoSync: () => { readonly keys: readonly string[] };
  readonly onAppShow: (listener: (launch: Launch) => void) => void;
  readonly onAppHide: (listener: () => void) => void;
  readonly onNetworkStatusChange: (listener: (network: { readonly isConnected: boolean }) => void) => void;
  readonly getLaunchOptionsSync?: () => Launch;
  readonly getDeviceInfo?: () => { readonly model?: string; readonly brand?: string; readonly system?: string };
  readonly getAppBaseInfo?: () => { readonly language?: string; readonly SDKVersion?: string };
  readonly getAccountInfoSync?: () => { readonly miniProgram: { readonly appId: string; readonly version?: string } };
};

/** What the client of flags asks of WeChat. */
export type FlagsWx = Pick<Wx, "getStorageSync" | "setStorageSync"> & {
  readonly request: (options: {
    readonly url: string;
    readonly method: "GET";
    /** `data` is what the JSON says, or the text where it is none. */
    readonly success: (answer: { readonly statusCode: number; readonly data: unknown }) => void;
    readonly fail: () => void;
  }) => unknown;
};

/** How the mini-program was opened. */
export type Launch = {
  readonly path?: string;
  readonly scene?: number;
  readonly query?: Readonly<Record<string, string>>;
};

/** What a mini-program passes to `Page(…)`, as far as its life is concerned. */
export type PageDefinition = {
  readonly onShow?: (this: unknown, ...values: unknown[]) => unknown;
  readonly onShareAppMessage?: (this: unknown, ...values: unknown[]) => unknown;
  readonly [key: string]: unknown;
};

/** A page on the stack of `getCurrentPages()`. */
export type ShownPage = { readonly route?: string; readonly options?: Readonly<Record<string, string>> };
