import { listPeople } from "@terrace/contract/api/people";
import { getPyramidFlow, getPyramidShares, listCloseToPromotion, listInDanger } from "@terrace/contract/api/pyramid-figures";
import { getCareLoads, getLayerUses, getPersonPyramids, listAppointments, listLayerPeople } from "@terrace/contract/api/pyramid-people";
import { getPyramid, listPyramids } from "@terrace/contract/api/pyramids";

/** What shows something else once people of a pyramid were moved or cared for. */
export const PEOPLE_TOUCHES = [getPyramid, listPyramids, listLayerPeople, listAppointments, getPersonPyramids, getCareLoads] as const;
/** What shows something else once a pyramid has other layers or rules. */
export const RULE_TOUCHES = [
  ...PEOPLE_TOUCHES,
  getPyramidShares,
  getPyramidFlow,
  listCloseToPromotion,
  listInDanger,
  getLayerUses,
  listPeople,
] as const;
