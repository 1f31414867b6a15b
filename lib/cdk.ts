/** `lambda-rooms/cdk`: the constructs. */
export { RoomsAlarms, type RoomsAlarmsProps } from "./alarms";
export { type BudgetProps, RoomsBudget, type RoomsBudgetProps } from "./budget";
export { RoomsDashboard, type RoomsDashboardProps } from "./dashboard";
export { type Ordering, type OrderingChoice, Rooms, type RoomsProps } from "./rooms";
export { RoomsStack, type RoomsStackProps } from "./rooms-stack";
export { CLOUDFRONT_ADDRESS, RoomsShield, type RoomsShieldProps } from "./shield";
export { RoomsSite, type RoomsSiteProps } from "./site";
export type { SiteChoice, SiteProps } from "./site-props";
