import { readFileSync } from "node:fs";
import path from "node:path";
import { next, TestStack } from "../support/clients";
import { synthesizeExample } from "./synthesize-example";

/** The examples that are CDK apps: their own functions run beside the rooms, with the permissions of their templates. */

/** The logical id of a function. */
function functionOf(assembly: string, stack: string, name: string): string {
  const text = readFileSync(path.join(assembly, `${stack}.template.json`), "utf8");
  const { Resources } = JSON.parse(text) as { Resources: Record<string, { Type: string }> };
  const found = Object.entries(Resources).find(
    ([id, { Type }]) => Type === "AWS::Lambda::Function" && id.startsWith(name),
  );
  return found?.[0] ?? "";
}

test("cdk-app: a function of the same stack publishes to the customers of an order", async () => {
  const assembly = await synthesizeExample("cdk-app");
  const stack = await TestStack.start(assembly);
  try {
    const customer = stack.client();
    const shipped = next(customer, "shipped");
    await customer.emitWithAck("follow", "7");
    const answer = await stack.stack.invoke(functionOf(assembly, "Shop", "Shipped"), {
      order: "7",
    });
    expect(answer).toMatchObject({ payload: '{"notified":1}' });
    expect(await shipped).toEqual(["7"]);
  } finally {
    await stack.close();
  }
});

test("cron: the schedule notifies the clients in the room", async () => {
  const stack = await TestStack.start(await synthesizeExample("cron"));
  try {
    const [reader, other] = [stack.client(), stack.client()];
    await reader.emitWithAck("read");
    await other.emitWithAck("read");
    const heard = [next(reader, "headline"), next(other, "headline")];
    await stack.stack.runSchedules();
    expect(await Promise.all(heard)).toEqual([["2 read the news now"], ["2 read the news now"]]);
  } finally {
    await stack.close();
  }
});
