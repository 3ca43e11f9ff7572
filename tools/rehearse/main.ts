// `npm run rehearse`: deploys the very stacks to an emulator on this machine and sends a clip all the way through them, as a
// person would. Prints each step with its time; ends with 1, and what went wrong, at the first that fails.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startMiniStack } from '../../local/ministack.ts'
import { createCdk, rootKeys } from './cdk.ts'
import { certificate, folder, key } from './certificate.ts'
import { rehearse } from './rehearsal.ts'
import { createSteps } from './steps.ts'

const root = join(import.meta.dirname, '..', '..')
const python = join(root, '.millrace', 'venv', 'bin', 'python')
const clip = join(folder, 'clip.mp4')

/** Ten seconds with sound: chunks of all lengths that begin a film. */
function makeClip(): void {
  if (existsSync(clip)) return
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=24:d=10'],
    ...['-f', 'lavfi', '-i', 'sine=d=10', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48'],
    ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', clip],
  ])
}

async function main(): Promise<void> {
  // Nothing of the person's own set-up gets in, and the SDK finds the emulator's root key.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, rootKeys)
  makeClip()
  const steps = createSteps(line => process.stdout.write(`${line}\n`))
  const emulator = await steps.run('the emulator starts', () =>
    startMiniStack({ python, port: 0, auth: true, tls: { certificate, key } }),
  )
  try {
    const { endpoint } = emulator
    const cdk = createCdk({ endpoint, playbackSecret: randomBytes(32).toString('base64url') })
    await rehearse({ steps, cdk, endpoint, clip: readFileSync(clip) })
  } finally {
    await emulator.stop()
  }
  process.stdout.write(`${steps.summary()}\n`)
}

try {
  await main()
} catch (thrown) {
  process.stderr.write(`\n${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exitCode = 1
}
