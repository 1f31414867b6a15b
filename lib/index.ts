/** `lambda-rooms`: what most CDK apps need; `lambda-rooms/cdk` has the other constructs too. */
export { type Ordering, type OrderingChoice, Rooms, type RoomsProps } from "./cdk";
