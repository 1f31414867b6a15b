import { testAlike } from "./alike";
import { drivers } from "./drivers";

testAlike(drivers);
