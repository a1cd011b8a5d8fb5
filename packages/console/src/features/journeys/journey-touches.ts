import { getJourney, getJourneyFigures, listEnrolments, listJourneys } from "@terrace/contract/api/journeys";

/** What is asked anew once a journey was changed. */
export const JOURNEY_TOUCHES = [listJourneys, getJourney, getJourneyFigures, listEnrolments];
