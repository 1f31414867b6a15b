import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import featureFlags from "aws-cdk-lib/recommended-feature-flags.json";
import type { RoomsProps } from "../../lib/rooms";
import { RoomsStack } from "../../lib/rooms-stack";

/** The smallest application. */
export const entry = join(__dirname, "fixtures", "application.ts");

/** A stack as `bin/rooms.ts` makes it, without the ten seconds of validation. */
export function roomsStack(props: Partial<RoomsProps> = {}): RoomsStack {
  const app = new App({ builtinCloudFormationValidation: false, context: featureFlags });
  return new RoomsStack(app, "LambdaRooms", { entry, ...props });
}

/** Its template. */
export function roomsTemplate(props: Partial<RoomsProps> = {}): Template {
  return Template.fromStack(roomsStack(props));
}
