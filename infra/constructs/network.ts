// Where transcoders run: public subnets without a NAT gateway, which would cost more than the rest does while nobody uploads.
// Nothing may connect to them; what they say to S3 and DynamoDB stays inside.
import { Validations } from 'aws-cdk-lib'
import {
  GatewayVpcEndpointAwsService,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'

/** Named, not looked up: synthesis knows no account. Two are enough for work that any other worker can take over. */
const zones = 2

export class Network extends Construct {
  readonly vpc: Vpc
  readonly group: SecurityGroup

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.vpc = new Vpc(this, 'Vpc', {
      maxAzs: zones,
      natGateways: 0,
      subnetConfiguration: [{ name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 20 }],
      // It would bring a function of the CDK's own; nothing uses the default group.
      restrictDefaultSecurityGroup: false,
      gatewayEndpoints: {
        S3: { service: GatewayVpcEndpointAwsService.S3 },
        DynamoDB: { service: GatewayVpcEndpointAwsService.DYNAMODB },
      },
    })
    this.group = new SecurityGroup(this, 'Transcoders', {
      vpc: this.vpc,
      description: 'Transcoders: nothing in, https out',
      allowAllOutbound: false,
    })
    this.group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'https to the services')
    Validations.of(this.vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason:
        'Transcoders accept no connection and talk to AWS alone; flow logs would cost more than they tell.',
    })
  }
}
