import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import { Keys } from "../src/store/dynamo/attributes";

/** Properties of `RoomsTable`. */
export interface RoomsTableProps {
  /**
   * What becomes of the table when the stack goes. `RETAIN` also protects it against deletion by
   * other means.
   *
   * @default RemovalPolicy.DESTROY - all it holds ends with its connections, two hours later at most
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** The one table: connections and memberships. */
export class RoomsTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, props: RoomsTableProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.DESTROY;
    this.table = new Table(this, "Table", {
      partitionKey: { name: Keys.partition, type: AttributeType.STRING },
      sortKey: { name: Keys.sort, type: AttributeType.STRING },
      timeToLiveAttribute: Keys.expiry,
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
  }
}
