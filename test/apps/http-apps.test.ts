import { testAlike } from "./alike";
import { httpDrivers } from "./http-drivers";

testAlike(httpDrivers);
