import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * As much of CloudFormation, STS, SSM, S3, CloudWatch and its logs as the command `lambda-rooms` and the CDK's command
 * ask. A stack goes on by some resources with each look at its events, so no test waits for a clock. It is written to
 * AWS's references, and proves nothing about AWS.
 */

interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
}

interface Template {
  readonly Description?: string;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

interface Event {
  readonly id: string;
  readonly logicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
}

interface Stack {
  readonly name: string;
  readonly id: string;
  status: string;
  template: Template;
  events: Event[];
  /** What is still to happen. */
  pending: (() => void)[];
  outputs: Record<string, string>;
  changeSet?: { readonly template: Template; readonly name: string };
}

export interface LogEvent {
  readonly eventId: string;
  readonly timestamp: number;
  readonly message: string;
}

export interface FakeOptions {
  /** Whether the account is prepared for the CDK. */
  readonly isBootstrapped?: boolean;
  /** The logical id of a resource that CloudFormation cannot make or delete. */
  readonly fails?: RegExp;
  /** What a request is answered with in place of its answer: a code of AWS's by the name of the action. */
  readonly refusals?: Readonly<Record<string, string>>;
}

/** How many resources are done between two looks at the events. */
const STEPS_A_LOOK = 20;
const ACCOUNT = "123456789012";
const XML = "text/xml";
const JSON_TYPE = "application/x-amz-json-1.1";

type Answer = readonly [status: number, body: string, type?: string, headers?: object];
type Form = URLSearchParams;

export class FakeAws {
  readonly stacks = new Map<string, Stack>();
  readonly objects = new Map<string, Buffer>();
  readonly logs = new Map<string, LogEvent[]>();
  /** Names of actions, in the order in which they came. */
  readonly actions: string[] = [];
  /** Requests without a signature. */
  unsigned = 0;
  #events = 0;

  private constructor(
    private readonly server: Server,
    private options: FakeOptions,
  ) {}

