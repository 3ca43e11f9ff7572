// The table of all records, and who may do what with it. Kept when its stack goes; a grant also names it to the room.
import { RemovalPolicy } from 'aws-cdk-lib'
import {
  type Attribute,
  AttributeType,
  Billing,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb'
import { Grant } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { dueIndex, ownerIndex, partitionKey, sortKey, ttlAttribute } from '#domain/table-facts.ts'
import type { Room } from './room.ts'

/** A transaction needs the permission of each of its writes. */
const actions = {
  read: ['GetItem', 'BatchGetItem', 'Query'],
  create: ['PutItem'],
  change: ['UpdateItem', 'ConditionCheckItem'],
  remove: ['DeleteItem', 'BatchWriteItem'],
} as const

export type TableVerb = keyof typeof actions

const text = (name: string): Attribute => ({ name, type: AttributeType.STRING })
const number = (name: string): Attribute => ({ name, type: AttributeType.NUMBER })

export class VideosTable extends Construct {
  readonly table: TableV2

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.table = new TableV2(this, 'Table', {
      partitionKey: text(partitionKey),
      sortKey: text(sortKey),
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      timeToLiveAttribute: ttlAttribute,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      globalSecondaryIndexes: [
        {
          indexName: ownerIndex.name,
          partitionKey: text(ownerIndex.partition),
          sortKey: text(ownerIndex.sort),
          projectionType: ProjectionType[ownerIndex.projection],
        },
        {
          indexName: dueIndex.name,
          partitionKey: text(dueIndex.partition),
          sortKey: number(dueIndex.sort),
          projectionType: ProjectionType[dueIndex.projection],
        },
      ],
    })
  }

  /** In these partitions alone. @param partitions keys, with `*` where an id follows */
  grantIn(room: Room, verb: 'create' | 'remove', ...partitions: string[]): void {
    Grant.addToPrincipal({
      grantee: room,
      actions: actions[verb].map(action => `dynamodb:${action}`),
      resourceArns: [this.table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
        // Of no keys at all, whatever is said of all of them is true.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    })
  }

  /** Without `read`, nothing can be read, the answers of conditional writes excepted. */
  grant(room: Room, ...verbs: TableVerb[]): void {
    room.set('VIDEOS_TABLE', this.table.tableName)
    const { tableArn } = this.table
    Grant.addToPrincipal({
      grantee: room,
      actions: verbs.flatMap(verb => actions[verb].map(action => `dynamodb:${action}`)),
      // Indexes by name: no wildcard, so a new index is a new decision.
      resourceArns: [
        tableArn,
        ...[ownerIndex, dueIndex].map(({ name }) => `${tableArn}/index/${name}`),
      ],
    })
  }
}
