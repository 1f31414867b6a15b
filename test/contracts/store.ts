import { testAnswers } from "./store/answers";
import { testApplication } from "./store/application";
import { testConnections } from "./store/connections";
import { testCrashes } from "./store/crashes";
import { testIsolations } from "./store/isolations";
import { testJoins } from "./store/joins";
import { testLogs } from "./store/logs";
import { testMembers } from "./store/members";
import { testNamespaces } from "./store/namespaces";
import { testParts } from "./store/parts";
import { testPresence } from "./store/presence";
import { testRequests } from "./store/requests";
import { testRooms } from "./store/rooms";
import { testSessions } from "./store/sessions";
import { restoreClock, type Setup } from "./store/setup";
import { testSpendings } from "./store/spendings";

/**
 * The contract of a store: what the ports in `src/ports` promise, as tests. Each store runs all of them; what only one
 * store does (requests, items, keys) has tests of its own.
 */
export function runStoreTests(name: string, setup: Setup): void {
  describe(name, () => {
    afterEach(restoreClock);
    testConnections(setup);
    testJoins(setup);
    testMembers(setup);
    testCrashes(setup);
    testSessions(setup);
    testLogs(setup);
    testRooms(setup);
    testNamespaces(setup);
    testPresence(setup);
    testAnswers(setup);
    testParts(setup);
    testSpendings(setup);
    testIsolations(setup);
    testApplication(setup);
    testRequests(setup);
  });
}
