/** What the name of a property or trait says about its value. `trait_name` is a person's name only when it is a trait. */
export type KeyClass = "phone" | "email" | "id_card" | "name" | "trait_name" | "address" | "ip" | "none";

/** Names of persons wherever they occur; a plain `name` may be a product's. */
const NAME_PREFIXES = new Set([
  "first",
  "last",
  "middle",
  "full",
  "real",
  "true",
  "given",
  "family",
  "receiver",
  "recipient",
  "consignee",
  "contact",
  "customer",
  "buyer",
  "cardholder",
  "holder",
  "payer",
]);
const NAMES = new Set([
  "firstname",
  "lastname",
  "middlename",
  "fullname",
  "realname",
  "truename",
  "givenname",
  "familyname",
  "surname",
  "consignee",
  "cardholder",
  "recipientname",
  "receivername",
  "contactname",
  "customername",
]);
const PHONES = new Set([
  "phone",
  "mobile",
  "tel",
  "telephone",
  "cellphone",
  "phonenumber",
  "phoneno",
  "phonenum",
  "mobilephone",
  "mobilenumber",
  "mobileno",
  "telno",
  "msisdn",
  "whatsapp",
]);
const EMAILS = new Set(["email", "mail", "emailaddress", "mailaddress"]);
const ID_CARDS = new Set([
  "idcard",
  "idcardno",
  "idcardnumber",
  "identitycard",
  "idnumber",
  "certno",
  "sfz",
  "shenfenzheng",
  "nationalid",
  "ssn",
  "passport",
  "passportno",
  "passportnumber",
]);
const ADDRESSES = new Set(["address", "addr", "street", "streetaddress", "addressline", "addressdetail"]);
/** Things with an address that is nobody's home. */
const OTHER_ADDRESSES = new Set(["mac", "web", "url", "page", "wallet", "contract", "memory", "server", "host", "site", "bluetooth"]);
const IPS = new Set(["ip", "ipaddress", "ipaddr", "ipv4", "ipv6"]);
const CHINESE: readonly (readonly [RegExp, KeyClass])[] = [
  [/ip\s*地址/i, "ip"],
  [/身份证|证件号/, "id_card"],
  [/手机|电话|联系方式/, "phone"],
  [/邮箱|邮件|email/i, "email"],
  [/姓名|收货人|收件人/, "name"],
  [/地址|住址/, "address"],
];

const REMEMBERED_MAX = 5_000;
/** Keys repeat from event to event; the answer is a pure function of the key, so remembering it changes nothing but the cost. */
const remembered = new Map<string, KeyClass>();

/** The class a key stands for, by its words: `shippingPhone`, `receiver_mobile`, `手机号` and `phone_number` are all phones. */
export function keyClassOf(key: string): KeyClass {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const found = classify(key);
  if (remembered.size < REMEMBERED_MAX) remembered.set(key, found);
  return found;
}

/** The first set that holds the last one, two or three words of a key decides. */
const WORD_SETS: readonly (readonly [ReadonlySet<string>, KeyClass])[] = [
  [ID_CARDS, "id_card"],
  [IPS, "ip"],
  [PHONES, "phone"],
  [EMAILS, "email"],
  [ADDRESSES, "address"],
];

function classify(key: string): KeyClass {
  // eslint-disable-next-line no-control-regex
  if (/[^\u0000-\u007f]/.test(key)) return CHINESE.find(([pattern]) => pattern.test(key))?.[1] ?? "none";
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "")
    .map(singular);
  const endings = [1, 2, 3].map((count) => words.slice(-count).join(""));
  const found = WORD_SETS.find(([set]) => endings.some((ending) => set.has(ending)))?.[1] ?? "none";
  if (found === "address" && OTHER_ADDRESSES.has(words.at(-2) ?? "")) return "none";
  return found === "none" ? classifyName(words, endings) : found;
}

function classifyName(words: readonly string[], endings: readonly string[]): KeyClass {
  if (endings.some((ending) => NAMES.has(ending))) return "name";
  if (words.at(-1) !== "name") return "none";
  if (words.length === 1 || words.at(-2) === "display") return "trait_name";
  return NAME_PREFIXES.has(words.at(-2) ?? "") ? "name" : "none";
}

/** `phones`, `phone2` → `phone`; `addresses` → `address`. */
function singular(word: string): string {
  const bare = word.replace(/\d+$/, "");
  if (bare === "ipv") return word;
  if (bare === "addresses") return "address";
  return /^(?:phone|mobile|email|mail|telephone)s$/.test(bare) ? bare.slice(0, -1) : bare;
}
