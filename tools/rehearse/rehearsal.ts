// The rehearsal itself: deploy, a clip from the upload to its deletion, what nobody may do, deploy again, destroy.

import { setTimeout as wait } from 'node:timers/promises'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { growingCacheControl, mediaCacheControl } from '#domain/delivery.ts'
import { dropPrefix } from '#domain/keys.ts'
import type { VideoView } from '#domain/video.ts'
import { type AwsCall, createAwsCall } from '#platform/aws-call.ts'
import { createQueueClient, createStoreClient } from '#platform/clients.ts'
import { readServices } from '#platform/env.ts'
import { readSecretText } from '#platform/playback-secret.ts'
import { createStore } from '#platform/store.ts'
import { readOutput } from '../doctor/deployed.ts'
import { type AskEdge, createAskEdge } from '../doctor/edge-client.ts'
import { hasFault, list } from '../doctor/finding.ts'
import { examine } from '../doctor/main.ts'
import { openOn } from '../way-back.ts'
import { expectStatus, readJson } from './answers.ts'
import { type Cdk, region } from './cdk.ts'
import {
  adminEmail,
  createAdminKey,
  openPlayback,
  setPassword,
  until,
  upload,
  withKey,
} from './person.ts'
import { askFormation, type Resources, readAllResources } from './resources.ts'
import { assumeRole, dareAll, type Places, refused } from './roles.ts'
import type { Steps } from './steps.ts'
import { expectRefusals, watch } from './watch.ts'
import { startWorker } from './worker.ts'

export interface Rehearsal {
  steps: Steps
  cdk: Cdk
  endpoint: string
  clip: Uint8Array
}

export async function rehearse({ steps, cdk, endpoint, clip }: Rehearsal): Promise<void> {
  const services = readServices({ AWS_REGION: region, AWS_ENDPOINT_URL: endpoint })
  const { credentials } = createQueueClient(services).config
  const call = createAwsCall({ services, credentials })

  await steps.run('cdk bootstrap', () => cdk.bootstrap())
  await steps.run('cdk deploy --all', async () => {
    await cdk.deploy()
    const { all } = await readAllResources(call)
    return `${all.length} resources`
  })
  const resources = await readAllResources(call)
  const StackName = 'Millrace-rehearsal-Delivery'
  const outputs = await askFormation(call, 'DescribeStacks', { StackName })
  const stranger = createAskEdge(readOutput(outputs, 'Address') ?? '', endpoint)
  const definition = resources.find('AWS::ECS::TaskDefinition', 'TranscodersDefinition')
  const worker = await steps.run('a transcoder starts with its task’s environment and role', () =>
    startWorker(call, { region, endpoint }, definition),
  )
  try {
    await showPortal(steps, stranger)
    await steps.run('past the edge there is no API', async () => {
      const api = resources.find('AWS::ApiGatewayV2::Api', 'HttpApi')
      const answer = await fetch(`${endpoint}/_aws/execute-api/${api}/$default/api/session`)
      if (answer.status !== 404) throw new Error(`it answers ${answer.status}`)
    })
    const key = await becomeAdmin(steps, stranger, call, resources)
    const edge = withKey(stranger, key)
    await sendThrough(steps, edge, clip)
    const stores = createStoreClient(services)
    const bucket = resources.find('AWS::S3::Bucket', 'StoresSource')
    const source = createStore({ client: stores, bucket })
    await steps.run('a file in the drop folder becomes a video', async () => {
      await source.put(`${dropPrefix}dropped.mp4`, clip, { contentType: 'video/mp4' })
      await findReady(edge, 'dropped')
    })
    await steps.run('the doctor finds no fault', async () => {
      const { findings } = await examine('rehearsal', services, key)
      if (hasFault(findings)) throw new Error(`\n${list(findings)}`)
      return `${findings.length} findings`
    })
    await steps.run(
      'the only admin, who has forgotten the password, finds the way back',
      async () => {
        const link = await openOn('rehearsal', adminEmail, services)
        await setPassword(edge, decodeURIComponent(new URL(link).hash.slice(1)))
      },
    )
  } finally {
    await worker.stop()
  }
  await steps.run('each role is refused what it should not do', () =>
    dare(call, { region, endpoint }, resources),
  )
  await steps.run('cdk deploy --all again: no change', async () => {
    const said = await cdk.deploy()
    const unchanged = said.match(/\(no changes\)/g)?.length ?? 0
    if (unchanged !== 5)
      throw new Error(`${unchanged} of 5 stacks stay as they are:\n${said.slice(-2000)}`)
  })
  await steps.run('cdk destroy --all: what holds data stays', async () => {
    await cdk.destroy()
    return leftOver(call, services)
  })
}

async function becomeAdmin(
  steps: Steps,
  edge: AskEdge,
  call: AwsCall,
  resources: Resources,
): Promise<string> {
  await steps.run('nobody gets in without an account', async () => {
    for (const path of ['/api/videos', '/api/usage', '/api/users']) {
      expectStatus(await edge(path), 401, path)
    }
  })
  let key = ''
  await steps.run('the code in its secret makes the first admin, who makes a key', async () => {
    const secret = resources.find('AWS::SecretsManager::Secret', 'AccessAdminCode')
    key = await createAdminKey(edge, await readSecretText(call, secret))
  })
  return key
}