  static async start(options: FakeOptions = {}): Promise<FakeAws> {
    const server = createServer();
    const fake = new FakeAws(server, options);
    server.on("request", async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const [status, body, type = XML, headers = {}] = fake.#answer(request, Buffer.concat(chunks));
      response.writeHead(status, { "content-type": type, ...headers }).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  set(options: FakeOptions): void {
    this.options = options;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** For a program that is to take this for AWS. */
  get environment(): Record<string, string> {
    return {
      ...{ AWS_ENDPOINT_URL: this.url, AWS_ENDPOINT_URL_S3: this.url },
      ...{ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" },
      ...{ AWS_REGION: "eu-central-1", AWS_EC2_METADATA_DISABLED: "true" },
      ...{ AWS_CONFIG_FILE: "/nowhere", AWS_SHARED_CREDENTIALS_FILE: "/nowhere" },
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A stack that is there already. */
  put(name: string, template: Template, outputs: Record<string, string>, status: string): Stack {
    const id = `arn:aws:cloudformation:eu-central-1:${ACCOUNT}:stack/${name}/${name.length}`;
    const stack = { name, id, status, template, outputs, events: [], pending: [] };
    this.stacks.set(name, stack);
    return stack;
  }

  #answer(request: IncomingMessage, body: Buffer): Answer {
    const target = request.headers["x-amz-target"];
    const isForm = /form/.test(request.headers["content-type"] ?? "");
    if (!/^AWS4-HMAC-SHA256 /.test(request.headers.authorization ?? "")) this.unsigned++;
    if (typeof target === "string") return this.#json(target, JSON.parse(body.toString()));
    if (isForm) return this.#query(new URLSearchParams(body.toString()));
    return this.#s3(request, body);
  }

  #refuse(action: string): Answer | undefined {
    this.actions.push(action);
    const code = this.options.refusals?.[action];
    return code === undefined ? undefined : refusal(code, `${action} is refused`);
  }

  #json(target: string, input: Readonly<Record<string, unknown>>): Answer {
    const [, action = ""] = target.split(".");
    const refused = this.#refuse(action);
    if (refused) {
      const code = this.options.refusals?.[action];
      return [400, JSON.stringify({ __type: code, message: `${action} is refused` }), JSON_TYPE];
    }
    if (action === "GetParameter") {
      if (this.options.isBootstrapped === false) {
        return [400, JSON.stringify({ __type: "ParameterNotFound" }), JSON_TYPE];
      }
      const Parameter = { Name: input.Name, Type: "String", Value: "30", Version: 1 };
      return [200, JSON.stringify({ Parameter }), JSON_TYPE];
    }
    if (action === "FilterLogEvents") {
      const all = this.logs.get(String(input.logGroupName)) ?? [];
      const from = Number(input.startTime);
      const wanted = String(input.filterPattern ?? "").replaceAll('"', "");
      const events = all.filter((one) => one.timestamp >= from && one.message.includes(wanted));
      // By pages of two.
      const at = Number(input.nextToken ?? 0);
      const page = { events: events.slice(at, at + 2) };
      const more = at + 2 < events.length ? { nextToken: String(at + 2) } : {};
      return [200, JSON.stringify({ ...page, ...more }), JSON_TYPE];
    }
    return [400, JSON.stringify({ __type: "UnknownOperationException" }), JSON_TYPE];
  }

  #query(form: Form): Answer {
    const action = form.get("Action") ?? "";
    const refused = this.#refuse(action);
    if (refused) return refused;
    const answer = this.#actions[action];
    if (answer === undefined) return refusal("InvalidAction", `Could not find ${action}`);
    const result = answer(form);
    return typeof result === "string" ? wrapped(action, result) : result;
  }

  readonly #actions: Readonly<Record<string, (form: Form) => string | Answer>> = {
    GetCallerIdentity: () =>
      `<Account>${ACCOUNT}</Account><Arn>arn:aws:iam::${ACCOUNT}:user/ada</Arn><UserId>A</UserId>`,
    AssumeRole: () =>
      `<Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>a</Arn><AssumedRoleId>b</AssumedRoleId></AssumedRoleUser>`,
    DescribeStacks: (form) => {
      const name = form.get("StackName");
      const stack = this.#find(name);
      if (stack === undefined) return absent(name);
      const outputs = Object.entries(stack.outputs).map(
        ([key, value]) =>
          `<member><OutputKey>${key}</OutputKey><OutputValue>${escaped(value)}</OutputValue><Description>of an output</Description></member>`,
      );
      const { Description } = stack.template;
      return `<Stacks><member><StackId>${stack.id}</StackId><StackName>${stack.name}</StackName>${Description ? `<Description>${escaped(Description)}</Description>` : ""}<StackStatus>${stack.status}</StackStatus><CreationTime>2026-01-01T00:00:00Z</CreationTime><Outputs>${outputs.join("")}</Outputs></member></Stacks>`;
    },
    GetTemplate: (form) => {
      const stack = this.#find(form.get("StackName"));
      if (stack === undefined) return absent(form.get("StackName"));
      return `<TemplateBody>${escaped(JSON.stringify(stack.template))}</TemplateBody>`;
    },
    CreateChangeSet: (form) => {
      const name = form.get("StackName") ?? "";
      const stack =
        this.stacks.get(name) ?? this.put(name, { Resources: {} }, {}, "REVIEW_IN_PROGRESS");
      stack.changeSet = { template: this.#templateOf(form), name: form.get("ChangeSetName") ?? "" };
      return `<Id>change-set</Id><StackId>${stack.id}</StackId>`;
    },
    DescribeChangeSet: (form) => {
      const stack = this.#find(form.get("StackName"));
      if (stack?.changeSet === undefined)
        return refusal("ChangeSetNotFound", "ChangeSet does not exist");
      const changes = Object.keys(stack.changeSet.template.Resources).map(
        (id) =>
          `<member><Type>Resource</Type><ResourceChange><Action>Add</Action><LogicalResourceId>${id}</LogicalResourceId></ResourceChange></member>`,
      );
      return `<ChangeSetName>${stack.changeSet.name}</ChangeSetName><ChangeSetId>change-set</ChangeSetId><StackId>${stack.id}</StackId><StackName>${stack.name}</StackName><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes>${changes.join("")}</Changes>`;
    },
    ExecuteChangeSet: (form) => {
      const stack = this.#find(form.get("StackName"));
      if (stack?.changeSet) this.#begin(stack, stack.changeSet.template);
      return "";
    },
    DeleteChangeSet: (form) => {
      const stack = this.#find(form.get("StackName"));
      if (stack) delete stack.changeSet;
      return "";
    },
    UpdateTerminationProtection: () => "",
    DescribeStackEvents: (form) => {
      const stack = this.#find(form.get("StackName"));
      if (stack === undefined) return absent(form.get("StackName"));
      for (const step of stack.pending.splice(0, STEPS_A_LOOK)) step();
      const events = [...stack.events]
        .reverse()
        .map(
          ({ id, logicalId, type, status, reason }) =>
            `<member><StackId>${stack.id}</StackId><EventId>${id}</EventId><StackName>${stack.name}</StackName><LogicalResourceId>${logicalId}</LogicalResourceId><PhysicalResourceId>${type === "AWS::CloudFormation::Stack" ? stack.id : logicalId}</PhysicalResourceId><ResourceType>${type}</ResourceType><Timestamp>${new Date().toISOString()}</Timestamp><ResourceStatus>${status}</ResourceStatus><ResourceStatusReason>${escaped(reason)}</ResourceStatusReason></member>`,
        );
      return `<StackEvents>${events.join("")}</StackEvents>`;
    },
    ListStackResources: (form) => {
      const stack = this.#find(form.get("StackName"));
      if (stack === undefined) return absent(form.get("StackName"));
      const members = Object.entries(stack.template.Resources).map(
        ([id, { Type }]) =>
          `<member><LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>physical-${id}</PhysicalResourceId><ResourceType>${Type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>`,
      );
      return `<StackResourceSummaries>${members.join("")}</StackResourceSummaries>`;
    },
    DeleteStack: (form) => {
      const stack = this.#find(form.get("StackName"));
      if (stack) this.#end(stack);
      return "";
    },
    DescribeAlarms: () =>
      "<MetricAlarms><member><AlarmName>LaneAge</AlarmName><StateValue>OK</StateValue></member></MetricAlarms>",
  };

  #find(name: string | null): Stack | undefined {
    const all = [...this.stacks.values()];
    // A deleted stack is found by its id alone.
    return all.find(
      (one) => one.id === name || (one.name === name && !/^DELETE_C/.test(one.status)),
    );
  }

  #templateOf(form: Form): Template {
    const url = form.get("TemplateURL");
    const text = url === null ? form.get("TemplateBody") : this.objects.get(keyOf(url))?.toString();
    return JSON.parse(text ?? "{}");
  }

