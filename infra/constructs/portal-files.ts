// The portal's files: a bucket of their own, and a function that carries them in its bundle and puts them there, each with its
// type and its time in caches. It runs when a file has changed, and empties the bucket when the stack goes.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CustomResource, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { Grant } from 'aws-cdk-lib/aws-iam'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { StageConfig } from '../config.ts'
import { PrivateBucket } from './private-bucket.ts'
import { RoomFunction, resourceTimeout, root } from './room-function.ts'

const folder = join(root, '.millrace', 'portal')

export class PortalFiles extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, { config }: { config: StageConfig }) {
    super(scope, id)
    // First, for it builds what the function's bundle takes along.
    const digest = portalDigest(Stack.of(this))
    this.bucket = new PrivateBucket(this, 'Bucket', {
      removalPolicy: RemovalPolicy.DESTROY,
    })
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Public files, read through CloudFront alone, whose own log tells who asked.',
    })
    const room = new RoomFunction(this, 'Function', {
      entry: 'functions/portal-files/handler',
      description: 'Millrace: puts the portal into its bucket',
      config,
      timeout: Duration.minutes(2),
      commandHooks: {
        beforeInstall: () => [],
        beforeBundling: () => [],
        afterBundling: (_, output) => [`cp -R "${folder}" "${output}/portal"`],
      },
    })
    room.set('PORTAL_BUCKET', this.bucket.bucketName)
    const allow = (actions: string[], resource: string) =>
      Grant.addToPrincipal({ grantee: room, actions, resourceArns: [resource] })
    allow(['s3:ListBucket'], this.bucket.bucketArn)
    allow(['s3:PutObject', 's3:DeleteObject'], this.bucket.arnForObjects('*'))
    new CustomResource(this, 'Files', {
      serviceToken: room.functionArn,
      resourceType: 'Custom::MillracePortal',
      serviceTimeout: resourceTimeout,
      properties: { bucket: this.bucket.bucketName, digest },
    })
  }
}

/** Of every file the portal consists of. It is built first where it is to be deployed; checks of the template need none. */
function portalDigest(stack: Stack): string {
  if (stack.bundlingRequired) {
    execFileSync(process.execPath, [join(root, 'tools', 'build-portal.ts')], { stdio: 'inherit' })
  }
  if (!existsSync(folder)) return 'none'
  const hash = createHash('sha256')
  const files = globSync('**/*', { cwd: folder, withFileTypes: true }).filter(file => file.isFile())
  const paths = files.map(file => join(file.parentPath, file.name)).sort()
  for (const path of paths) {
    hash.update(path.slice(folder.length)).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}