async function showPortal(steps: Steps, edge: AskEdge): Promise<void> {
  await steps.run('the portal loads, at any of its addresses', async () => {
    const page = await edge('/watch/v_0123456789abcdefghijAB')
    expectStatus(page, 200, 'the page')
    const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page.body) ?? []
    const code = await edge(script)
    expectStatus(code, 200, script)
    const { 'cache-control': cache, 'content-type': type } = code.headers
    if (!cache?.includes('immutable') || !type?.includes('javascript')) {
      throw new Error(`${script} comes as ${type}, ${cache}`)
    }
    if (page.headers['cache-control'] !== 'no-cache') throw new Error('the page may be kept')
    if (!page.headers['content-security-policy']) throw new Error('the page has no policy')
    // On AWS 404, for the edge may list the bucket; the emulator does not look at that.
    const { status } = await edge('/assets/absent.js')
    if (status !== 403 && status !== 404) throw new Error(`an absent file: ${status}`)
  })
}

async function sendThrough(steps: Steps, edge: AskEdge, clip: Uint8Array): Promise<void> {
  const videoId = await steps.run('a clip is uploaded in presigned parts', () =>
    upload(edge, clip, 'rehearsal.mp4'),
  )
  await steps.run('the event stream refuses, and polling takes over', async () => {
    const { status, headers } = await edge(`/api/videos/${videoId}/events`)
    // An HTTP API signs its answers with an id of its own.
    if (headers['apigw-requestid']) throw new Error('the HTTP API answers it: a wrong behaviour')
    if (status < 500) throw new Error(`the stream answered ${status}`)
  })
  await steps.run('it can be played while it grows', async () => {
    const { state } = await until(edge, videoId, ({ playable }) => playable, 60)
    const playback = await openPlayback(edge, videoId)
    const growing = playback.url.includes('/p/')
    await watch(edge, playback, growing ? growingCacheControl : mediaCacheControl)
    return growing ? state : `${state} already`
  })
  const video = await steps.run('it is ready', () =>
    until(edge, videoId, ({ state, ratio }) => state === 'ready' && ratio === 1, 120),
  )
  if (video.durationSeconds === null) throw new Error('a ready video without a duration')
  const playback = await openPlayback(edge, videoId)
  await steps.run('it plays through the distribution: playlists, ranges, headers', async () => {
    const list = await watch(edge, playback, mediaCacheControl)
    if (!list.includes('#EXT-X-ENDLIST')) throw new Error('the final playlist does not end')
  })
  await steps.run('the gate refuses what has no right to it', () => expectRefusals(edge, playback))
  await steps.run('it is deleted, and plays no more', async () => {
    expectStatus(await edge(`/api/videos/${videoId}`, { method: 'DELETE' }), 202, 'the deletion')
    expectStatus(await edge(`/api/videos/${videoId}`), 404, 'the deleted video')
    const end = performance.now() + 30_000
    while ((await edge(playback.url)).status === 200) {
      if (performance.now() > end) throw new Error('its playlist is still there after 30 s')
      await wait(200)
    }
  })
}

async function findReady(edge: AskEdge, title: string): Promise<void> {
  const end = performance.now() + 60_000
  for (;;) {
    const answer = await edge(`/api/videos?q=${title}`)
    const { videos } = readJson<{ videos: VideoView[] }>(answer, 200, 'the library')
    const [video] = videos
    if (video) {
      await until(edge, video.videoId, ({ state }) => state === 'ready', 60)
      return
    }
    if (performance.now() > end) throw new Error('after a minute there is no such video')
    await wait(500)
  }
}

async function dare(
  call: AwsCall,
  services: { region: string; endpoint: string },
  resources: Resources,
): Promise<string> {
  const places: Places = {
    table: resources.find('AWS::DynamoDB::GlobalTable', 'VideosTable'),
    sourceBucket: resources.find('AWS::S3::Bucket', 'StoresSource'),
    mediaBucket: resources.find('AWS::S3::Bucket', 'StoresMedia'),
    bulkQueueUrl: resources.find('AWS::SQS::Queue', 'QueuesBulk'),
    accessKeys: resources.find('AWS::SecretsManager::Secret', 'AccessKeys'),
  }
  const wrong: string[] = []
  let count = 0
  for (const [path, deeds] of Object.entries(refused)) {
    const name = resources.find('AWS::IAM::Role', path)
    const role = await assumeRole(call, `arn:aws:iam::000000000000:role/${name}`)
    const done = await dareAll(services, role, places, deeds)
    wrong.push(...done.map(deed => `${path} may ${deed}`))
    count += deeds.length
  }
  if (wrong.length > 0) throw new Error(wrong.join('; '))
  return `${count} refusals of ${Object.keys(refused).length} roles`
}

async function leftOver(call: AwsCall, services: ReturnType<typeof readServices>): Promise<string> {
  const stacks = await askFormation(call, 'DescribeStacks')
  const left = [...stacks.matchAll(/<StackName>(Millrace-[^<]*)</g)].map(([, name]) => name)
  if (left.length > 0) throw new Error(`stacks are still there: ${left.join(', ')}`)
  const { s3 } = services
  const client = new S3Client({
    region,
    forcePathStyle: true,
    ...(s3.endpoint ? { endpoint: s3.endpoint } : {}),
  })
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}))
  const names = Buckets.flatMap(({ Name }) => (Name?.startsWith('millrace') ? [Name] : []))
  const kept = names.filter(name => /storage-(stores(source|media)|logs)/.test(name))
  if (names.length !== 3 || kept.length !== 3)
    throw new Error(`these buckets are left: ${names.join(', ')}`)
  return `${kept.length} buckets and the table`
}
