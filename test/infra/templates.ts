// The stages' templates as data: synthesised without bundles, with every finding of the template rules and of cdk-nag an error.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { createApp } from '../../infra/app.ts'
import type { StageName } from '../../infra/config.ts'

export interface Resource {
  Type: string
  Properties: Record<string, unknown>
  DeletionPolicy?: string
  DependsOn?: string[]
}

export interface Found extends Resource {
  stack: string
  id: string
}

/** What a stage can't be made without. */
export const needed: Record<StageName, Record<string, string>> = {
  dev: {},
  prod: {
    domain: 'video.example.com',
    certificate: 'arn:aws:acm:us-east-1:123456789012:certificate/1',
  },
  rehearsal: {
    playbackSecret: 'a-secret-of-more-than-thirty-two-bytes',
    emulator: 'https://localhost:4566',
  },
}

/** A synthesis takes seconds: once a worker for each stage. */
const known = new Map<string, Found[]>()

/** Every resource of a stage, by the concern of its stack. */
export function resourcesOf(stage: StageName, more: Record<string, string> = {}): Found[] {
  const name = JSON.stringify([stage, more])
  const found = known.get(name) ?? synthesize(stage, more)
  known.set(name, found)
  return found
}

function synthesize(stage: StageName, more: Record<string, string>): Found[] {
  const outdir = mkdtempSync(join(tmpdir(), 'millrace-synth-'))
  try {
    const app = createApp({
      // Bundles are measured by the house's tests; here only what is made of them counts.
      context: { stage, ...needed[stage], ...more, 'aws:cdk:bundling-stacks': [] },
      outdir,
    })
    return quietly(() => app.synth()).stacks.flatMap(({ stackName, template }) =>
      Object.entries<Resource>(template.Resources).map(([id, resource]) => ({
        ...resource,
        Properties: resource.Properties ?? {},
        stack: stackName.split('-').at(-1) ?? stackName,
        id,
      })),
    )
  } finally {
    rmSync(outdir, { recursive: true })
  }
}

export const ofType = (resources: readonly Found[], type: string) =>
  resources.filter(resource => resource.Type === type)

/** A reference's logical id, or the name of an export that carries one. */
export function refersTo(value: unknown): string {
  return JSON.stringify(value) ?? ''
}

/** Warnings of what is not built here are for whoever deploys; the report of a failure is kept. */
function quietly<T>(run: () => T): T {
  let said = ''
  const write = vi.spyOn(console, 'error').mockImplementation(text => {
    said += String(text)
  })
  try {
    return run()
  } catch (thrown) {
    throw new Error(said, { cause: thrown })
  } finally {
    write.mockRestore()
  }
}
