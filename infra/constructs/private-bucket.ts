// A bucket that nobody outside the account reaches and that outlives its stack: no public access, TLS only, no ACLs.
import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption, type BucketProps } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'

/** Parts of uploads that nobody finished are stored, and paid for, unseen. */
export const abortUnfinished = (days: number) => ({
  id: 'unfinished-uploads',
  abortIncompleteMultipartUploadAfter: Duration.days(days),
})

export class PrivateBucket extends Bucket {
  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id, {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...props,
    })
  }
}
