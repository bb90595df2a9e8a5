/** The pages of what has no picture: read together, for they share most of what they are made of. */
export { default as CalendarPage } from "./calendar";
export { default as CalendarsPage } from "./calendars";
export { default as ListPage } from "./list";
export { default as ListsPage } from "./lists";
export { default as NumbersPage } from "./numbers";
