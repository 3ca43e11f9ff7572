// The CDK app: `cdk synth -c stage=dev`. A wrong option ends it with one sentence.
import { App, Validations } from 'aws-cdk-lib'
import featureFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }
import { MillraceError } from '#domain/errors.ts'
import { readConfig } from './config.ts'
import { Checks } from './nag.ts'
import { createStacks, type Stacks } from './stacks.ts'

/** The pinned CDK's own advice, so that what it makes does not depend on the age of a list here. */
const flags = {
  ...featureFlags,
  // A weak reference lets a table or a bucket be replaced under the stacks that use it.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
}

export interface AppOptions {
  /** As `-c name=value` gives it. */
  context?: Readonly<Record<string, unknown>>
  outdir?: string
}

/** Findings of the template rules and of cdk-nag make its synthesis throw. */
export function createApp({ context = {}, ...options }: AppOptions = {}): App & { stacks: Stacks } {
  const app = new App({ context: { ...flags, ...context }, ...options })
  const stacks = createStacks(app, readConfig(app.node))
  Validations.of(app).addPlugins(new Checks(app))
  return Object.assign(app, { stacks })
}

if (import.meta.main) {
  try {
    createApp().synth()
  } catch (thrown) {
    if (!(thrown instanceof MillraceError)) throw thrown
    process.stderr.write(`${thrown.message}\n`)
    process.exitCode = 1
  }
}
