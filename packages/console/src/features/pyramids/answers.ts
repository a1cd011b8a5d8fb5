import type {
  getPyramidFlow,
  getPyramidShares,
  listCloseToPromotion,
  listInDanger,
  listPyramidReviews,
} from "@terrace/contract/api/pyramid-figures";
import type { getPersonPyramids, listLayerPeople } from "@terrace/contract/api/pyramid-people";
import type { listPyramidTemplates } from "@terrace/contract/api/pyramids";
import type { CallAnswer } from "../../app/api/client.ts";

export type { AppointmentView } from "@terrace/contract/api/pyramid-people";
export type { LayerView, PyramidBody, PyramidView } from "@terrace/contract/api/pyramids";
export type Shares = CallAnswer<typeof getPyramidShares>;
export type Flow = CallAnswer<typeof getPyramidFlow>;
export type LayerPerson = CallAnswer<typeof listLayerPeople>["items"][number];
export type Close = CallAnswer<typeof listCloseToPromotion>;
export type Danger = CallAnswer<typeof listInDanger>;
export type Review = CallAnswer<typeof listPyramidReviews>["items"][number];
export type PyramidTemplate = CallAnswer<typeof listPyramidTemplates>["items"][number];
export type PersonPyramid = CallAnswer<typeof getPersonPyramids>["items"][number];
