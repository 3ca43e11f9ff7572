// Carries out transcoder/Dockerfile where no container engine is: a Debian 13 root made by debootstrap stands in for its base,
// with this machine's Node in it. Then a clip goes through the container, as its user, with a read-only root, against MiniStack.
// Needs root and debootstrap; run `npm run layer` and `npm run bundle` first.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startMiniStack } from '../local/ministack.ts'
import {
  copiesOf,
  environmentOf,
  readDockerfile,
  type Stage,
  valuesOf,
} from '../test/support/dockerfile.ts'
import { makeSource } from '../test/support/media.ts'
import { createPipeline } from '../test/support/pipeline.ts'
import { root } from '../test/support/sources.ts'
import { isReadyWithMp4, queueSource, until, untilIdle } from '../test/support/transcoder.ts'

const arch = process.arch === 'arm64' ? 'arm64' : 'amd64'
const stages = readDockerfile(arch)
const image = stages.at(-1)
if (!image) throw new Error('transcoder/Dockerfile has no stage')
const debian = join(root, '.millrace', 'image', 'debian-13')
const folder = mkdtempSync(join(tmpdir(), 'millrace-image-'))

let started = performance.now()
function say(step: string): void {
  const seconds = (performance.now() - started) / 1000
  process.stdout.write(`${step.padEnd(72)} ${seconds.toFixed(1)} s\n`)
  started = performance.now()
}

/** What stands in for the image of a registry: the same Debian, the same version of Node. */
function layBase(target: string): void {
  if (!existsSync(debian)) {
    execFileSync('debootstrap', ['--variant=minbase', 'trixie', debian], { stdio: 'ignore' })
    say('debootstrap of Debian 13')
  }
  // Devices and all.
  execFileSync('cp', ['--archive', `${debian}/.`, target])
  cpSync(process.execPath, join(target, 'usr', 'local', 'bin', 'node'), { dereference: true })
}

function layStage(stage: Stage, target: string): void {
  const base = stages.find(({ name }) => name === stage.base)
  if (base) layStage(base, target)
  else if (stage.base !== 'scratch') layBase(target)
  for (const copy of copiesOf(stage)) {
    let from = root
    const named = stages.find(({ name }) => name === copy.from)
    if (named) {
      from = mkdtempSync(join(folder, `${named.name}-`))
      layStage(named, from)
    }
    const name = copy.source.endsWith('/') ? '' : basename(copy.source)
    cpSync(join(from, copy.source), join(target, copy.target, name), { recursive: true })
  }
}

/** As a container engine would: own mounts and processes, no capabilities, no way to gain any. */
const enter = (target: string) => `
mount --bind ${target} ${target}
mount -t proc proc ${target}/proc
mount -t tmpfs -o mode=1777 tmpfs ${target}/tmp
mount -o remount,ro,bind ${target}
exec chroot ${target} setpriv --reuid=$1 --regid=$2 --clear-groups --bounding-set=-all --no-new-privs "\${@:3}"`

const [user = '', group = ''] = (valuesOf(image, 'USER')[0] ?? '').split(':')

function start(target: string, env: Record<string, string>): ChildProcess {
  const command = JSON.parse(valuesOf(image as Stage, 'CMD').at(-1) ?? '[]') as string[]
  return spawn(
    'unshare',
    [
      ...['--mount', '--pid', '--fork', '--kill-child', 'bash', '-euc', enter(target), 'enter'],
      ...[user, group, ...command],
    ],
    { env, stdio: ['ignore', 'pipe', 'inherit'] },
  )
}

/** Of the first process in the container, as this machine counts. */
const firstProcess = ({ pid }: ChildProcess) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0] ?? ''

function inside(pid: string, env: Record<string, string>, command: readonly string[]): string {
  const into = ['--target', pid, '--mount', '--pid', '--root']
  const as = [
    'setpriv',
    `--reuid=${user}`,
    `--regid=${group}`,
    '--clear-groups',
    'env',
    '--chdir=/',
  ]
  const [program = '', ...args] = [...into, '--', ...as, ...command]
  return execFileSync('nsenter', [program, ...args], { env, encoding: 'utf8' })
}

async function tryImage(): Promise<void> {
  const target = mkdtempSync(join(folder, 'root-'))
  layStage(image as Stage, target)
  say(`the ${stages.length} stages of the Dockerfile, for ${arch}`)
  const clip = await makeSource(join(folder, 'clip.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=1280x720:r=25:d=20', '-f', 'lavfi', '-i', 'sine=d=20'],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      '50',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
    ],
  ])
  const python = join(root, '.millrace', 'venv', 'bin', 'python')
  const stack = await startMiniStack({ python, port: 0, auth: true })
  const pipeline = await createPipeline(stack.endpoint)
  const { names, urls, services } = pipeline
  say('a clip of 20 s, MiniStack, and a pipeline on it')

  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...environmentOf(image as Stage),
    AWS_ENDPOINT_URL: stack.endpoint,
    AWS_REGION: services.region,
    AWS_ACCESS_KEY_ID: services.s3.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: services.s3.credentials.secretAccessKey,
    VIDEOS_TABLE: names.table,
    SOURCE_BUCKET: names.sourceBucket,
    MEDIA_BUCKET: names.mediaBucket,
    FAST_QUEUE_URL: urls.fast,
    BULK_QUEUE_URL: urls.bulk,
  }
  const container = start(target, env)
  const exit = once(container, 'exit')
  let output = ''
  container.stdout?.setEncoding('utf8').on('data', text => {
    output += text
  })
  while (!output.includes('ready for work')) {
    if (container.exitCode !== null) throw new Error(`the container ended: ${output}`)
    await wait(20)
  }
  say(`the container is ready for work (${/"ffmpeg":"([^"]*)"/.exec(output)?.[1]})`)

  const pid = firstProcess(container)
  const health = /CMD (\[.*\])$/.exec(valuesOf(image as Stage, 'HEALTHCHECK')[0] ?? '')?.[1]
  inside(pid, env, JSON.parse(health ?? '[]'))
  say('its health check passes')
  const write = 'for place in /app /opt /etc /var; do ! touch $place/a 2>/dev/null || exit 1; done'
  inside(pid, env, ['/bin/sh', '-c', `${write}; touch /tmp/a`])
  say(`its user ${user} can write below /tmp and nowhere else`)

  const videoId = await queueSource(pipeline, clip)
  const { meta } = await until(pipeline, videoId, isReadyWithMp4, 120)
  await untilIdle(pipeline)
  const chunks = await pipeline.chunks.list(videoId, 1)
  say(`a clip is ${meta.state}: ${chunks.length} objects, the MP4, and nothing left in the queues`)

  process.kill(Number(pid), 'SIGTERM')
  const [code] = await exit
  say(`stopped by SIGTERM with exit code ${code}`)
  await stack.stop()
  if (code !== 0) throw new Error(output)
}

try {
  await tryImage()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
