// The functions at the edge, of the very sources that the laptop's edge runs: the gate with its keys, the portal's, and what the API is told
// of a viewer.
import {
  Function as EdgeFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  KeyValueStore,
} from 'aws-cdk-lib/aws-cloudfront'
import { Construct } from 'constructs'
import type { ViewerRequest } from '#domain/delivery.ts'
import { buildGate, buildPortal, buildStoredGate, buildViewer } from '../edge/build.ts'

export class Edge extends Construct {
  /** Null where the gate's only secret stands in its code. */
  readonly keyStore: KeyValueStore | null
  private readonly gate: EdgeFunction
  private readonly portal: EdgeFunction
  private readonly viewer: EdgeFunction

  constructor(scope: Construct, id: string, { playbackSecret }: { playbackSecret: string | null }) {
    super(scope, id)
    const runtime = FunctionRuntime.JS_2_0
    this.keyStore = playbackSecret
      ? null
      : new KeyValueStore(this, 'Keys', { comment: 'Millrace: playback secrets, revoked videos' })
    this.gate = new EdgeFunction(this, 'Gate', {
      runtime,
      comment: 'Millrace: lets a viewer with a token through',
      code: FunctionCode.fromInline(
        playbackSecret ? buildGate({ secrets: [playbackSecret] }) : buildStoredGate(),
      ),
      ...(this.keyStore ? { keyValueStore: this.keyStore } : {}),
    })
    this.portal = new EdgeFunction(this, 'Portal', {
      runtime,
      comment: 'Millrace: the page for every address of it',
      code: FunctionCode.fromInline(buildPortal()),
    })
    this.viewer = new EdgeFunction(this, 'Viewer', {
      runtime,
      comment: 'Millrace: from where a request of the API comes',
      code: FunctionCode.fromInline(buildViewer()),
    })
  }

  for(viewerRequest: ViewerRequest): FunctionAssociation[] {
    if (viewerRequest === 'none') return []
    return [{ function: this[viewerRequest], eventType: FunctionEventType.VIEWER_REQUEST }]
  }
}
