// Logical ids of what holds data: another id is another, empty resource beside the old one. A change here must be meant.
import { beforeAll, expect, it } from 'vitest'
import { type Found, ofType, resourcesOf } from './templates.ts'

const stateful = [
  'AWS::S3::Bucket',
  'AWS::DynamoDB::GlobalTable',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::CloudFront::KeyValueStore',
]

let all: Found[] = []

beforeAll(() => {
  all = resourcesOf('prod')
}, 60_000)

it('keeps what holds data under the ids it has', () => {
  const ids = stateful.flatMap(type =>
    ofType(all, type).map(({ stack, id }) => `${type.split('::').at(-1)} ${stack} ${id}`),
  )
  expect(ids).toMatchInlineSnapshot(`
    [
      "Bucket Storage Logs6819BB44",
      "Bucket Storage StoresSource112D59D4",
      "Bucket Storage StoresMedia1E643D06",
      "Bucket Delivery PortalBucketAF6949F3",
      "GlobalTable Storage VideosTable41110721",
      "Queue Pipeline QueuesFastDeadLetters33E384B2",
      "Queue Pipeline QueuesBulkDeadLettersF35DFC4F",
      "Queue Pipeline QueuesFast4D64B2C2",
      "Queue Pipeline QueuesBulk4E0373C1",
      "Queue Pipeline IntakeLost67D659AC",
      "Secret Storage PlaybackSecret333FFE6D",
      "Secret Api AccessKeys95AF81DB",
      "Secret Api AccessPublicKeys0DFC1D78",
      "Secret Api AccessAdminCodeE3F4FDA3",
      "Secret Api AccessSecondFactorKey4520AE2C",
      "Secret Api EdgeSecretA32C32E1",
      "KeyValueStore Delivery EdgeKeys28DE6F80",
    ]
  `)
})

it('keeps the records whatever happens to the stack', () => {
  const [table] = ofType(all, 'AWS::DynamoDB::GlobalTable')
  expect(table?.DeletionPolicy).toBe('Retain')
  expect(table?.Properties['Replicas']).toMatchObject([
    {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
  ])
})
