/** A bucket with what a deployment has put into it. */
export interface BucketModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Hosts under which clients find it. */
  readonly domains: readonly string[];
  readonly statements: readonly BucketStatement[];
  readonly objects: ReadonlyMap<string, ObjectModel>;
}

/** A statement of a bucket policy that is understood. */
export interface BucketStatement {
  readonly isAllowed: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** The service that it is about; absent where it is about everyone. */
  readonly service: string | undefined;
  /** `StringEquals` on `AWS:SourceArn`. */
  readonly sourceArn: string | undefined;
  /** Whether it holds for requests without TLS alone. */
  readonly isForPlainText: boolean;
}

/** An object. */
export interface ObjectModel {
  /** Absolute path on this machine. */
  readonly file: string;
  /** Headers that the deployment gave it. */
  readonly headers: Readonly<Record<string, string>>;
}
