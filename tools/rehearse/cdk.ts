// Runs the real CDK against the emulator, in an environment of its own: nothing of the person's AWS set-up gets in.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { certificate, folder } from './certificate.ts'

const root = join(import.meta.dirname, '..', '..')
const bin = join(root, 'node_modules', '.bin')
const output = join(folder, 'cdk.out')
const stage = 'rehearsal'

export interface Cdk {
  bootstrap(): Promise<void>
  /** What it printed; it says «no changes» for each stack that stays as it is. */
  deploy(): Promise<string>
  destroy(): Promise<string>
}

/** The emulator's root key. */
export const rootKeys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
export const region = 'us-east-1'
const account = '000000000000'

export function createCdk(options: { endpoint: string; playbackSecret: string }): Cdk {
  const { endpoint, playbackSecret } = options
  const env = {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: process.env['HOME'],
    ...rootKeys,
    AWS_REGION: region,
    AWS_ENDPOINT_URL: endpoint,
    AWS_CA_BUNDLE: certificate,
    NODE_EXTRA_CA_CERTS: certificate,
    CDK_DISABLE_CLI_TELEMETRY: '1',
    NO_COLOR: '1',
    CI: '1',
  }

  async function run(args: readonly string[], cwd = root): Promise<string> {
    const child = spawn(join(bin, 'cdk'), [...args], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        said += text
      })
    }
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`cdk ${args[0]} ended with ${code}:\n${tell(said)}`)
    return said
  }

  const context = Object.entries({ stage, playbackSecret, emulator: endpoint }).flatMap(
    ([name, value]) => ['-c', `${name}=${value}`],
  )
  const all = ['--all', '--progress', 'events']
  const synthesized = [...all, ...context, '--output', output]
  return {
    async bootstrap() {
      // Outside the repository there is no app, and nothing to synthesise.
      await run(['bootstrap', `aws://${account}/${region}`], folder)
    },
    deploy: () => run(['deploy', ...synthesized, '--require-approval', 'never']),
    // What was deployed last, as it was synthesized.
    destroy: () => run(['destroy', ...all, '--app', output, '--force']),
  }
}

/** The lines that say what went wrong, or the last ones. */
function tell(said: string): string {
  const lines = said.split('\n').filter(line => line.trim() !== '')
  const wrong = lines.filter(line => /FAILED|❌|‣|^ERROR|Error:/.test(line))
  return (wrong.length > 0 ? wrong : lines).slice(-20).join('\n')
}