  #note(stack: Stack, logicalId: string, type: string, status: string, reason = ""): void {
    stack.events.push({ id: `event-${this.#events++}`, logicalId, type, status, reason });
  }

  #stackIs(stack: Stack, status: string): void {
    stack.status = status;
    this.#note(stack, stack.name, "AWS::CloudFormation::Stack", status);
  }

  #begin(stack: Stack, template: Template): void {
    const isNew = stack.status === "REVIEW_IN_PROGRESS";
    const verb = isNew ? "CREATE" : "UPDATE";
    stack.template = template;
    this.#stackIs(stack, `${verb}_IN_PROGRESS`);
    for (const [id, { Type }] of Object.entries(template.Resources)) {
      this.#note(stack, id, Type, `${verb}_IN_PROGRESS`);
      if (this.options.fails?.test(id)) {
        stack.pending.push(() => {
          this.#note(stack, id, Type, `${verb}_FAILED`, "The account has too many of them");
          this.#stackIs(stack, isNew ? "ROLLBACK_IN_PROGRESS" : "UPDATE_ROLLBACK_IN_PROGRESS");
        });
        stack.pending.push(() => {
          this.#stackIs(stack, isNew ? "ROLLBACK_COMPLETE" : "UPDATE_ROLLBACK_COMPLETE");
        });
        return;
      }
      stack.pending.push(() => this.#note(stack, id, Type, `${verb}_COMPLETE`));
    }
    stack.pending.push(() => {
      for (const key of Object.keys(template.Outputs ?? {})) stack.outputs[key] = `${key} & more`;
      this.#stackIs(stack, `${verb}_COMPLETE`);
    });
  }

  #end(stack: Stack): void {
    this.#stackIs(stack, "DELETE_IN_PROGRESS");
    for (const [id, { Type, DeletionPolicy }] of Object.entries(stack.template.Resources)) {
      const kept = DeletionPolicy === "Retain" ? "DELETE_SKIPPED" : "DELETE_COMPLETE";
      const fails = this.options.fails?.test(id);
      const reason = fails ? "The bucket is not empty" : "";
      stack.pending.push(() => this.#note(stack, id, Type, fails ? "DELETE_FAILED" : kept, reason));
    }
    const fails = Object.keys(stack.template.Resources).some((id) => this.options.fails?.test(id));
    stack.pending.push(() => this.#stackIs(stack, fails ? "DELETE_FAILED" : "DELETE_COMPLETE"));
  }

  #s3({ method = "", url = "" }: IncomingMessage, body: Buffer): Answer {
    this.actions.push(`S3 ${method}`);
    const key = keyOf(`${this.url}${url}`);
    // A large file comes in parts, of which the content does not matter here.
    if (method === "POST" && /[?&]uploads/.test(url)) {
      return [200, "<R><UploadId>u</UploadId></R>"];
    }
    if (method === "POST") return [200, '<R><ETag>"e"</ETag></R>'];
    if (method === "PUT") {
      this.objects.set(key, body);
      return [200, "", XML, { etag: '"e"' }];
    }
    if (/[?&]location/.test(url)) {
      return [200, "<LocationConstraint>eu-central-1</LocationConstraint>"];
    }
    if (/[?&]list-type/.test(url)) return [200, "<ListBucketResult></ListBucketResult>"];
    if (/[?&]encryption/.test(url)) {
      return [404, "<Error><Code>ServerSideEncryptionConfigurationNotFoundError</Code></Error>"];
    }
    return this.objects.has(key) ? [200, ""] : [404, "<Error><Code>NotFound</Code></Error>"];
  }
}

/** The last part of a path, which is the hash of an asset. */
function keyOf(url: string): string {
  return new URL(url).pathname.split("/").at(-1) ?? "";
}

function wrapped(action: string, result: string): Answer {
  return [
    200,
    `<${action}Response><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`,
  ];
}

function refusal(code: string, message: string): Answer {
  return [
    400,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  ];
}

function absent(name: string | null): Answer {
  return refusal("ValidationError", `Stack with id ${name} does not exist`);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
